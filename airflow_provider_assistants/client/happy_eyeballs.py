# SPDX-License-Identifier: Apache-2.0
"""
Connect to a host by whichever of its addresses responds first (RFC 8305, "Happy Eyeballs").

asyncio has the same in ``create_connection``, but loses there which errors several addresses ended with; an error must say
whether a host refused the connection, is not reachable or is not known.
"""

from __future__ import annotations

import asyncio
import ipaddress
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
    waiting = _in_turns(await _addresses(host, port))
    running: set[asyncio.Task[socket.socket]] = set()
    errors: list[OSError] = []
    connected: socket.socket | None = None
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.ensure_future(_connect(*waiting.pop(0))))
            done, running = await asyncio.wait(
                running, timeout=NEXT_ADDRESS_SECONDS if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                error = task.exception()
                if isinstance(error, OSError):
                    errors.append(error)
                elif error is not None:
                    raise error
                elif connected is None:
                    connected = task.result()
                else:
                    task.result().close()
            if connected is not None:
                return connected
    except BaseException:
        if connected is not None:
            connected.close()
        raise
    finally:
        await _give_up(running)
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
    """Sort addresses so that the two kinds take turns, each in the resolver's order, beginning with IPv6."""
    six = [each for each in addresses if each[0] == socket.AF_INET6]
    others = [each for each in addresses if each[0] != socket.AF_INET6]
    return [each for pair in zip_longest(six, others) for each in pair if each is not None]


async def _connect(family: int, address: Any) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(opened, address)
    except BaseException:
        opened.close()
        raise
    return opened


async def _give_up(tasks: set[asyncio.Task[socket.socket]]) -> None:
    """Cancel the other attempts, and close those that connected meanwhile."""
    for task in tasks:
        task.cancel()
    for late in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(late, socket.socket):
            late.close()
