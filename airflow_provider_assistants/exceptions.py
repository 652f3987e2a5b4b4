# SPDX-License-Identifier: Apache-2.0
"""
The errors of this package: one root, and one class for each kind that a caller handles differently.

None derives from ``AirflowException``: Airflow turns those into a skip or a retry in places where a wrong key or an
incomplete listing has to fail the task. Every message is one sentence about what happened, then where (vendor, connection,
request), then what to do. The code that raises leaves secrets out. A message may quote a vendor, so each is one line without
control characters: it cannot forge a log line, and every database stores it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Self

from airflow_provider_assistants.storable import one_line, storable

__all__ = [
    "AssistantNotFoundError",
    "AssistantsError",
    "AuthenticationError",
    "ConfigurationError",
    "DestinationError",
    "ListingDriftError",
    "PaginationError",
    "PermissionDeniedError",
    "RateLimitedError",
    "StatusError",
    "UnexpectedResponseError",
    "VendorUnavailableError",
    "XComTooLargeError",
]


def counted(count: int, one: str, several: str | None = None) -> str:
    """Return a count with its noun: ``1 row``, ``2,600 rows``."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def quoted(text: str, *, limit: int = 40) -> str:
    """Return `text` in quotes, or only how long it is: a part of a secret is not found when the message is redacted."""
    return repr(text) if len(text) <= limit else f"(a text of {len(text):,} characters)"


class AssistantsError(Exception):
    """
    Root of all errors of this package.

    :param what: What happened, a sentence without its full stop.
    :param vendor: The vendor's title, such as ``Burki``.
    :param conn_id: The Airflow connection in use.
    :param request: Method and URL of the request, without secrets.
    :param status: The HTTP status of the response, where there was one.
    :param advice: What the user can do about it, a sentence without its full stop.
    """

    def __init__(
        self,
        what: str,
        *,
        vendor: str | None = None,
        conn_id: str | None = None,
        request: str | None = None,
        status: int | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(what := one_line(what))
        self.what = what
        self.vendor = vendor and one_line(vendor)
        self.conn_id = conn_id and one_line(conn_id)
        self.request = request and one_line(request)
        self.status = status
        self.advice = advice and one_line(advice)

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (
                self.vendor,
                f"connection {self.conn_id!r}" if self.conn_id else None,
                self.request,
                f"HTTP {self.status}" if self.status else None,
            )
            if part
        )
        sentences = [self.what + (f" ({where})" if where else "")]
        if self.advice:
            sentences.append(self.advice)
        return " ".join(sentence if sentence.endswith((".", "?", "!")) else f"{sentence}." for sentence in sentences)

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive pickling with all fields: executors and multiprocessing hand exceptions across processes."""
        fields = {name: value for name, value in vars(self).items() if name != "what" and not name.startswith("__")}
        return functools.partial(type(self), **fields), (self.what,)

    def as_dict(self) -> dict[str, Any]:
        """Return the error as primitives, for an event; :meth:`from_dict` reads it."""
        fields = {name: value for name, value in vars(self).items() if not name.startswith("__")}
        return {"type": type(self).__name__, **storable(fields)}

    @staticmethod
    def from_dict(given: Mapping[str, Any]) -> AssistantsError:
        """Return the error that :meth:`as_dict` has written."""
        fields = {name: value for name, value in given.items() if name not in ("type", "what")}
        kind = globals().get(str(given.get("type")))
        if not (isinstance(kind, type) and issubclass(kind, AssistantsError)):
            kind = AssistantsError
        try:
            return kind(str(given.get("what")), **fields)
        except TypeError:
            return AssistantsError(str(given.get("what")))

    def located(self, *, vendor: str | None = None, conn_id: str | None = None, request: str | None = None) -> Self:
        """Fill in where it happened, as far as that is not set; what an inner layer has set stays."""
        self.vendor = self.vendor or vendor
        self.conn_id = self.conn_id or conn_id
        self.request = self.request or (request and one_line(request))
        return self


class ConfigurationError(AssistantsError):
    """Raised when a connection or a parameter is invalid, before any request is made."""


class AuthenticationError(AssistantsError):
    """Raised when the vendor does not accept the key: 401, or a login page instead of JSON."""


class PermissionDeniedError(AssistantsError):
    """Raised when the key is known but may not do this: 403."""


class AssistantNotFoundError(AssistantsError):
    """Raised when the vendor has no assistant with the id that was asked for."""


class VendorUnavailableError(AssistantsError):
    """Raised when the vendor cannot be reached or returns errors, after all retries."""


class RateLimitedError(VendorUnavailableError):
    """
    Raised when the vendor returns 429, after all retries.

    :param retry_after: Seconds to wait that the vendor asked for, if it did.
    """

    def __init__(self, what: str, *, retry_after: float | None = None, **where: Any) -> None:
        super().__init__(what, **where)
        self.retry_after = retry_after


class UnexpectedResponseError(AssistantsError):
    """Raised when a response is not what the vendor documents: a redirect, HTML, not JSON, another shape."""


class PaginationError(UnexpectedResponseError):
    """Raised when paging does not end: a loop, a repeated page, a listing that grows without bound."""


class ListingDriftError(AssistantsError):
    """Raised when a listing kept changing while it was read, so that it may be incomplete."""


class XComTooLargeError(AssistantsError):
    """
    Raised when rows exceed what may go through XCom.

    :param size: Bytes that the rows need, or are expected to need.
    :param limit: Bytes that are allowed.
    """

    def __init__(self, what: str, *, size: int | None = None, limit: int | None = None, **where: Any) -> None:
        super().__init__(what, **where)
        self.size = size
        self.limit = limit


class DestinationError(AssistantsError):
    """Raised when the destination cannot be written, or a snapshot cannot be read: no file system, no permission, no space."""


class StatusError(AssistantsError):
    """Raised when a sensor ends without success: a failure status, a missing assistant, or a trigger that broke off."""
