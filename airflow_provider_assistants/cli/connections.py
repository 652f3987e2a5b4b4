# SPDX-License-Identifier: Apache-2.0
"""Where a command finds connections: the environment, Airflow's secrets backend, and its metadata database if there is one."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from airflow import settings
from airflow.models import Connection
from airflow.providers.common.compat.sdk import AirflowException, BaseHook
from airflow.providers_manager import ProvidersManager
from airflow.utils.session import create_session

from airflow_provider_assistants.cli.session import PROCESS_CONTEXT
from airflow_provider_assistants.hooks.discovery import connections_in_environment
from airflow_provider_assistants.vendors import find_vendor

__all__ = ["all_connections", "use_metadata_database"]

_OFFICIAL = "apache-airflow-providers-"


def use_metadata_database() -> None:
    """
    Let Airflow look connections up in its metadata database too, as its own commands do.

    Not where that is an SQLite file which is not there: to look into it would make one, which is empty.
    """
    if _has_database():
        os.environ[PROCESS_CONTEXT] = "server"


def all_connections() -> tuple[list[str], str | None]:
    """
    Return the ids of all connections to assistants that can be listed, and why some may be missing.

    A secrets backend cannot be asked for all that it holds.
    """
    _load_vendors_of_others()
    found = {conn_id for conn_id, _ in connections_in_environment() if find_vendor(_type_of(conn_id))}
    stored, problem = _stored()
    return sorted(found | {conn_id for conn_id, kind in stored if find_vendor(kind)}), problem


def _has_database() -> bool:
    """Whether there may be a metadata database: a server, or an SQLite file that is there."""
    url = getattr(settings.engine, "url", None)
    if url is None or url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return url is not None
    return Path(str(url.database)).exists()


def _stored() -> tuple[Iterable[tuple[str, str]], str | None]:
    if not _has_database():
        return [], None
    try:
        with create_session() as session:
            return [(row[0], row[1]) for row in session.query(Connection.conn_id, Connection.conn_type)], None
    except Exception as error:  # noqa: BLE001 - whatever its driver raises; the text may quote its URL
        return [], f"Airflow's metadata database could not be read ({type(error).__name__})"


def _type_of(conn_id: str) -> str | None:
    try:
        return BaseHook.get_connection(conn_id).conn_type
    except (AirflowException, ValueError):
        return None


def _load_vendors_of_others() -> None:
    """Load the hooks that other packages declare, which makes their vendors known; Airflow's own providers declare none."""
    manager: Any = ProvidersManager
    for package, provider in manager().providers.items():
        if package.startswith(_OFFICIAL) or package == "airflow-provider-assistants":
            continue
        for each in provider.data.get("connection-types", ()):
            module = str(each.get("hook-class-name", "")).rpartition(".")[0]
            if not module:
                continue
            try:
                importlib.import_module(module)
            except Exception:  # noqa: BLE001, S112 - a package that does not load has no connections for us
                continue
