# SPDX-License-Identifier: Apache-2.0
"""The sandbox inside a test or a script: a server in a thread of its own, and its controls as methods."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import uvicorn
from pydantic import ValidationError

from airflow_provider_assistants.sandbox.apis import VENDORS, api_key, connection, root
from airflow_provider_assistants.sandbox.app import SandboxApp
from airflow_provider_assistants.sandbox.control import run_command
from airflow_provider_assistants.sandbox.options import Options, Order, plain
from airflow_provider_assistants.sandbox.rows import Planted
from airflow_provider_assistants.sandbox.state import State

__all__ = ["Sandbox", "connection"]

Row = dict[str, Any]


class Sandbox:
    """
    A running sandbox; a context manager.

    :param port: Where to listen on 127.0.0.1; 0 for any free port.
    :param assistants: How many each account has.
    :param accounts: How many accounts each vendor has.
    :param seed: Same seed, same assistants.
    :param latency: Seconds before each response.
    :param page_cap: Rows of a page at most, whatever is requested.
    :param padding: Characters to add to each assistant's prompt.
    :param row_bytes: Lengthen each assistant's prompt until its row has so many bytes.
    :param requests_per_minute: Respond with 429 beyond this, for each key.
    :param order: ``oldest`` or ``newest`` first, or the last ``updated``, by vendor.
    :param puretalk_limit: Rows of a Puretalk page for which no usable ``limit`` is asked.
    :param puretalk_max_limit: The most rows of a Puretalk page.
    :param more: Any other of the :class:`~.options.Options`, such as ``calls``, ``calls_now`` and ``zone``.
    :raises ValueError: If one of these is invalid.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        assistants: int = 47,
        accounts: int = 100,
        seed: int = 1,
        latency: float = 0.0,
        page_cap: int | None = None,
        padding: int = 0,
        row_bytes: int | None = None,
        requests_per_minute: int | None = None,
        order: Mapping[str, Order] | None = None,
        puretalk_limit: int = 10,
        puretalk_max_limit: int = 100,
        **more: Any,
    ) -> None:
        try:
            options = Options(
                assistants=assistants,
                accounts=accounts,
                seed=seed,
                latency=latency,
                page_cap=page_cap,
                padding=padding,
                row_bytes=row_bytes,
                requests_per_minute=requests_per_minute,
                order=dict(order or {}),
                puretalk_limit=puretalk_limit,
                puretalk_max_limit=puretalk_max_limit,
                **more,
            )
        except ValidationError as error:
            raise ValueError(plain(error)) from None
        self.state = State(options)
        config = uvicorn.Config(
            SandboxApp(self.state),
            host="127.0.0.1",
            port=port,
            log_level="error",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="assistants-sandbox", daemon=True)

    @property
    def url(self) -> str:
        """Where the sandbox listens."""
        if not self._server.started:
            raise RuntimeError("The sandbox does not run: use it as a context manager, with Sandbox() as sandbox")
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("The sandbox could not start; is its port in use?")
            self._started.wait(0.005)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        asyncio.run(self._server.serve())

    def base_url(self, vendor: str) -> str:
        """Return the root of a vendor's API."""
        return self.url + root(vendor)

    def api_key(self, vendor: str, *, account: int = 1) -> str:
        """Return the key of an account."""
        return api_key(vendor, account)

    def connection(self, vendor: str, *, account: int = 1, **extra: Any) -> dict[str, Any]:
        """Return the Airflow connection to an account, in Airflow's JSON form."""
        return connection(vendor, self.url, account=account, **extra)

    def connection_env(self, *vendors: str) -> dict[str, str]:
        """Return environment variables that define the default connections of vendors, all if none is named."""
        return {
            f"AIRFLOW_CONN_{vendor.upper()}_DEFAULT": json.dumps(self.connection(vendor))
            for vendor in vendors or VENDORS
        }

    def rows(self, vendor: str, *, listing: str = "assistants", account: int = 1) -> list[Row]:
        """Return what a perfect client would receive now, in the order of the listing; of calls, without a filter."""
        rows: list[Row] = self._run("rows", vendor=vendor, listing=listing, account=account)
        return rows

    def planted(self, vendor: str, *, listing: str = "assistants", account: int = 1) -> Planted:
        """Return the secrets, the key among them, and the personal data in an account's responses."""
        return Planted(**self._run("planted", vendor=vendor, listing=listing, account=account))

    def add_call(
        self, vendor: str, started: datetime | str, *, seconds: float = 60, account: int = 1, **fields: Any
    ) -> Any:
        """Add a telephone call that began at a time and lasts so many seconds, and return its id."""
        added = self._run("phone_call", vendor=vendor, started=started, seconds=seconds, fields=fields, account=account)
        return next(iter(added.values()))

    def change_call(self, vendor: str, call_id: Any, *, account: int = 1, **fields: Any) -> None:
        """Change fields of a telephone call."""
        self._run("phone_call_update", vendor=vendor, id=call_id, fields=fields, account=account)

    def delete_call(self, vendor: str, call_id: Any, *, account: int = 1) -> None:
        """Remove a telephone call."""
        self._run("phone_call_delete", vendor=vendor, id=call_id, account=account)

    def change_row(self, vendor: str, listing: str, position: int, *, account: int = 1, **fields: Any) -> None:
        """Change fields of the row at a position of another listing, such as ``campaigns``."""
        self._run("row_update", vendor=vendor, listing=listing, position=position, fields=fields, account=account)

    def set_status(self, vendor: str, assistant_id: Any, status: str, *, account: int = 1) -> None:
        """Switch an assistant on or off: ``active`` or ``inactive``."""
        self._run("status", vendor=vendor, id=assistant_id, status=status, account=account)

    def update(self, vendor: str, assistant_id: Any, *, account: int = 1, **fields: Any) -> None:
        """Change fields of an assistant; ``updated_at`` moves too."""
        self._run("update", vendor=vendor, id=assistant_id, fields=fields, account=account)

    def insert(self, vendor: str, *, account: int = 1, **fields: Any) -> Any:
        """Add an assistant and return its id."""
        return next(iter(self._run("insert", vendor=vendor, fields=fields, account=account).values()))

    def delete(self, vendor: str, assistant_id: Any, *, soft: bool = False, account: int = 1) -> None:
        """Remove an assistant; ``soft`` keeps it listed with ``deleted_at``, in the Autocalls family."""
        self._run("delete", vendor=vendor, id=assistant_id, soft=soft, account=account)

    def set_size(self, vendor: str, assistants: int, *, account: int = 1) -> None:
        """Set the number of assistants of an account."""
        self._run("size", vendor=vendor, assistants=assistants, account=account)

    def pass_night(self, vendor: str, *, account: int = 1, **counts: int) -> dict[str, list[Any]]:
        """
        Change an account as its people do in a day, and return the ids by what was done.

        :param vendor: Whose account.
        :param account: Its number.
        :param counts: How many are ``added``, ``removed``, ``edited``, and of how many ``prompts`` change.
        """
        done: dict[str, list[Any]] = self._run("night", vendor=vendor, account=account, **counts)
        return done

    def fail(self, vendor: str, fault: str, *, times: int | None = 1, **given: Any) -> None:
        """
        Break the next responses by a named fault.

        :param vendor: Whose; ``*`` for every vendor's.
        :param fault: The name; :data:`~.faults.FAULTS` has them all.
        :param times: How often; None for ever.
        :param given: Which requests (``after``, ``path``, ``page``, ``query``, ``account``), and the fault's own parameters.
        """
        self._run("fail", vendor=vendor, name=fault, times=times, **given)

    def heal(self) -> None:
        """Remove all faults."""
        self._run("heal")

    def set_options(self, **options: Any) -> None:
        """Change how the sandbox behaves; see :class:`~.options.Options`."""
        self._run("options", **options)

    def requests(self, vendor: str | None = None) -> list[dict[str, Any]]:
        """Return the requests seen, all or a vendor's; each has what :class:`~.state.RequestSeen` has."""
        return self.state.log(vendor)

    @property
    def max_in_flight(self) -> int:
        """How many requests were in flight at once, at most."""
        return self.state.max_in_flight

    def clear_requests(self) -> None:
        """Empty the log of requests."""
        self._run("clear")

    def reset(self) -> None:
        """Undo all changes, faults and options, and empty the log."""
        self._run("reset")

    def _run(self, command: str, **given: Any) -> Any:
        return run_command(self.state, command, given)
