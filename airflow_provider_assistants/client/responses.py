# SPDX-License-Identifier: Apache-2.0
"""From an HTTP response to rows or to the one typed error that it means; pure, no I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import pydantic_core

from airflow_provider_assistants.client.json_text import parse_json
from airflow_provider_assistants.client.pagers.base import PageResponse
from airflow_provider_assistants.client.projection import decode_projected
from airflow_provider_assistants.dotted_path import dig
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitedError,
    UnexpectedResponseError,
    VendorUnavailableError,
    quoted,
)
from airflow_provider_assistants.redaction import redact_text
from airflow_provider_assistants.storable import one_line
from airflow_provider_assistants.vendors.base import Listing, Vendor

__all__ = [
    "Damaged",
    "Redact",
    "Response",
    "check_flag",
    "decode",
    "error_of",
    "page_of",
    "refusal_hint",
    "vendor_message",
]

#: Takes the secrets out of a vendor's words.
Redact = Callable[[str], str]

_MAX_MESSAGE = 300
#: Characters of a message that are read; far more than are shown, so that a cut here is never visible there.
_MAX_READ = 20_000
_MAX_DEPTH = 4
_BOM = b"\xef\xbb\xbf"
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)", re.IGNORECASE | re.DOTALL)
_LOGIN = re.compile(rb"type=[\"']?password|log\s?in|sign\s?in", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """
    A response as it came over the wire.

    :param status: The HTTP status.
    :param headers: The headers, case-insensitive.
    :param body: The decompressed body.
    :param url: The URL of the request, where the response is a redirect.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""


class Damaged(Exception):  # noqa: N818 - it says of a response that it is, and never leaves the client
    """
    Raised for a response that was damaged on its way and may come whole next time.

    :param error: The error to raise if it never does.
    """

    def __init__(self, error: AssistantsError) -> None:
        super().__init__(error.what)
        self.error = error


#: Messages of a 403 that mean an unknown key: Django REST framework and FastAPI respond so where others send 401.
_KEY_REFUSED = re.compile(
    r"(?!.*(?:permission|scope|privilege))"
    r"(?:.*(?:invalid|incorrect|wrong|bad|unknown|expired|revoked|missing)\W+(?:\w+\W+){0,2}?(?:api[\s_-]?key|token|credentials)"
    r"|.*(?:api[\s_-]?key|token|credentials)\W+(?:\w+\W+){0,3}?"
    r"(?:invalid|incorrect|expired|revoked|missing|unknown|required|not\W+(?:valid|provided|found|recogni[sz]ed|given))"
    r"|.*(?:not\W+authenticated|unauthenticated|user\W+inactive))",
    re.IGNORECASE,
)

#: What a status means, unless the response says more: the error, what happened, and what to do.
_MEANINGS: Mapping[int, tuple[type[AssistantsError], str, str]] = {
    401: (
        AuthenticationError,
        "The vendor does not accept the API key",
        "Put a valid key into the connection's password; keys belong to one account of one host",
    ),
    403: (
        PermissionDeniedError,
        "The API key may not do this",
        "Give the key the permission to read assistants, or use another key; a firewall before the vendor may refuse too",
    ),
    404: (
        UnexpectedResponseError,
        "There is no such path on this host",
        "Check the connection's host: it must be the root of the vendor's API",
    ),
    422: (
        UnexpectedResponseError,
        "The vendor rejects the request's parameters",
        "Check the filters and the page size",
    ),
    429: (
        RateLimitedError,
        "The vendor returned HTTP 429, too many requests",
        "Try later, or set max_requests_per_minute or a lower concurrency on the connection",
    ),
}
_TOO_SLOW = (VendorUnavailableError, "The vendor returned HTTP {status}", "Try later")
_SERVER_ERROR = (
    VendorUnavailableError,
    "The vendor returned HTTP {status}",
    "Try later; if it lasts, report it to the vendor",
)
_OTHER = (
    UnexpectedResponseError,
    "The vendor returned HTTP {status}, which is unexpected",
    "Check the connection's host",
)


