# SPDX-License-Identifier: Apache-2.0
"""The sandbox as a command: ``python -m airflow_provider_assistants.sandbox``, or ``assistants-sandbox``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from airflow_provider_assistants.sandbox.server import connection
from airflow_provider_assistants.sandbox.state import ROOTS, VENDORS, Options, State

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the sandbox until it is interrupted."""
    arguments = _parser().parse_args(argv)
    url = f"http://{arguments.host}:{arguments.port}"
    if arguments.print_connections:
        print("\n".join(_connection_lines(url)))
        return 0
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(arguments))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistants-sandbox",
        description="A local server that speaks the APIs of Autocalls, OtoniStark, Intellixent, Burki and Puretalk.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=8765, help="port to listen on, 0 for any free one (default: %(default)s)")
    add("--assistants", type=int, default=47, help="assistants of each account (default: %(default)s)")
    add("--accounts", type=int, default=100, help="accounts of each vendor (default: %(default)s)")
    add("--seed", type=int, default=1, help="same seed, same assistants (default: %(default)s)")
    add("--latency", type=float, default=0.0, help="seconds before each answer (default: %(default)s)")
    add("--page-cap", type=int, help="never give more rows than this in a page")
    add("--padding", type=int, default=0, help="characters to add to each prompt (default: %(default)s)")
    add("--requests-per-minute", type=int, help="answer 429 beyond this, for each key")
    add("--ready-file", type=Path, help="write the URL into this file once the sandbox answers")
    add("--log", action="store_true", help="print a line for each request")
    add("--print-connections", action="store_true", help="print the Airflow connections and stop")
    return parser


def _connection_lines(url: str) -> list[str]:
    return [
        f"export AIRFLOW_CONN_{vendor.upper()}_DEFAULT={shlex.quote(json.dumps(connection(vendor, url)))}"
        for vendor in VENDORS
    ]


async def _serve(arguments: argparse.Namespace) -> None:
    import uvicorn

    from airflow_provider_assistants.sandbox.app import SandboxApp

    options = Options(
        assistants=arguments.assistants,
        accounts=arguments.accounts,
        seed=arguments.seed,
        latency=arguments.latency,
        page_cap=arguments.page_cap,
        padding=arguments.padding,
        requests_per_minute=arguments.requests_per_minute,
    )
    app = SandboxApp(State(options), verbose=arguments.log)
    config = uvicorn.Config(
        app, host=arguments.host, port=arguments.port, log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        if serving.done():
            raise SystemExit(f"The sandbox could not start; is port {arguments.port} in use?")
        await asyncio.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    url = f"http://{host}:{port}"
    _tell(url, arguments.assistants)
    if arguments.ready_file:
        arguments.ready_file.write_text(url)
    await serving


def _tell(url: str, assistants: int) -> None:
    lines = [
        f"The sandbox answers at {url}, each account with {assistants:,} assistants.",
        "",
        *(f"  {vendor:12} {url}{root}" for vendor, root in ROOTS.items()),
        "",
        "Paste these where Airflow runs:",
        "",
        *_connection_lines(url),
        "",
        f"Change the data, break answers, read the log: {url}/_sandbox/",
        "Stop with Ctrl-C.",
    ]
    print("\n".join(lines), file=sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
