# SPDX-License-Identifier: Apache-2.0
"""Opens a task's destination, through Airflow's object storage and connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import fsspec
from airflow.providers.common.compat.sdk import AirflowNotFoundException, BaseHook, ObjectStoragePath, conf

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.buckets import account_of
from airflow_provider_assistants.records.store.destination import Destination
from airflow_provider_assistants.records.store.errors import (
    OPENING,
    cannot_be_read,
    cannot_be_written,
    failure_of,
)
from airflow_provider_assistants.records.store.folder import Folder
from airflow_provider_assistants.records.store.source import Source
from airflow_provider_assistants.records.store.uri import GOOGLE, S3, UPLOADS_ARE_ATOMIC, Location

File = TypeVar("File", Destination, Folder, Source)
#: Makes the error of a file that cannot be written, or that cannot be read.
Refusal = Callable[[str, str, str | None], DestinationError]

__all__ = ["console_page", "open_destination", "open_folder", "open_source", "runs_elsewhere"]

#: Executors whose tasks run on several machines, by a part of their names.
_DISTRIBUTED = ("Celery", "Kubernetes", "Ecs", "Edge", "Batch", "Lambda")


def open_destination(uri: str, *, conn_id: str | None) -> Destination:
    """
    Return the destination of a task.

    Nothing is sent to the store yet; :meth:`.Destination.prepare` does that.

    :param uri: The destination as the Dag's author wrote it.
    :param conn_id: The task's ``object_storage_conn_id``; the one in the URI if None.
    :raises DestinationError: If nothing can be written there.
    """
    return _open(Destination, uri, conn_id, refusal=cannot_be_written)


def open_folder(uri: str, *, conn_id: str | None) -> Folder:
    """
    Return the destination of a task that writes parts: a folder, with a final slash or without one.

    :param uri: The folder as the Dag's author wrote it.
    :param conn_id: The task's ``object_storage_conn_id``; the one in the URI if None.
    :raises DestinationError: If nothing can be written there.
    """
    return _open(Folder, _without_slash(uri), conn_id, refusal=cannot_be_written, shown=uri)


def open_source(uri: str, *, conn_id: str | None) -> Source:
    """
    Return a file that a task reads; it is not opened yet.

    :param uri: The file as its author wrote it.
    :param conn_id: The task's ``object_storage_conn_id``; the one in the URI if None.
    :raises DestinationError: If nothing can be read there.
    """
    return _open(Source, uri, conn_id, refusal=cannot_be_read)


def _open(kind: type[File], uri: str, conn_id: str | None, *, refusal: Refusal, shown: str | None = None) -> File:
    location = Location.parse(uri)
    if location.problem:
        raise refusal(location.uri, location.problem, location.advice)
    conn_id = conn_id or location.conn_id
    if conn_id and not location.is_local:
        _check_connection(location, conn_id, refusal=refusal)
    path, open_filesystem = _path(uri, location, conn_id), _opener(location, conn_id, refusal)
    return kind(open_filesystem, path, uri=shown or uri, protocol=location.protocol, conn_id=conn_id)


def _path(uri: str, location: Location, conn_id: str | None) -> str:
    """Return the path on the file system, as its library reads the URI where that is not known here."""
    if location.is_local or location.protocol in UPLOADS_ARE_ATOMIC:
        return location.path
    return _typed(location, conn_id, lambda: str(ObjectStoragePath(uri, conn_id=conn_id).path))


def runs_elsewhere(uri: str, executor: str | None) -> bool:
    """
    Whether a local destination may be on another machine than the one that the next task runs on.

    :param uri: The destination.
    :param executor: The task's own executor; the first of Airflow's if None.
    """
    name = executor or conf.get("core", "executor", fallback="").split(",")[0]
    return Location.parse(uri).is_local and any(each in name for each in _DISTRIBUTED)


def console_page(uri: str, *, is_folder: bool = False) -> str | None:
    """Return the web page of an object, or of a folder, in the console of its store; None where there is none."""
    location = Location.parse(_without_slash(uri) if is_folder else uri)
    key = quote(location.path.removeprefix(f"{location.bucket}/"))
    if is_folder and location.protocol in S3 and not location.bucket.startswith("arn:"):
        return f"https://s3.console.aws.amazon.com/s3/buckets/{location.bucket}?prefix={key}/"
    if is_folder and location.protocol in GOOGLE:
        return f"https://console.cloud.google.com/storage/browser/{location.bucket}/{key}"
    if location.protocol in S3 and not location.bucket.startswith("arn:"):
        return f"https://s3.console.aws.amazon.com/s3/object/{location.bucket}?prefix={key}"
    if location.protocol in GOOGLE:
        return f"https://console.cloud.google.com/storage/browser/_details/{location.bucket}/{key}"
    return location.uri if location.uri.startswith(("http://", "https://")) else None


def _without_slash(uri: str) -> str:
    """Return the URI of a folder without a final slash; ``/`` and ``s3://`` stay, and are refused."""
    stripped = uri.rstrip("/")
    return uri if not stripped or stripped.endswith(":") else stripped


def _opener(location: Location, conn_id: str | None, refusal: Refusal) -> Callable[[], Any]:
    if location.is_local:
        return lambda: ObjectStoragePath(location.path).fs
    if location.account:
        return lambda: _azure_filesystem(location, conn_id, refusal)
    return lambda: ObjectStoragePath(f"{location.protocol}://{location.bucket}", conn_id=conn_id).fs


def _azure_filesystem(location: Location, conn_id: str | None, refusal: Refusal) -> Any:
    """Open the storage account that the URI names, with a connection to that account or with Azure's default credentials."""
    account = str(location.account).partition(".")[0]
    if conn_id is None:
        return fsspec.filesystem(location.protocol, account_name=account)
    fs = ObjectStoragePath(f"{location.protocol}://{location.bucket}", conn_id=conn_id).fs
    found = account_of(fs)
    if found and found != account:
        raise refusal(
            location.uri,
            f"it names the storage account {account!r}, and connection {conn_id!r} leads to {found!r}",
            "Name the account of the connection, or leave it out: abfs://container/path",
        )
    return fs


def _check_connection(location: Location, conn_id: str, *, refusal: Refusal) -> None:
    """Refuse a connection that does not exist: some stores' hooks go on without it, and report a missing bucket."""
    try:
        BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        raise refusal(
            location.uri,
            f"there is no connection {conn_id!r} to its store",
            "Create it, or correct object_storage_conn_id",
        ) from None


def _typed(location: Location, conn_id: str | None, read: Callable[[], str]) -> str:
    try:
        return read()
    except DestinationError:
        raise
    except Exception as error:  # noqa: BLE001 - file systems raise what their vendors' libraries raise
        raise failure_of(error, doing=OPENING, uri=location.uri, protocol=location.protocol, conn_id=conn_id) from None
