# SPDX-License-Identifier: Apache-2.0
"""The sandbox as a command: ``python -m airflow_provider_assistants.sandbox``, or ``assistants-sandbox``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shlex
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from airflow_provider_assistants.sandbox import missing_server
from airflow_provider_assistants.sandbox.apis import KEY_FORMS, ROOTS, VENDORS, api_key, connection
from airflow_provider_assistants.sandbox.options import Options, plain

__all__ = ["main"]

#: The options of the command line that say how the sandbox behaves, with what they are for.
_BEHAVIOUR = {
    "assistants": "assistants of each account",
    "accounts": "accounts of each vendor",
    "seed": "same seed, same assistants",
    "latency": "seconds before each response",
    "page_cap": "rows of a page at most, whatever is requested",
    "padding": "characters to add to each prompt",
    "row_bytes": "lengthen each prompt until a row has so many bytes",
    "requests_per_minute": "respond with 429 beyond this, for each key",
    "puretalk_limit": "rows of a Puretalk page without a limit",
    "puretalk_max_limit": "most rows of a Puretalk page",
    "calls": "telephone calls of each account",
    "calls_from": "when the first of them began, such as 2026-03-01T00:00:00Z",
    "calls_days": "over how many days they are spread",
    "calls_now": "what the clock of calls says: later ones have not begun, earlier ones go on, are over, or are settled",
    "calls_step": "seconds that this clock moves on with each request for calls",
    "zone": "time zone of the Autocalls family's days, and of its times without one",
    "others": "campaigns, leads, conversations, telephone numbers and folders of each account, each",
}
_UP_TO_TODAY = "so that the last of them was yesterday; with --calls-now 2026-03-01T00:00:00Z"
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to connect to if the sandbox listens everywhere


def main(argv: Sequence[str] | None = None) -> int:
    """Run the sandbox until it is interrupted."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    try:
        given = {name: value for name in _BEHAVIOUR if (value := getattr(arguments, name)) is not None}
        given["order"] = dict(each.split("=", 1) for each in arguments.order)
        options = Options.model_validate(given)
        if not given.keys() & {"calls_from", "calls_now"}:
            options = Options.model_validate({**given, "calls_from": _up_to_today(options)})
    except ValidationError as error:
        parser.error(plain(error))
    except ValueError:
        parser.error("--order takes vendor=order, like burki=updated")
    if arguments.print_connections:
        print(_connections(_url(arguments.host, arguments.port), arguments.print_connections))
        return 0
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments, options))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistants-sandbox",
        description="A local server that speaks the APIs of Autocalls, OtoniStark, Intellixent, Burki and Puretalk.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=8765, help="port to listen on, 0 for any free one (default: %(default)s)")
    for name, about in _BEHAVIOUR.items():
        default = _UP_TO_TODAY if name == "calls_from" else Options.model_fields[name].default
        shown = "" if default is None else f" (default: {default})"
        add(f"--{name.replace('_', '-')}", metavar="N", help=about + shown)
    add(
        "--order",
        action="append",
        default=[],
        metavar="VENDOR=ORDER",
        help="oldest, newest or updated first, or unstable: another at each request, with one created_at for all; "
        "Burki's newest are first unless set otherwise, the others' oldest",
    )
    add("--ready-file", type=Path, help="write the URL into this file once the sandbox listens")
    add("--log", action="store_true", help="print a line for each request")
    add(
        "--print-connections",
        nargs="?",
        const="env",
        choices=("env", "json"),
        help="print the Airflow connections, as lines for a shell or as JSON, and stop",
    )
    return parser


def _up_to_today(options: Options) -> datetime:
    """Return when the calls begin so that a Dag which reads yesterday's finds some."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=options.calls_days)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _url(host: str, port: int) -> str:
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _connections(url: str, form: str) -> str:
    held = {f"{vendor}_default": connection(vendor, url) for vendor in VENDORS}
    if form == "json":
        return json.dumps(held, indent=2)
    return "\n".join(
        f"export AIRFLOW_CONN_{conn_id.upper()}={shlex.quote(json.dumps(each))}" for conn_id, each in held.items()
    )


async def _serve(arguments: argparse.Namespace, options: Options) -> None:
    try:
        import uvicorn

        from airflow_provider_assistants.sandbox.app import SandboxApp
    except ModuleNotFoundError as error:
        sys.exit(str(missing_server(error)))
    from airflow_provider_assistants.sandbox.state import State

    listening = _listen(arguments.host, arguments.port)
    app = SandboxApp(State(options), verbose=arguments.log)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    url = _url(arguments.host, listening.getsockname()[1])
    print(_welcome(url, options), flush=True)
    if arguments.ready_file:
        _write_whole(arguments.ready_file, url)
    await serving


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, or exit with the reason why there is none."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise SystemExit(f"The sandbox cannot listen on {host}, port {port}: {error.strerror or error}") from None


def _welcome(url: str, options: Options) -> str:
    lines = [
        f"The sandbox listens at {url}, each account with {options.assistants:,} assistants and {options.calls:,} calls"
        f" from {options.calls_from:%Y-%m-%d} to {options.calls_from + timedelta(days=options.calls_days):%Y-%m-%d}.",
        "",
        *(f"  {vendor:12} {url}{root:18} key {api_key(vendor, 1)}" for vendor, root in ROOTS.items()),
        "",
        f"Account 2 of {options.accounts} has a 2 for each 1 in these keys"
        f" ({KEY_FORMS['autocalls'].format(account=2)}), and so on.",
        "Paste these where Airflow runs:",
        "",
        _connections(url, "env"),
        "",
        f"Change the data, inject faults, read the log: {url}/_sandbox/",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)


def _write_whole(path: Path, text: str) -> None:
    """Write a file atomically: others wait for it, and must never see it empty."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(text)
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
