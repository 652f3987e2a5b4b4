# SPDX-License-Identifier: Apache-2.0
"""From an HTTP answer to rows or to the one typed error that it means; pure, no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from airflow_provider_assistants.client.json_text import parse_json
from airflow_provider_assistants.client.paging import PageAnswer
from airflow_provider_assistants.client.slim_decoding import decode_slim
from airflow_provider_assistants.dotted import dig
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitedError,
    UnexpectedResponseError,
    VendorUnavailableError,
)
from airflow_provider_assistants.storable import one_line
from airflow_provider_assistants.vendors.base import Listing, Vendor

__all__ = ["Answer", "check_flag", "decode", "error_of", "page_of", "refusal_hint", "vendor_message"]

_MAX_MESSAGE = 300
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)", re.IGNORECASE | re.DOTALL)
_LOGIN = re.compile(rb"type=[\"']?password|log\s?in|sign\s?in", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """
    What came over the wire.

    :param status: The HTTP status.
    :param headers: The headers, case-insensitive.
    :param body: The decompressed body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


#: What a status means where nothing says better: the error, what happened, and what to do.
_MEANINGS: Mapping[int, tuple[type[AssistantsError], str, str]] = {
    401: (
        AuthenticationError,
        "The vendor does not accept the API key",
        "Put a valid key into the connection's password; keys belong to one account of one host",
    ),
    403: (
        PermissionDeniedError,
        "The API key is known but may not do this",
        "Give the key the permission to read assistants, or use another key",
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
        "The vendor keeps answering that there are too many requests",
        "Try later, or set max_requests_per_minute or a lower concurrency on the connection",
    ),
}
_TOO_SLOW = (VendorUnavailableError, "The vendor keeps answering that it cannot answer yet", "Try later")
_SERVER_ERROR = (VendorUnavailableError, "The vendor keeps failing", "Try later; if it lasts, tell the vendor")
_OTHER = (UnexpectedResponseError, "The vendor answers with an unexpected status", "Check the connection's host")


def decode(answer: Answer, *, listing: Listing | None = None, fields: frozenset[str] | None = None) -> Any:
    """
    Decode the JSON of an answer.

    :param listing: Which listing it is a page of, if only some fields of its rows are needed.
    :param fields: These fields; all if None.
    :raises AuthenticationError: If the answer is a login page.
    :raises UnexpectedResponseError: If it is other HTML, empty, or not JSON.
    """
    try:
        if listing is not None and fields is not None and not any("." in path for path in listing.rows):
            with suppress(ValueError):
                return decode_slim(answer.body, rows=listing.rows, fields=fields)
        return parse_json(answer.body)
    except ValueError as error:
        raise _not_json(answer, error) from None


def _not_json(answer: Answer, error: ValueError) -> AssistantsError:
    start = answer.body[:4096]
    if _HTML.match(start):
        if _LOGIN.search(answer.body[:65536]):
            return AuthenticationError(
                "A login page came where JSON was due",
                status=answer.status,
                advice="Check the connection's password and host: the key is wrong, or the host is not an API's root",
            )
        return UnexpectedResponseError(
            "A web page came where JSON was due",
            status=answer.status,
            advice="Check the connection's host: it must be the root of the vendor's API",
        )
    if not answer.body.strip():
        return UnexpectedResponseError(
            "An empty answer came where JSON was due", status=answer.status, advice="Try later; tell the vendor"
        )
    return UnexpectedResponseError(
        f"The answer is not valid JSON: {error}",
        status=answer.status,
        advice="A proxy may have cut or changed it; try again, then tell the vendor",
    )


def error_of(answer: Answer, vendor: Vendor, *, asked: float | None = None) -> AssistantsError | None:
    """
    Give the error that an answer means by its status, or None if it is a success.

    :param asked: Seconds that the vendor asked to wait, for a 429.
    """
    status = answer.status
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return _redirect(answer)
    other = _SERVER_ERROR if status >= 500 else _TOO_SLOW if status in (408, 425) else _OTHER
    kind, what, advice = _MEANINGS.get(status, other)
    said = vendor_message(_loose_json(answer.body))
    what = f"{what}: {said}" if said else what
    if issubclass(kind, RateLimitedError):
        return kind(what, retry_after=asked, status=status, advice=advice)
    if status == 401 and vendor.key_hint:
        advice = f"{advice} ({vendor.key_hint})"
    return kind(what, status=status, advice=advice)


