# SPDX-License-Identifier: Apache-2.0
"""Find connections to vendors of assistants: in the environment, by Airflow's REST API, or among given ids."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import httpx
from airflow.providers.common.compat.sdk import AirflowException, BaseHook, Connection

from airflow_provider_assistants.exceptions import ConfigurationError, VendorUnavailableError
from airflow_provider_assistants.hooks.base import AssistantsHook
from airflow_provider_assistants.storable import one_line
from airflow_provider_assistants.vendors import find_vendor

__all__ = ["Found", "connections_in_environment", "find_connections"]

log = logging.getLogger(__name__)

_PREFIX = "AIRFLOW_CONN_"
#: Airflow's API returns at most so many at once.
_PAGE = 100
_TIMEOUT = 30.0
_TAG = re.compile(r"\[([^][]+)\]")


@dataclass(frozen=True, kw_only=True)
class Found:
    """
    The connections that match.

    :param searched: How many connections were looked at, of any type.
    :param source: Where they were looked for, for messages.
    """

    conn_ids: list[str]
    searched: int
    source: str


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What a source knows of a connection; a type or description of None is not known."""

    conn_id: str
    conn_type: str | None = None
    description: str | None = None


def find_connections(
    *,
    types: Iterable[str] | str | None,
    pattern: str | None,
    tag: str | None,
    api_conn_id: str | None,
    conn_ids: Iterable[str] | None,
) -> Found:
    """
    Return the connections that match; see :func:`~airflow_provider_assistants.accounts.list_connections`.

    :raises ConfigurationError: If the arguments contradict each other, or the source cannot be read.
    """
    wanted = {types} if isinstance(types, str) else None if types is None else {*types}
    _check(wanted, tag=tag, api_conn_id=api_conn_id, conn_ids=conn_ids)
    if api_conn_id is not None:
        known, source = list(_from_api(api_conn_id)), "in Airflow's database"
    elif conn_ids is not None:
        known, source = [_Known(conn_id=str(each)) for each in conn_ids], "in conn_ids"
    else:
        known, source = list(_from_environment()), "in the worker's environment"
    is_vendor = _VendorTypes(wanted)
    found = {
        each.conn_id
        for each in known
        if (pattern is None or fnmatchcase(each.conn_id, pattern))
        and (tag is None or tag in _TAG.findall(each.description or ""))
        and is_vendor.has(each)
    }
    return Found(conn_ids=sorted(found), searched=len(known), source=source)


def _check(
    wanted: set[str] | None, *, tag: str | None, api_conn_id: str | None, conn_ids: Iterable[str] | None
) -> None:
    problems = []
    if api_conn_id is not None and conn_ids is not None:
        problems.append("api_conn_id and conn_ids are two sources, and one is needed")
    if isinstance(conn_ids, str):
        problems.append("conn_ids must be a list of ids, got a text")
    elif tag is not None and conn_ids is not None:
        problems.append(
            "conn_ids have no tags: Airflow hands a task no description of a connection that it reads by id"
        )
    if wanted is not None and not wanted:
        problems.append("types is empty; leave it out to take all vendors")
    if problems:
        raise ConfigurationError("; ".join(problems), advice="Correct the arguments of list_connections")


class _VendorTypes:
    """
    Knows which connection types are those of vendors, and which of them are wanted.

    :param wanted: The types that were asked for; None for all vendors'.
    """

    def __init__(self, wanted: set[str] | None) -> None:
        self._wanted = wanted
        self._decided: dict[str, bool] = {}

    def has(self, known: _Known) -> bool:
        """Whether a connection is wanted. One of which only the id is known is, unless types were asked for."""
        conn_type = known.conn_type
        if conn_type is None:
            if self._wanted is None:
                return True
            conn_type = BaseHook.get_connection(known.conn_id).conn_type or ""
        conn_type = conn_type.lower().replace("-", "_")
        if conn_type not in self._decided:
            is_wanted = self._wanted is None or conn_type in self._wanted
            self._decided[conn_type] = is_wanted and _is_vendor(conn_type)
        return self._decided[conn_type]


