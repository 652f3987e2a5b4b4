# SPDX-License-Identifier: Apache-2.0
"""
Destination URIs: parsing, validation, and what of them may be shown.

A vendor's URL is redacted wherever it resembles a secret. A destination is the author's, and readers of a manifest have to open
it: hive partitions, run ids, hashes and UUIDs stay. Only the password of its user-info (``user:password@``; a lone
``conn_id@bucket`` stays) and the values of its query are hidden.

Names are not decoded: ``?``, ``#`` and ``%`` are characters like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from airflow_provider_assistants.redaction import REDACTED

__all__ = ["AZURE", "GOOGLE", "LOCAL", "S3", "UPLOADS_ARE_ATOMIC", "Location", "display_uri", "file_name"]

S3: Final = frozenset({"s3", "s3a", "s3n"})
GOOGLE: Final = frozenset({"gs", "gcs"})
AZURE: Final = frozenset({"abfs", "abfss", "adl", "az", "wasb", "wasbs"})
LOCAL: Final = frozenset({"file", "local"})

#: File systems that show a file only once its upload is complete.
UPLOADS_ARE_ATOMIC: Final = S3 | AZURE | GOOGLE | {"oss", "r2"}

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*(?=://)")
#: Where a query begins: at a question mark that a name and ``=`` follow. Any other is a part of a name.
_QUERY = re.compile(r"\?(?=[^=?#/]*=)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST_AND_PORT = re.compile(r"[^:]*:[0-9]*")


def display_uri(uri: str) -> str:
    """
    Return a destination without its password and the values of its query; all else stays, byte for byte.

    A path without a scheme has neither, whatever characters its names hold.
    """
    scheme, authority, rest = _split(uri)
    if not scheme:
        return uri
    if _has_password(scheme, authority, rest):
        # To the last @: it may hold a slash, a hash, a question mark or an @ that is not escaped.
        name, host = authority.partition(":")[0], (authority + rest).rpartition("@")[2]
        authority, rest = f"{name}:{REDACTED}@", host
    if scheme.lower() not in LOCAL:
        query = _QUERY.search(rest)
        if query:
            rest = rest[: query.end()] + "&".join(map(_without_value, rest[query.end() :].split("&")))
    return f"{scheme}://{authority}{rest}"


def file_name(uri: str) -> str:
    """Return the last part of a destination's path, whose suffixes name its format; empty for a directory."""
    scheme, authority, rest = _split(uri)
    query = _QUERY.search(rest) if scheme and scheme.lower() not in LOCAL else None
    path = rest[: query.start()] if query else rest
    return (path if scheme else authority + path).rpartition("/")[2]


def _split(uri: str) -> tuple[str, str, str]:
    """Return scheme, authority and what follows it; no scheme and no authority for a path."""
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return "", "", uri
    rest = uri[scheme.end() + 3 :]
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    return scheme[0], rest[:end], rest[end:]


def _has_password(scheme: str, authority: str, rest: str) -> bool:
    user, at, _ = authority.rpartition("@")
    if at:
        return ":" in user
    if ":" not in authority or "@" not in rest or authority.startswith(("arn:", "[")):
        return False
    # Either a host with a port, which a bucket has not, or a password with a slash in it.
    return scheme.lower() in UPLOADS_ARE_ATOMIC or not _HOST_AND_PORT.fullmatch(authority)


def _without_value(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}{equals}{REDACTED if value else ''}"


@dataclass(frozen=True, kw_only=True)
class Location:
    """
    The parts of a destination.

    :param uri: The destination, safe to show: :func:`display_uri`.
    :param protocol: Its scheme in lower case; ``file`` for a path.
    :param bucket: The bucket or container, or the host; empty for a path.
    :param path: The path on its file system, without the scheme; it begins with the bucket where there is one.
    :param conn_id: The connection that stands before an ``@``.
    :param account: The host of an Azure storage account, where ``container@account`` names one.
    :param problem: Why nothing can be written there, if that is so: a control character, a password (it belongs into a
        connection), a query in the URI of an object store (stores have none, so it would become a part of the name), what a
        store or its library would change in a name (``.`` and ``..`` as folders; a backslash in Azure), a relative path
        (a task's working directory is not its author's), a directory.
    :param advice: What to do about the problem.
    """

    uri: str
    protocol: str
    bucket: str = ""
    path: str
    conn_id: str | None = None
    account: str | None = None
    problem: str | None = None
    advice: str | None = None

    @classmethod
    def parse(cls, uri: str) -> Location:
        """Return the parts of a destination."""
        scheme, authority, rest = _split(uri)
        protocol = scheme.lower() or "file"
        problem, advice = _problem(protocol, authority, rest)
        checked = cls(uri=display_uri(uri), protocol=protocol, path=authority + rest, problem=problem, advice=advice)
        if protocol in LOCAL:
            return checked
        user, at, host = authority.rpartition("@")
        if protocol in AZURE and at and "." in host:  # no container has a dot in its name
            return replace(checked, bucket=user, path=user + rest, account=host)
        return replace(checked, bucket=host, path=host + rest, conn_id=user or None)

    @property
    def is_local(self) -> bool:
        """Whether it is a path on this machine, or on a volume that is mounted here."""
        return self.protocol in LOCAL


def _problem(protocol: str, authority: str, rest: str) -> tuple[str | None, str | None]:
    if _CONTROL.search(authority + rest):
        return "it holds a control character, such as a line break", "Remove it"
    if _has_password(protocol, authority, rest):
        return "it holds a password", "Put the credentials into a connection and name that: object_storage_conn_id"
    if protocol in UPLOADS_ARE_ATOMIC and _QUERY.search(rest):
        return (
            "it has a query, and object stores have none: it would become a part of the name",
            "Remove what follows the question mark; options belong into the connection of object_storage_conn_id",
        )
    if protocol in LOCAL and not (authority + rest).startswith("/"):
        return (
            "it is a relative path, and a task's working directory is not yours",
            "Write the whole path, such as /data/assistants.jsonl, or a URI, such as s3://bucket/assistants.jsonl",
        )
    if (authority + rest).endswith(("/", "/.", "/..")):
        return "it is a directory", "Name a file, such as assistants.jsonl in it"
    if protocol in UPLOADS_ARE_ATOMIC and {".", ".."} & set(rest.split("/")):
        return (
            "it has '.' or '..' as a folder, and object stores have no folders: their libraries write it to another name",
            "Write the path that it stands for",
        )
    if protocol in AZURE and "\\" in rest:
        return "it holds a backslash, and Azure would write a slash for it", "Choose a name without a backslash"
    return None, None
