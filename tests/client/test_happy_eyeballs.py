# SPDX-License-Identifier: Apache-2.0
"""Which address of a host is connected to, and what becomes of the others."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from airflow_provider_assistants.client import happy_eyeballs
from airflow_provider_assistants.client.happy_eyeballs import open_socket

#: Addresses that the host has, in the resolver's order; nothing is sent to any of them.
FOUR, OTHER_FOUR = ("192.0.2.4", 80), ("192.0.2.5", 80)
SIX, OTHER_SIX = ("2001:db8::6", 80, 0, 0), ("2001:db8::7", 80, 0, 0)


@pytest.fixture
def listening() -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


@pytest.fixture
def listening_on_six() -> Iterator[int]:
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        yield server.getsockname()[1]


class Host:
    """A host of these addresses; a connection to each of them ends as its function says."""

    def __init__(self, addresses: dict[Any, Callable[[], Awaitable[None]]]) -> None:
        self.addresses = addresses
        self.tried: list[Any] = []
        self.sockets: list[socket.socket] = []

    async def getaddrinfo(self, host: bytes, port: int, **_: Any) -> list[Any]:
        assert host == b"api.example.com"
        family = {2: socket.AF_INET, 4: socket.AF_INET6}
        return [(family[len(each)], socket.SOCK_STREAM, 6, "", each) for each in self.addresses]

    async def sock_connect(self, opened: socket.socket, address: Any) -> None:
        self.tried.append(address)
        self.sockets.append(opened)
        await self.addresses[address]()

    def open(self) -> tuple[Any, socket.socket | OSError]:
        """Return the address that was connected to, and the socket; or the error."""

        async def call() -> Any:
            loop = asyncio.get_running_loop()
            loop.getaddrinfo, loop.sock_connect = self.getaddrinfo, self.sock_connect  # type: ignore[method-assign]
            async with asyncio.timeout(60):
                try:
                    opened = await open_socket("api.example.com", 80)
                except OSError as error:
                    return None, error
            assert asyncio.all_tasks() == {asyncio.current_task()}
            return self.tried[self.sockets.index(opened)], opened

        result: tuple[Any, socket.socket | OSError] = asyncio.run(call())
        for each in self.sockets:
            assert each is result[1] or each.fileno() < 0, "every other socket is closed"
        if isinstance(result[1], socket.socket):
            result[1].close()
        return result


async def accepts() -> None:
    await asyncio.sleep(0)


async def refuses() -> None:
    raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")


async def unreachable() -> None:
    raise OSError(errno.EHOSTUNREACH, "No route to host")


async def says_nothing() -> None:
    await asyncio.Event().wait()


def test_an_address_needs_no_lookup(listening: tuple[str, int]) -> None:
    async def call() -> None:
        loop = asyncio.get_running_loop()
        loop.getaddrinfo = None  # type: ignore[assignment]
        opened = await open_socket(*listening)
        assert opened.getpeername() == listening
        assert not opened.getblocking()
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        opened.close()

    asyncio.run(call())


@pytest.mark.optional
@pytest.mark.parametrize("host", ["::1", "localhost"])
def test_ipv6(listening_on_six: int, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def call() -> None:
        opened = await open_socket(host, listening_on_six)
        assert opened.getpeername()[:2] == ("::1", listening_on_six)
        opened.close()

    known = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", listening_on_six, 0, 0))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [known])
    asyncio.run(call())


def test_ipv6_goes_first_and_then_they_take_turns() -> None:
    host = Host({FOUR: refuses, OTHER_FOUR: accepts, SIX: refuses, OTHER_SIX: refuses})
    assert host.open()[0] == OTHER_FOUR
    assert host.tried == [SIX, FOUR, OTHER_SIX, OTHER_FOUR]


def test_an_address_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happy_eyeballs, "NEXT_ADDRESS_SECONDS", 0.01)
    assert Host({SIX: says_nothing, FOUR: accepts}).open()[0] == FOUR


def test_an_address_that_refuses_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happy_eyeballs, "NEXT_ADDRESS_SECONDS", 3_600.0)
    assert Host({SIX: refuses, FOUR: accepts}).open()[0] == FOUR


def test_two_that_accept_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happy_eyeballs, "NEXT_ADDRESS_SECONDS", 0.0)
    host = Host({SIX: accepts, FOUR: accepts})
    assert host.open()[0] in (SIX, FOUR)


def test_the_errors_of_all_addresses_are_kept() -> None:
    _, error = Host({SIX: unreachable, FOUR: refuses}).open()
    assert isinstance(error, OSError)
    assert isinstance(error.__cause__, ExceptionGroup)
    assert {each.errno for each in error.__cause__.exceptions if isinstance(each, OSError)} == {
        errno.ECONNREFUSED,
        errno.EHOSTUNREACH,
    }
    _, error = Host({FOUR: refuses}).open()
    assert isinstance(error, OSError)
    assert isinstance(error.__cause__, ConnectionRefusedError)


def test_a_name_that_is_not_known() -> None:
    with pytest.raises(socket.gaierror):
        asyncio.run(open_socket("no-such-host.invalid", 80))


def test_who_gives_up_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happy_eyeballs, "NEXT_ADDRESS_SECONDS", 0.0)
    host = Host({SIX: says_nothing, FOUR: says_nothing})

    async def call() -> None:
        loop = asyncio.get_running_loop()
        loop.getaddrinfo, loop.sock_connect = host.getaddrinfo, host.sock_connect  # type: ignore[method-assign]
        opening = asyncio.ensure_future(open_socket("api.example.com", 80))
        while len(host.tried) < 2:  # noqa: ASYNC110 - it is the loop under test that turns
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        assert opening.cancelled()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(call())
    assert [each.fileno() for each in host.sockets] == [-1, -1]
