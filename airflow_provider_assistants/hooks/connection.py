# SPDX-License-Identifier: Apache-2.0
"""Reads an Airflow connection into a base URL, a key and settings; one error lists all that is wrong with it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from airflow_provider_assistants.client.proxies import Proxies
from airflow_provider_assistants.client.retry import RetryPolicy
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.hooks.connection_form import FIELDS, FormField, fields_of
from airflow_provider_assistants.vendors.base import Vendor

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Connection

__all__ = ["Account", "read_connection"]

_PORTS = 65_536


@dataclass(frozen=True, kw_only=True)
class Account:
    """
    The account that a connection leads to.

    :param conn_id: The connection.
    :param base_url: The API's root.
    :param api_key: The key; kept out of the representation.
    :param settings: Timeouts, limits, retries, TLS and proxy.
    """

    conn_id: str
    base_url: str
    api_key: str = field(repr=False)
    settings: ClientSettings = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The key and the proxy's password, for redaction."""
        try:
            proxy = Proxies(self.settings.proxy).for_url(self.base_url)
        except ConfigurationError:
            proxy = None
        return (self.api_key, *(proxy.secrets if proxy else ()))


def read_connection(connection: Connection, vendor: Vendor) -> Account:
    """
    Read and validate a connection.

    :raises ConfigurationError: If a field is invalid; the message lists all that are.
    """
    problems: list[str] = []
    api_key = (connection.password or "").strip()
    if not api_key:
        problems.append(f"the password is empty; expected the API key. {vendor.key_help}".rstrip())
    elif not api_key.isascii() or not api_key.isprintable():
        problems.append(
            "the password is no API key: expected printable ASCII, got characters that a header cannot carry"
        )
    base_url = _base_url(connection, vendor, problems)
    extras = _extras(connection, problems)
    specs = fields_of(vendor)
    read = {
        name: _extra(name, value, problems, spec=specs[name])
        for name, value in extras.items()
        if value not in (None, "")
    }
    if isinstance(read.get("proxy"), str):
        try:
            Proxies(read["proxy"])
        except ConfigurationError as error:
            problems.append(
                f"{error.what[:1].lower()}{error.what[1:]}; expected one such as http://user:password@host:3128"
            )
    if problems:
        raise ConfigurationError(
            f"Invalid connection: {'; '.join(problems)}",
            vendor=vendor.title,
            conn_id=connection.conn_id,
            advice="Correct the connection",
        )
    settings: dict[str, Any] = {name: value for name, value in read.items() if name != "max_retries"}
    if "max_retries" in read:
        settings["retry"] = RetryPolicy(max_retries=read["max_retries"])
    return Account(
        conn_id=str(connection.conn_id), base_url=base_url, api_key=api_key, settings=ClientSettings(**settings)
    )


def _base_url(connection: Connection, vendor: Vendor, problems: list[str]) -> str:
    """
    Return the API's root: the vendor's own, or that of the connection's host, port and schema.

    A bare host is completed with the path that the API has on every host of this backend, so a white label is just its
    host. A host with a path, be it only ``/``, is used as it is.
    """
    host = (connection.host or "").strip()
    if not host:
        return vendor.base_url
    schema = (connection.schema or "").strip()
    is_scheme = schema.lower() in ("http", "https")
    if "://" not in host:
        host = f"{schema.lower() if is_scheme else 'https'}://{host}"
    port = connection.port or None
    if port is not None and not 0 < port < _PORTS:
        problems.append(f"the port must be from 1 to {_PORTS - 1}, got {port:,}")
        port = None
    origin = _origin(host, port)
    if origin is None:
        problems.append(f"the host must be a URL or a host name, got {_without_user(host)!r}")
        return vendor.base_url
    parts = urlsplit(host)
    if parts.username or parts.password or parts.query or parts.fragment:
        problems.append("the host has a user, a query or a fragment; expected only scheme, host, port and path")
    path = parts.path or ("" if is_scheme or not schema else "/" + schema.lstrip("/"))
    url = origin + (path.rstrip("/") if path else vendor.api_root)
    try:
        httpx.URL(url)
    except httpx.InvalidURL as error:
        problems.append(f"the host must be a URL or a host name, got {_without_user(host)!r}: {error}")
    return url


def _origin(url: str, port: int | None) -> str | None:
    """Return the scheme, host and port of a URL; None if it is none. A port in the URL goes before `port`."""
    try:
        parts = urlsplit(url)
        port = parts.port or port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", url) or not url.isprintable():
        return None
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}"


def _without_user(host: str) -> str:
    return re.sub(r"//[^/]*@", "//", host)


def _extras(connection: Connection, problems: list[str]) -> Mapping[str, Any]:
    raw = connection.extra
    if not raw:
        return {}
    try:
        extras = json.loads(raw)
    except ValueError:
        extras = None
    if not isinstance(extras, dict):
        problems.append("the extra is no JSON object")
        return {}
    unknown = [name for name in extras if name not in FIELDS]
    if unknown:
        problems.append(f"there is no extra {', '.join(map(repr, unknown))}; there are {', '.join(FIELDS)}")
    return {name: value for name, value in extras.items() if name in FIELDS}


def _extra(name: str, value: Any, problems: list[str], *, spec: FormField) -> Any:
    word = spec.words.get(str(value).strip().lower())
    if word is not None:
        return word
    read = _typed(spec, value)
    if read is None:
        expected = {"integer": "an integer", "number": "a number", "string": "a string"}[spec.type]
        # A proxy's URL may hold a password, so no value is quoted.
        problems.append(f"the extra {name!r} must be {expected}, got {_kind_of(value, spec)}")
        return None
    low, high = spec.limits.get("minimum"), spec.limits.get("maximum")
    if low is not None and high is not None and not low <= read <= high:
        problems.append(f"the extra {name!r} must be from {low} to {high:,}, got {read:,}")
    return read


def _typed(spec: FormField, value: Any) -> Any:
    """Return a value as its field's type; None if it has another. A connection's URI holds only texts."""
    if spec.type == "string":
        return value if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    if spec.type == "integer":
        return int(number) if number.is_integer() else None
    return number


def _kind_of(value: Any, spec: FormField) -> str:
    """Return the kind of a value in words; texts are not quoted, since one may be a secret in the wrong field."""
    match value:
        case bool():
            return "a boolean"
        case str():
            return "a text that is none"
        case dict():
            return "an object"
        case list():
            return "a list"
        case float() if not math.isfinite(value):
            return "a number that is not finite"
        case float() if spec.type == "integer":
            return str(value)
        case _:
            return "a number"