def decode(response: Response, *, listing: Listing | None = None, fields: frozenset[str] | None = None) -> Any:
    """
    Decode the JSON of a response.

    :param listing: Which listing it is a page of, if only some fields of its rows are needed.
    :param fields: These fields; all if None.
    :raises AuthenticationError: If the response is a login page.
    :raises UnexpectedResponseError: If it is other HTML, or empty.
    :raises Damaged: If it is no JSON, or only the beginning of some.
    """
    body = _without_mark(response.body)
    try:
        if listing is not None and fields is not None and not any("." in path for path in listing.rows):
            with suppress(ValueError):
                return decode_projected(body, rows=listing.rows, fields=fields)
        return parse_json(body)
    except ValueError as error:
        raise _not_json(response, error) from None


def _without_mark(body: bytes) -> bytes:
    """Return a body without the byte order mark that some servers put before their JSON."""
    return body.removeprefix(_BOM)


def _not_json(response: Response, error: ValueError) -> AssistantsError | Damaged:
    body = _without_mark(response.body)
    if _HTML.match(body[:4096]):
        if _LOGIN.search(body[:65536]):
            return AuthenticationError(
                "Expected JSON, got a login page",
                status=response.status,
                advice="Check the connection's password and host: the key is wrong, or the host is not an API's root",
            )
        return UnexpectedResponseError(
            "Expected JSON, got a web page",
            status=response.status,
            advice="Check the connection's host: it must be the root of the vendor's API",
        )
    if not body.strip():
        return UnexpectedResponseError(
            "Expected JSON, got an empty response", status=response.status, advice="Try later; report it to the vendor"
        )
    if str(error).startswith("recursion limit exceeded"):
        return UnexpectedResponseError(
            "The response is nested too deep: JSON is read up to 200 levels deep",
            status=response.status,
            advice="Find the assistant whose field holds that at the vendor, and shorten it",
        )
    if _ends_early(body):
        return Damaged(
            UnexpectedResponseError(
                f"The response is not valid JSON: it ends early, after {len(body):,} bytes",
                status=response.status,
                advice="The server or a proxy cuts it; try later, or with smaller pages (page_size)",
            )
        )
    return Damaged(
        UnexpectedResponseError(
            f"The response is not valid JSON: {error}",
            status=response.status,
            advice="Check that the connection's host is the root of an API; a proxy may have damaged the response",
        )
    )


def _ends_early(body: bytes) -> bool:
    """Whether a body is the beginning of JSON; the cut may be inside a character."""
    text = body.decode("utf-8", "ignore")
    try:
        pydantic_core.from_json(text, allow_partial="trailing-strings")
        pydantic_core.from_json(text)
    except ValueError as error:
        return text.lstrip()[:1] in ("{", "[") and str(error).startswith("EOF")
    return False


def error_of(
    response: Response, vendor: Vendor, *, asked: float | None = None, redact: Redact = redact_text
) -> AssistantsError | None:
    """
    Return the error that a response means by its status; None if it is a success.

    :param asked: Seconds that the vendor asked to wait, for a 429.
    :param redact: Redacts the vendor's message.
    """
    status = response.status
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return _redirect(response, redact)
    other = _SERVER_ERROR if status >= 500 else _TOO_SLOW if status in (408, 425) else _OTHER
    message = vendor_message(_loose_json(response.body), redact=redact)
    meaning = 401 if status == 403 and message and _KEY_REFUSED.match(message) else status
    kind, what, advice = _MEANINGS.get(meaning, other)
    what = what.format(status=status) + (f": {message}" if message else "")
    if issubclass(kind, RateLimitedError):
        return kind(what, retry_after=asked, status=status, advice=advice)
    if meaning == 401 and vendor.key_help:
        advice = f"{advice} ({vendor.key_help})"
    return kind(what, status=status, advice=advice)


def _redirect(response: Response, redact: Redact) -> AssistantsError:
    location = response.headers.get("location", "").strip()
    if not location:
        return UnexpectedResponseError(
            f"The vendor redirects (HTTP {response.status}) without a Location",
            status=response.status,
            advice="Check the connection's host; if it is right, report it to the vendor",
        )
    try:
        target = urlsplit(location)
        _ = target.port
    except ValueError:
        target = SplitResult("", "", "", "", "")
    if re.search(r"log-?_?in|sign-?_?in|auth", target.path, re.IGNORECASE):
        return AuthenticationError(
            "Expected JSON, got a redirect to the login page",
            status=response.status,
            advice="Put a valid key into the connection's password",
        )
    host = target.netloc.rpartition("@")[2]
    where = f"{target.scheme}://{host}{target.path}" if host else target.path or "what is no URL"
    return UnexpectedResponseError(
        f"The vendor redirects to {_shown(where, redact, limit=200)}; a redirect is never followed with the key",
        status=response.status,
        advice="If the API lies there, set it as the connection's host",
    )


