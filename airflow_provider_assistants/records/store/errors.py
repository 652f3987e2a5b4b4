# SPDX-License-Identifier: Apache-2.0
"""Errors of file systems, as typed errors: what failed, where, and what to do; never with a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from airflow_provider_assistants.exceptions import DestinationError
from airflow_provider_assistants.records.store.buckets import is_forbidden, is_not_accepted
from airflow_provider_assistants.records.store.uri import AZURE, GOOGLE, S3
from airflow_provider_assistants.redaction import redact_text

__all__ = ["cannot_be_read", "cannot_be_written", "failure_of"]

_EXTRAS = {**dict.fromkeys(S3, "amazon"), **dict.fromkeys(AZURE, "azure"), **dict.fromkeys(GOOGLE, "google")}

#: Characters that are quoted of a message of a store's library, which may be a page of XML.
_MAX_QUOTED = 300

#: Errors of stores' libraries, which share no class, by their names.
_CREDENTIALS = re.compile(r"Credential|Auth|Refresh|TokenRetrieval|UnauthorizedSSO")
_NETWORK = re.compile(r"Connect|Timeout|Endpoint|Transport|Service(?:Request|Response)|SSL|Proxy")


def cannot_be_written(uri: str, what: str, advice: str | None = None) -> DestinationError:
    """
    Return the error of a destination.

    :param uri: The destination, safe to show.
    """
    return DestinationError(f"The destination {uri} cannot be written: {what}", advice=advice)


def cannot_be_read(uri: str, what: str, advice: str | None = None) -> DestinationError:
    """
    Return the error of a snapshot.

    :param uri: The snapshot, safe to show.
    """
    return DestinationError(f"The snapshot {uri} cannot be read: {what}", advice=advice)


def failure_of(
    error: Exception,
    *,
    doing: str,
    uri: str,
    protocol: str,
    conn_id: str | None = None,
    paths: Iterable[str] = (),
    advice: str | None = None,
    access: Literal["write", "read"] = "write",
) -> DestinationError:
    """
    Return the typed error for one that a file system raised.

    :param doing: The step that failed, such as ``uploading it``.
    :param uri: The destination, safe to show.
    :param protocol: Its scheme.
    :param conn_id: The connection to its store.
    :param paths: The destination's own paths, the longest first: they are shown as they are.
    :param advice: What to do, where that does not depend on the error.
    :param access: What the file was opened for.
    """
    known, suggested = _meaning(error, doing=doing, protocol=protocol, conn_id=conn_id)
    name = "" if isinstance(error, OSError | ImportError | ValueError) else f"{type(error).__name__}: "
    quoted = " ".join(_redacted(str(error), paths).split())
    if len(quoted) > _MAX_QUOTED:
        quoted = f"{quoted[:_MAX_QUOTED]}…"
    if access == "read":
        suggested = suggested.replace("the right to write", "the right to read")
        return cannot_be_read(uri, f"{doing} failed: {known}{name}{quoted}", advice or suggested)
    return cannot_be_written(uri, f"{doing} failed: {known}{name}{quoted}", advice or suggested)


def _meaning(error: Exception, *, doing: str, protocol: str, conn_id: str | None) -> tuple[str, str]:
    """Return what the error means, in words, and what to do."""
    text, names = str(error), " ".join(each.__name__ for each in type(error).__mro__)
    store = f"connection {conn_id!r}" if conn_id else "store's connection (object_storage_conn_id)"
    credentials = (
        f"Check the credentials of connection {conn_id!r}"
        if conn_id
        else "Name the store's connection with object_storage_conn_id, or check the worker's own credentials"
    )
    remote = protocol in _EXTRAS
    if isinstance(error, ImportError) or (isinstance(error, ValueError) and "filesystem" in text.lower()):
        extra = f"; this one needs pip install 'airflow-provider-assistants[{_EXTRAS[protocol]}]'" if remote else ""
        return "", f"Check the destination's scheme, and that what it needs is installed{extra}"
    if remote and (_CREDENTIALS.search(names) or is_not_accepted(error)):
        return "the store does not accept the credentials, or there are none: ", credentials
    if isinstance(error, PermissionError) or (remote and is_forbidden(error)):
        return "no permission: ", f"Grant the {store} the permission to write there" if remote else _LOCAL_PERMISSION
    if doing == OPENING and (remote or conn_id):
        return "", credentials
    if isinstance(error, FileNotFoundError):
        return "not found: ", "Check the bucket or directory"
    if remote and (isinstance(error, ConnectionError | TimeoutError) or _NETWORK.search(names)):
        return "", f"Check the network, and the endpoint of the {store}"
    if isinstance(error, OSError) and not remote:
        return "", "Check space, path and network"
    return "", f"Check the path, and the endpoint of the {store}"


_LOCAL_PERMISSION = "Grant the worker's user the permission to write there"

#: The step in which a file system is made from a connection.
OPENING = "opening its store"


#: Replaces a path of the destination while a text is redacted: a word that matches no rule.
_STAND_IN = "destinationpath"


def _redacted(text: str, paths: Iterable[str]) -> str:
    """Redact a text except for the destination's own paths; its folders and names are the author's."""
    known = [re.escape(path) for path in paths if "/" in path.strip("/")]
    if not known:
        return redact_text(text)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)")
    stood_for = pattern.findall(text)
    redacted = redact_text(pattern.sub(_STAND_IN, text))
    if redacted.count(_STAND_IN) != len(stood_for):
        return redact_text(text)
    for path in stood_for:
        redacted = redacted.replace(_STAND_IN, path, 1)
    return redacted