def _redirect(answer: Answer) -> AssistantsError:
    target = urlsplit(answer.headers.get("location", ""))
    if re.search(r"log-?_?in|sign-?_?in|auth", target.path, re.IGNORECASE):
        return AuthenticationError(
            "The vendor sends to its login page instead of answering",
            status=answer.status,
            advice="Put a valid key into the connection's password",
        )
    where = f"{target.scheme}://{target.netloc}{target.path}" if target.netloc else target.path or "nowhere"
    return UnexpectedResponseError(
        f"The vendor redirects to {where[:200]}; a redirect is never followed with the key",
        status=answer.status,
        advice="If the API lies there, set it as the connection's host",
    )


def vendor_message(body: Any) -> str | None:
    """
    Give what the vendor says of an error, in whatever shape it says it; None if it says nothing.

    Seen: ``message``, ``error``, ``detail`` (a text, or FastAPI's list), ``msg``, and Laravel's ``errors`` by field.
    """
    if not isinstance(body, dict):
        return None
    for key in ("message", "error", "detail", "msg"):
        said = body.get(key)
        if isinstance(said, str) and said.strip():
            break
        if isinstance(said, list):
            said = "; ".join(filter(None, (_validation_message(item) for item in said)))
            if said:
                break
    else:
        return None
    fields = body.get("errors")
    if isinstance(fields, dict) and fields:
        said = f"{said} ({'; '.join(f'{name}: {_first(texts)}' for name, texts in list(fields.items())[:5])})"
    said = one_line(" ".join(said.split())).rstrip(".")
    return said if len(said) <= _MAX_MESSAGE else said[:_MAX_MESSAGE] + "…"


def _validation_message(item: Any) -> str | None:
    if not isinstance(item, dict):
        return str(item)
    where = ".".join(str(part) for part in item.get("loc", ()) if part != "query")
    return f"{where}: {item.get('msg')}" if where else item.get("msg")


def _first(texts: Any) -> Any:
    return texts[0] if isinstance(texts, list) and texts else texts


def _loose_json(body: bytes) -> Any:
    try:
        return parse_json(body) if body[:1] in b"{[" else None
    except ValueError:
        return None


def check_flag(payload: Any, vendor: Vendor, *, status: int) -> None:
    """
    Refuse an answer that says of itself that it is a failure, whatever its status.

    :raises UnexpectedResponseError: If it does.
    """
    if vendor.failure_flag and isinstance(payload, dict) and payload.get(vendor.failure_flag) is True:
        said = vendor_message(payload)
        raise UnexpectedResponseError(
            "The vendor says that the request failed" + (f": {said}" if said else ""),
            status=status,
            advice="Try again; if it lasts, tell the vendor",
        )


def page_of(payload: Any, listing: Listing) -> PageAnswer:
    """
    Find the rows in a decoded answer: a bare array, or where the listing says.

    :raises UnexpectedResponseError: If there are none to be found, or one is no object.
    """
    rows: list[Any] | None = payload if isinstance(payload, list) else None
    for path in listing.rows if rows is None else ():
        candidate = dig(payload, path)
        if isinstance(candidate, list):
            rows = candidate
            break
    if rows is None:
        keys = ", ".join(map(repr, list(payload)[:8])) if isinstance(payload, dict) else None
        shape = type(payload).__name__ if keys is None else f"an object with {keys}"
        raise UnexpectedResponseError(
            f"The answer has no list of rows under {' or '.join(map(repr, listing.rows))}: it is {shape}",
            advice="Check the connection's host; if it is right, the vendor has changed its API",
        )
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise UnexpectedResponseError(
                f"Row {number} of the answer is no object but {type(row).__name__}",
                advice="Tell the vendor; nothing can be said of such a row",
            )
    return PageAnswer(rows=rows, envelope=payload)


def refusal_hint(answer: Answer) -> Any:
    """Decode the body of a refusal, where it may say how long to wait."""
    if answer.status != 429 or answer.body[:1] != b"{":
        return None
    try:
        return decode(answer)
    except AssistantsError:
        return None