def _is_vendor(conn_type: str) -> bool:
    """Whether a type is a vendor's; a vendor of another package is known once Airflow has found its hook."""
    if find_vendor(conn_type) is not None:
        return True
    try:
        hook = Connection(conn_id="assistants_discovery", conn_type=conn_type).get_hook()  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001 - a hook of anybody's, whose packages may be missing: none of ours
        return False
    return isinstance(hook, AssistantsHook)


def connections_in_environment() -> Iterator[tuple[str, str]]:
    """Return id and value of each ``AIRFLOW_CONN_...`` of the environment; Airflow reads ids in lower case."""
    for name, value in os.environ.items():
        if name.startswith(_PREFIX) and value:
            yield name.removeprefix(_PREFIX).lower(), value


def _from_environment() -> Iterator[_Known]:
    for conn_id, value in connections_in_environment():
        try:
            is_json = value.lstrip().startswith("{")
            read = Connection.from_json(value, conn_id) if is_json else Connection.from_uri(value, conn_id)
        except Exception as error:  # noqa: BLE001 - Airflow raises whatever parsing brings; its text may hold the key
            log.warning(
                "%s%s cannot be read (%s), so it is left out of the search",
                _PREFIX,
                conn_id.upper(),
                type(error).__name__,
            )
            continue
        yield _Known(conn_id=conn_id, conn_type=read.conn_type or "", description=read.description)


def _from_api(api_conn_id: str) -> Iterator[_Known]:
    try:
        connection = BaseHook.get_connection(api_conn_id)
    except AirflowException as error:
        raise ConfigurationError(
            f"There is no connection to Airflow's API: {one_line(str(error))}",
            conn_id=api_conn_id,
            advice="Add one whose host is the address of Airflow's API server",
        ) from None
    try:
        with httpx.Client(base_url=_address(connection), timeout=_TIMEOUT, follow_redirects=False) as client:
            headers = {"Authorization": f"Bearer {_token(client, connection)}"}
            offset, total = 0, 1
            while offset < total:
                page = _json(
                    client.get(
                        "/api/v2/connections",
                        params={"limit": _PAGE, "offset": offset, "order_by": "connection_id"},
                        headers=headers,
                    ),
                    api_conn_id,
                )
                rows, total = page["connections"], int(page["total_entries"])
                if not rows:
                    break
                for row in rows:
                    yield _Known(
                        conn_id=row["connection_id"],
                        conn_type=row["conn_type"] or "",
                        description=row.get("description") or "",
                    )
                offset += len(rows)
    except httpx.HTTPError as error:
        raise VendorUnavailableError(
            f"Airflow's API did not respond: {type(error).__name__}",
            conn_id=api_conn_id,
            advice="Check the connection's host; a worker has to reach the API server",
        ) from None


def _address(connection: Any) -> str:
    host = connection.host or ""
    if "://" not in host:
        host = f"{connection.schema or 'https'}://{host}"
    return host.rstrip("/") + (f":{connection.port}" if connection.port else "")


def _token(client: httpx.Client, connection: Any) -> str:
    if not connection.login:
        return connection.password or ""
    body = {"username": connection.login, "password": connection.password}
    return str(_json(client.post("/auth/token", json=body), connection.conn_id)["access_token"])


def _json(response: httpx.Response, conn_id: str) -> Any:
    advice = "Check host, login and password of the connection; its user must be allowed to read connections"
    if response.is_success:
        try:
            return response.json()
        except ValueError:
            advice = "Check the connection's host: what responds there is not Airflow's API"
    raise ConfigurationError(
        f"Airflow's API responded with {response.status_code} to {response.request.method} {response.request.url.path}",
        conn_id=conn_id,
        status=response.status_code,
        advice=advice,
    )
