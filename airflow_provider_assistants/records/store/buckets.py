# SPDX-License-Identifier: Apache-2.0
"""Object stores: whether a bucket exists, which account it belongs to, and what their refusals mean."""

from __future__ import annotations

import contextlib
import re
import warnings
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow_provider_assistants.records.store.uri import AZURE, GOOGLE, S3

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["account_of", "has_console", "is_forbidden", "is_missing", "is_not_accepted", "written_name"]

_PUBLIC = {**dict.fromkeys(S3, ".amazonaws.com"), **dict.fromkeys(GOOGLE, ".googleapis.com")}
#: Messages of stores about credentials that they do not accept, and about missing permissions.
_NOT_ACCEPTED = re.compile(
    r"(?i:access key id|InvalidAccessKeyId|SignatureDoesNotMatch|signature we calculated|ExpiredToken"
    r"|token (?:has |is )?(?:expired|invalid)|security token|invalid[ _]credentials|invalid_grant"
    r"|AuthenticationFailed|failed to authenticate|unauthenticated|anonymous caller)"
)
_FORBIDDEN = re.compile(r"\AForbidden\b|'Forbidden'|Access ?Denied|Authorization(?:Permission|Failure)")
_ACCOUNT_NAME = re.compile(r"AccountName=([^;]+)")


def is_missing(fs: AbstractFileSystem, protocol: str, bucket: str) -> bool:
    """
    Whether there is certainly no such bucket or container, by one request.

    Permission to write without permission to read is enough: a bucket that may not be read counts as there.
    """
    try:
        if protocol in AZURE:
            with warnings.catch_warnings(), contextlib.suppress(ValueError):
                warnings.simplefilter("ignore")  # a key to one container only may not ask
                return not fs.exists(bucket)
        elif protocol in GOOGLE and hasattr(fs, "call"):
            fs.call("GET", "b/{}", bucket, json_out=True)
        elif protocol in S3 and not bucket.startswith("arn:"):
            fs.info(bucket)
    except FileNotFoundError:
        return True
    except Exception as error:
        if protocol in S3:
            _raise_if_not_accepted(fs, bucket)
        if not is_forbidden(error):
            raise
    return False


def _raise_if_not_accepted(fs: AbstractFileSystem, bucket: str) -> None:
    """Raise if S3 does not know the key; the response to a HEAD request cannot distinguish that from a missing permission."""
    try:
        fs.call_s3("list_objects_v2", Bucket=bucket, MaxKeys=1)
    except Exception as error:
        if is_not_accepted(error):
            raise


def is_not_accepted(error: Exception) -> bool:
    """Whether a store does not accept the credentials at all, by its message: its library has one class for all refusals."""
    return _NOT_ACCEPTED.search(str(error)) is not None


def is_forbidden(error: Exception) -> bool:
    """Whether a store accepts the credentials and forbids the request; not all libraries have a class for that."""
    return not is_not_accepted(error) and (isinstance(error, PermissionError) or bool(_FORBIDDEN.search(str(error))))


def has_console(fs: AbstractFileSystem, protocol: str) -> bool:
    """Whether the vendor's own web console shows what is in the store: not at an endpoint of one's own (MinIO, Ceph)."""
    endpoint = ""
    with contextlib.suppress(Exception):  # where a store's library keeps it differs between versions
        endpoint = fs.s3.meta.endpoint_url if protocol in S3 else fs.base
    return protocol in _PUBLIC and (urlsplit(str(endpoint)).hostname or "").endswith(_PUBLIC[protocol])


def account_of(fs: AbstractFileSystem) -> str | None:
    """Return the name of the Azure storage account that a file system leads to, where that can be known."""
    named = _ACCOUNT_NAME.search(str(getattr(fs, "connection_string", None) or ""))
    account = named[1] if named else getattr(fs, "account_name", None)
    return str(account) if account else None


def written_name(fs: AbstractFileSystem, path: str) -> str:
    """Return the path as the file system would write it: its library may interpret a part of a name."""
    stripped = str(fs._strip_protocol(path))
    if hasattr(fs, "split_path"):
        bucket, key, *_ = fs.split_path(stripped)
        stripped = f"{bucket}/{key}" if key else str(bucket)
    return stripped