def vendor_message(body: Any, *, redact: Redact = redact_text) -> str | None:
    """
    Return the message in the body of an error, whatever its shape; None if there is none.

    Seen: ``message``, ``error``, ``detail`` (a text, or FastAPI's list), ``msg``, problem details, and Laravel's
    ``errors`` by field; each may hold objects and lists of these. Other shapes are ignored.

    :param redact: Redacts the message; before it is cut, since half a key is not recognised as one.
    """
    if not isinstance(body, dict):
        return None
    message = next(filter(None, (_words(body.get(key)) for key in _MESSAGE_KEYS)), None)
    if not message:
        return None
    fields = body.get("errors")
    if isinstance(fields, dict) and fields:
        by_name = (f"{name}: {_words(texts) or 'refused'}" for name, texts in list(fields.items())[:5])
        message = f"{message} ({'; '.join(by_name)})"
    return _shown(message, redact, limit=_MAX_MESSAGE).rstrip(".") or None


_MESSAGE_KEYS = ("message", "error", "detail", "msg", "title", "error_description", "errors")


def _words(part: Any, depth: int = 0) -> str:
    """Return the text in a part of an error's body; empty if there is none."""
    if isinstance(part, str):
        return part.strip()
    if depth >= _MAX_DEPTH:
        return ""
    if isinstance(part, list):
        return "; ".join(filter(None, (_words(each, depth + 1) for each in part[:5])))
    if isinstance(part, dict):
        words = next(filter(None, (_words(part.get(key), depth + 1) for key in _MESSAGE_KEYS)), "")
        where = ".".join(_places(part.get("loc")))
        return f"{where}: {words}" if where and words else words
    return ""


def _places(loc: Any) -> Iterator[str]:
    """Yield the steps of where FastAPI found something wrong."""
    for part in loc if isinstance(loc, list) else [loc]:
        if isinstance(part, str | int) and part != "query":
            yield str(part)


def _shown(text: str, redact: Redact, *, limit: int) -> str:
    """Return a vendor's text as an error may quote it: on one line, redacted, and not too long."""
    if len(text) > _MAX_READ:
        text = text[:_MAX_READ].rpartition(" ")[0]
    text = redact(one_line(" ".join(text.split())))
    return text if len(text) <= limit else text[:limit] + "…"


def _loose_json(body: bytes) -> Any:
    body = _without_mark(body)
    try:
        return parse_json(body) if body.lstrip()[:1] in (b"{", b"[") else None
    except ValueError:
        return None


def check_flag(payload: Any, vendor: Vendor, *, status: int, redact: Redact = redact_text) -> None:
    """
    Raise if a response says in its body that the request failed, whatever its status.

    :raises UnexpectedResponseError: If it does.
    """
    if vendor.failure_flag and isinstance(payload, dict) and payload.get(vendor.failure_flag) is True:
        message = vendor_message(payload, redact=redact)
        raise UnexpectedResponseError(
            "The vendor reports that the request failed" + (f": {message}" if message else ""),
            status=status,
            advice="Try again; if it lasts, report it to the vendor",
        )


def page_of(payload: Any, listing: Listing) -> PageResponse:
    """
    Return the rows of a decoded response: a bare array, or what is under one of the listing's keys.

    :raises UnexpectedResponseError: If there is no such list, or one of its items is no object.
    """
    rows: list[Any] | None = payload if isinstance(payload, list) else None
    for path in listing.rows if rows is None else ():
        candidate = dig(payload, path)
        if isinstance(candidate, list):
            rows = candidate
            break
    if rows is None:
        keys = ", ".join(map(quoted, list(payload)[:8])) if isinstance(payload, dict) else None
        shape = type(payload).__name__ if keys is None else f"an object with {keys}"
        raise UnexpectedResponseError(
            f"Expected a list of rows under {' or '.join(map(repr, listing.rows))}, got {shape}",
            advice="Check the connection's host; if it is right, the vendor has changed its API",
        )
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise UnexpectedResponseError(
                f"Expected an object in row {number} of the response, got {type(row).__name__}",
                advice="Report it to the vendor",
            )
    return PageResponse(rows=rows, envelope=payload)


def refusal_hint(response: Response) -> Any:
    """Decode the body of a refusal, where it may say how long to wait."""
    return _loose_json(response.body) if response.status == 429 else None
