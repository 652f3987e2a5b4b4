# SPDX-License-Identifier: Apache-2.0
"""A SOCKS5 proxy (RFC 1928) in the test's own event loop."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass, field

from tests.client.network_server import Peer, pass_on

__all__ = ["Socks"]


@dataclass
class Socks:
    """
    What the proxy does, and what it was asked.

    :param user: User and password that it wants; none if empty.
    :param reply: What it says of each host; 0 connects to it.
    :param byte_by_byte: Send what it says so.
    """

    user: tuple[bytes, bytes] | None = None
    reply: int = 0
    byte_by_byte: bool = False
    asked: list[str] = field(default_factory=list)

    async def __call__(self, peer: Peer) -> None:
        """Serve a connection."""
        read = peer.reader.readexactly
        _, count = await read(2)
        wanted = 2 if self.user else 0
        if wanted not in await read(count):
            await self._say(peer, b"\x05\xff")
            return
        await self._say(peer, bytes((5, wanted)))
        if self.user:
            await read(1)
            given = tuple([await read((await read(1))[0]) for _ in range(2)])
            await self._say(peer, b"\x01\x00" if given == self.user else b"\x01\x01")
            if given != self.user:
                return
        kind = (await read(4))[3]
        if kind == 3:
            host = (await read((await read(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await read(4 if kind == 1 else 16)))
        port = int.from_bytes(await read(2), "big")
        self.asked.append(f"{host}:{port}")
        # A name as its own address: the longest kind of reply.
        await self._say(peer, bytes((5, self.reply)) + b"\x00\x03\x05proxy\x00\x50")
        if self.reply == 0:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(pass_on(peer.reader, writer), pass_on(reader, peer.writer))

    async def _say(self, peer: Peer, data: bytes) -> None:
        step = 1 if self.byte_by_byte else len(data)
        for number in range(0, len(data), step):
            await peer.send(data[number : number + step])
            await asyncio.sleep(0)
