# SPDX-License-Identifier: Apache-2.0
"""
Connect to a host by whichever of its addresses responds first (RFC 8305, "Happy Eyeballs").

asyncio has the same in ``create_connection``, but loses there which errors several addresses ended with; an error must say
whether a host refused the connection, is not reachable or is not known. No attempt is a task of its own: whoever gives up,
at whatever moment, leaves neither task nor socket behind.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

__all__ = ["open_socket"]

#: Seconds before the next address is tried beside those that have not responded yet.
NEXT_ADDRESS_SECONDS = 0.25

#: Family and address, as :meth:`socket.socket.connect` takes it.
_Address = tuple[int, Any]


async def open_socket(host: str, port: int) -> socket.socket:
    """
    Return a connected non-blocking socket that sends what is written at once (``TCP_NODELAY``).

    :param host: A name or an address, as in a URL but without brackets.
    :raises OSError: If the name is not known, or no address accepts the connection; the errors of all are its causes.
    """
    loop = asyncio.get_running_loop()
    untried = _in_turns(await _addresses(host, port))
    connecting: set[socket.socket] = set()
    responded: asyncio.Queue[socket.socket] = asyncio.Queue()
    errors: list[OSError] = []

    def respond(each: socket.socket) -> None:
        loop.remove_writer(each.fileno())
        responded.put_nowait(each)

    try:
        while untried or connecting:
            if untried:
                try:
                    begun = _begin(*untried.pop(0))
                except OSError as error:
                    errors.append(error)
                    continue
                connecting.add(begun)
                loop.add_writer(begun.fileno(), respond, begun)
            try:
                async with asyncio.timeout(NEXT_ADDRESS_SECONDS if untried else None):
                    each = await responded.get()
            except TimeoutError:
                continue
            connecting.remove(each)
            code = each.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code == 0:
                return each
            each.close()
            errors.append(OSError(code, os.strerror(code)))
    finally:
        for each in connecting:
            loop.remove_writer(each.fileno())
            each.close()
    cause = errors[0] if len(errors) == 1 else ExceptionGroup("All addresses failed", errors)
    raise OSError("No address of the host accepts the connection") from cause


async def _addresses(host: str, port: int) -> Sequence[_Address]:
    try:
        # An address needs no lookup, and so no thread; but for one with a scope, whose number the resolver knows.
        given = ipaddress.ip_address(host)
        if given.version == 4:
            return [(socket.AF_INET, (host, port))]
        if "%" not in host:
            return [(socket.AF_INET6, (host, port, 0, 0))]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return [*dict.fromkeys((family, address) for family, _, _, _, address in found)]


def _in_turns(addresses: Sequence[_Address]) -> list[_Address]:
    """Sort addresses so that the two kinds take turns, each in the resolver's order, beginning with the resolver's first."""
    first = [each for each in addresses if each[0] == addresses[0][0]]
    others = [each for each in addresses if each[0] != addresses[0][0]]
    return [each for pair in zip_longest(first, others) for each in pair if each is not None]


def _begin(family: int, address: Any) -> socket.socket:
    """Return a socket that is about to connect to an address: it can be written to as soon as that has worked or failed."""
    begun = socket.socket(family, socket.SOCK_STREAM)
    try:
        begun.setblocking(False)
        begun.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = begun.connect_ex(address)
        if code not in (0, errno.EINPROGRESS, errno.EINTR):
            raise OSError(code, os.strerror(code))
    except BaseException:
        begun.close()
        raise
    return begun
