# SPDX-License-Identifier: Apache-2.0
"""What object stores know of a bucket before anything is written: whether it is there, and whether it is the public one."""

from __future__ import annotations

import contextlib
import re
import warnings
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow_provider_assistants.records.destination_uri import AZURE, GOOGLE, S3

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["account_of", "has_console", "is_forbidden", "is_missing", "is_not_accepted", "written_name"]

_PUBLIC = {**dict.fromkeys(S3, ".amazonaws.com"), **dict.fromkeys(GOOGLE, ".googleapis.com")}
#: What stores say of credentials that they do not accept, and of what these may not do.
_NOT_ACCEPTED = re.compile(
    r"(?i:access key id|InvalidAccessKeyId|SignatureDoesNotMatch|signature we calculated|ExpiredToken"
    r"|token (?:has |is )?(?:expired|invalid)|security token|invalid[ _]credentials|invalid_grant"
    r"|AuthenticationFailed|failed to authenticate|unauthenticated|anonymous caller)"
)
_FORBIDDEN = re.compile(r"\AForbidden\b|'Forbidden'|Access ?Denied|Authorization(?:Permission|Failure)")
_ACCOUNT_NAME = re.compile(r"AccountName=([^;]+)")


def is_missing(fs: AbstractFileSystem, protocol: str, bucket: str) -> bool:
    """
    Whether there surely is no such bucket or container, by one request.

    A right to write without one to look is enough: what may not be looked at counts as there.
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
    """Tell a key that S3 does not know from one that may not look: the response to a HEAD request has no room for that."""
    try:
        fs.call_s3("list_objects_v2", Bucket=bucket, MaxKeys=1)
    except Exception as error:
        if is_not_accepted(error):
            raise


def is_not_accepted(error: Exception) -> bool:
    """Whether a store does not accept the credentials at all, by its words: its library has one class for all refusals."""
    return _NOT_ACCEPTED.search(str(error)) is not None


def is_forbidden(error: Exception) -> bool:
    """Whether a store knows who asks and forbids it; not all libraries have a class of their own for that."""
    return not is_not_accepted(error) and (isinstance(error, PermissionError) or bool(_FORBIDDEN.search(str(error))))


def has_console(fs: AbstractFileSystem, protocol: str) -> bool:
    """Whether the vendor's own web console shows what is in the store: not at an endpoint of one's own (MinIO, Ceph)."""
    endpoint = ""
    with contextlib.suppress(Exception):  # what a store's library keeps of it is its own affair
        endpoint = fs.s3.meta.endpoint_url if protocol in S3 else fs.base
    return protocol in _PUBLIC and (urlsplit(str(endpoint)).hostname or "").endswith(_PUBLIC[protocol])


def account_of(fs: AbstractFileSystem) -> str | None:
    """Return the name of the Azure storage account that a file system leads to, where that can be known."""
    named = _ACCOUNT_NAME.search(str(getattr(fs, "connection_string", None) or ""))
    account = named[1] if named else getattr(fs, "account_name", None)
    return str(account) if account else None


def written_name(fs: AbstractFileSystem, path: str) -> str:
    """Return the path as the file system would write it: its library may take a part of a name for something else."""
    stripped = str(fs._strip_protocol(path))
    if hasattr(fs, "split_path"):
        bucket, key, *_ = fs.split_path(stripped)
        stripped = f"{bucket}/{key}" if key else str(bucket)
    return stripped
