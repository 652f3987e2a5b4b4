# SPDX-License-Identifier: Apache-2.0
"""From an Airflow connection to a base URL, a key and settings, with every problem told at once."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow_provider_assistants.client.proxies import Proxies
from airflow_provider_assistants.client.retry import RetryPolicy
from airflow_provider_assistants.client.settings import ClientSettings
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.hooks.connection_form import FIELDS, FormField, fields_of
from airflow_provider_assistants.vendors.base import Vendor

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Connection

__all__ = ["Account", "read_connection"]


@dataclass(frozen=True, kw_only=True)
class Account:
    """
    What a connection says.

    :param conn_id: Which connection.
    :param base_url: The API's root.
    :param api_key: The key; kept out of the representation.
    :param settings: How to talk to the vendor.
    """

    conn_id: str
    base_url: str
    api_key: str = field(repr=False)
    settings: ClientSettings = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen: the key, and the proxy's password."""
        try:
            proxy = Proxies(self.settings.proxy).for_url(self.base_url)
        except ConfigurationError:
            proxy = None
        return (self.api_key, *(proxy.secrets if proxy else ()))


def read_connection(connection: Connection, vendor: Vendor) -> Account:
    """
    Read a connection.

    :raises ConfigurationError: If a field cannot be right; the message tells all that cannot.
    """
    problems: list[str] = []
    api_key = (connection.password or "").strip()
    if not api_key:
        problems.append(f"the password is empty, and has to hold the API key. {vendor.key_hint}".rstrip())
    elif not api_key.isascii() or not api_key.isprintable():
        problems.append("the password is no API key: it has characters that a header cannot carry")
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
            problems.append(f"{error.what[:1].lower()}{error.what[1:]}: it looks like http://user:password@host:3128")
    if problems:
        raise ConfigurationError(
            f"The connection cannot be right: {'; '.join(problems)}",
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
    Give the API's root: the vendor's own, or what the connection's host, port and schema make.

    A bare host is completed with the path that the API has on every host of this backend, so a white label is just its
    host; a host with a path, be it only ``/``, is taken as it is.
    """
    host = (connection.host or "").strip()
    if not host:
        return vendor.base_url
    schema = (connection.schema or "").strip()
    if "://" not in host:
        scheme = schema.lower() if schema.lower() in ("http", "https") else "https"
        host = f"{scheme}://{host}"
    try:
        parts = urlsplit(host)
        port = parts.port or connection.port or None
        name = parts.hostname
    except ValueError:
        name, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not name or re.search(r"\s", host):
        problems.append(f"the host {_without_user(host)!r} is no URL and no host name")
        return vendor.base_url
    if parts.username or parts.password or parts.query or parts.fragment:
        problems.append("the host has a user, a query or a fragment, which have no place there")
    path = parts.path
    if schema and schema.lower() not in ("http", "https") and not path:
        path = "/" + schema.lstrip("/")
    path = path.rstrip("/") if path else vendor.api_root
    shown = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{path}"


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
        due = {"integer": "a whole number", "number": "a number", "string": "a text"}[spec.type]
        # A proxy's URL may hold a password, so no value is quoted.
        problems.append(f"the extra {name!r} must be {due} and is {_kind_of(value, spec)}")
        return None
    low, high = spec.limits.get("minimum"), spec.limits.get("maximum")
    if low is not None and high is not None and not low <= read <= high:
        problems.append(f"the extra {name!r} must be from {low} to {high:,} and is {read:,}")
    return read


def _typed(spec: FormField, value: Any) -> Any:
    """Read a value as its field's type; texts too, since a connection's URI holds nothing else."""
    if spec.type == "string":
        return value if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if spec.type == "integer":
        return int(number) if number.is_integer() else None
    return number


def _kind_of(value: Any, spec: FormField) -> str:
    """Return in words what a value is; texts are not quoted, since one may be a secret in the wrong place."""
    match value:
        case bool():
            return "true or false"
        case str():
            return "a text that is none"
        case dict():
            return "an object"
        case list():
            return "a list"
        case float() if not math.isfinite(value):
            return "not finite"
        case float() if spec.type == "integer":
            return f"{value}, with a fraction"
        case _:
            return "a number"
