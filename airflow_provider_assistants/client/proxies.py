# SPDX-License-Identifier: Apache-2.0
"""
Which proxy a request takes: that of the connection, or else that of the environment, as other HTTP clients read it.

``https_proxy``, ``http_proxy`` and ``all_proxy`` name a proxy by the scheme of the URL asked for, ``no_proxy`` lists hosts
that are reached without one. Each may be in upper case too; lower case wins. No ``.netrc`` and no system settings.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from airflow_provider_assistants.exceptions import ConfigurationError

__all__ = ["NO_PROXY", "Proxies", "Proxy"]

#: What the connection's extra says to switch the environment's proxies off.
NO_PROXY = "none"

_SCHEMES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class Proxy:
    """
    A proxy, and who named it; as text without its user and password.

    :param url: With user and password, if it has them.
    :param source: Who named it, such as ``HTTPS_PROXY of the environment``.
    """

    url: str = field(repr=False)
    source: str

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]} ({self.source})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen: the password, as written and as meant."""
        password = urlsplit(self.url).password or ""
        return tuple(dict.fromkeys(form for form in (password, unquote(password)) if form))


class Proxies:
    """
    The proxies in force for a connection.

    :param extra: The connection's own proxy: a URL, ``none`` for no proxy at all, or None for those of the environment.
    :param environ: The environment.
    :raises ConfigurationError: If ``extra`` is no proxy's URL.
    """

    def __init__(self, extra: str | None, environ: Mapping[str, str] = os.environ) -> None:
        self._own: Proxy | None = None
        self._by_scheme: dict[str, tuple[str, str]] = {}
        self._direct: tuple[str, ...] = ()
        extra = (extra or "").strip()
        if extra.lower() == NO_PROXY:
            return
        if extra:
            self._own = _proxy(extra, "the connection's extra 'proxy'")
            return
        for scheme in ("http", "https", "all"):
            named = _variable(f"{scheme}_proxy", environ)
            if named is not None:
                self._by_scheme[scheme] = named
        direct = _variable("no_proxy", environ)
        self._direct = tuple(re.split(r"[,\s]+", direct[1].lower())) if direct else ()

    def __bool__(self) -> bool:
        return self._own is not None or bool(self._by_scheme)

    def for_url(self, url: str) -> Proxy | None:
        """
        Return the proxy that requests for a URL take; None for no proxy.

        :raises ConfigurationError: If the environment names one that cannot be used.
        """
        if self._own is not None or not self._by_scheme:
            return self._own
        parts = urlsplit(url)
        named = self._by_scheme.get(parts.scheme.lower()) or self._by_scheme.get("all")
        if named is None:
            return None
        host = (parts.hostname or "").lower()
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme.lower())
        if any(_covers(entry, host, port) for entry in self._direct if entry):
            return None
        variable, value = named
        return _proxy(value if "://" in value else f"http://{value}", f"{variable} of the environment")


def _variable(name: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the name and the value of a variable; an empty one in lower case switches off the one in upper case."""
    for each in (name, name.upper()):
        # In a CGI script HTTP_PROXY is what a stranger sent as the header Proxy.
        if each in environ and not (each == "HTTP_PROXY" and "REQUEST_METHOD" in environ):
            value = environ[each].strip()
            return (each, value) if value else None
    return None


def _proxy(url: str, source: str) -> Proxy:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and "://" in url and not re.search(r"\s", url)
    except ValueError:
        usable = False
    # Never quoted: what is no URL may still hold a password.
    if not usable:
        raise ConfigurationError(
            f"{_sentence(source)} is not a proxy URL", advice="Expected a URL like http://user:password@host:3128"
        )
    if parts.scheme.lower() not in _SCHEMES:
        raise ConfigurationError(
            f"{_sentence(source)} must have one of the schemes {', '.join(_SCHEMES)}, got {parts.scheme!r}",
            advice="Expected a URL like http://user:password@host:3128",
        )
    return Proxy(url, source)


def _sentence(source: str) -> str:
    return source[0].upper() + source[1:]


def _covers(entry: str, host: str, port: int | None) -> bool:
    """Whether an entry of ``no_proxy`` means a host: a name and all below it, an address, a network, or ``*``."""
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    if "://" in entry:
        entry = entry.partition("://")[2]
    name, colon, entry_port = entry.rpartition(":")
    if colon and entry_port.isdecimal() and (":" not in name or name.startswith("[")):
        if int(entry_port) != port:
            return False
        entry = name
    entry = entry.strip("[]").removeprefix("*").strip(".")
    return bool(entry) and (host == entry or host.endswith(f".{entry}"))
