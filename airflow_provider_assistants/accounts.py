# SPDX-License-Identifier: Apache-2.0
"""
Which accounts there are, found while a Dag runs: for ``.expand`` over hundreds or thousands of connections.

A task of Airflow 3 can read a connection by its id and cannot list connections: it has no access to the database, and secrets
backends have no list. So the source is named: the connections in the worker's environment, those in the metadata database by
Airflow's own REST API, or ids that come from anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from airflow.providers.common.compat.sdk import conf

from airflow_provider_assistants.exceptions import ConfigurationError, counted

__all__ = ["in_batches", "list_connections"]

#: Airflow's own default of ``[core] max_map_length``.
_MAX_MAP_LENGTH = 1024


def list_connections(
    *,
    types: Iterable[str] | str | None = None,
    pattern: str | None = None,
    tag: str | None = None,
    api_conn_id: str | None = None,
    conn_ids: Iterable[str] | None = None,
    allow_empty: bool = False,
) -> list[str]:
    """
    Return the ids of the connections to vendors of assistants, sorted; call it in a task.

    Without ``api_conn_id`` and ``conn_ids`` these are the connections in the worker's environment (``AIRFLOW_CONN_...``), with
    ids in lower case as Airflow reads them.

    :param types: Only connections of these types; of all vendors, those of other packages too, if None.
    :param pattern: Only ids that match this pattern, such as ``burki_*``; ``*``, ``?`` and ``[...]`` as in file names.
    :param tag: Only connections with this tag: ``[nightly]`` somewhere in the connection's description. Airflow hands a task no
        description of a connection that it reads by id, so ``conn_ids`` have no tags.
    :param api_conn_id: Ask Airflow's REST API for the connections in the metadata database. This connection has the API's
        address in ``host``, and ``login`` and ``password`` of a user who may read connections, or only a token in ``password``.
    :param conn_ids: Take these ids, from a Variable, a Dag param or a table of yours. With ``types`` each connection is read.
    :param allow_empty: Return an empty list where no connection matches, instead of an error.
    :raises ConfigurationError: If no connection matches: an empty ``.expand`` would skip the task, and look like success. Or if
        the source cannot be read.
    """
    from airflow_provider_assistants.hooks.discovery import find_connections

    found = find_connections(types=types, pattern=pattern, tag=tag, api_conn_id=api_conn_id, conn_ids=conn_ids)
    if not found.conn_ids and not allow_empty:
        raise ConfigurationError(
            f"None of {counted(found.searched, 'connection')} {found.source} matches",
            advice="Check types, pattern and tag; allow_empty=True accepts that there is none",
        )
    return found.conn_ids


def in_batches(conn_ids: Sequence[str], *, size: int = 50) -> list[list[str]]:
    """
    Return ids in lists of at most `size`, for ``ListAccountsOperator.partial(...).expand(conn_ids=...)``.

    :param size: Accounts per task. A task starts in seconds and an account of few assistants is listed in less than one, so
        small accounts one by one cost mostly starts.
    :raises ConfigurationError: If there are more batches than ``[core] max_map_length`` allows a task to be expanded to.
    """
    if size < 1:
        raise ConfigurationError(f"size must be an integer >= 1, got {size}")
    batches = [list(conn_ids[start : start + size]) for start in range(0, len(conn_ids), size)]
    limit = conf.getint("core", "max_map_length", fallback=_MAX_MAP_LENGTH)
    if len(batches) > limit:
        raise ConfigurationError(
            f"{counted(len(conn_ids), 'connection')} in batches of {size} are {len(batches):,} tasks, and [core] max_map_length"
            f" allows {limit:,}",
            advice=f"Use batches of at least {-(-len(conn_ids) // limit):,}",
        )
    return batches
