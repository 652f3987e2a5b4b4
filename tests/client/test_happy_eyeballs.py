# SPDX-License-Identifier: Apache-2.0
"""Which address of a host is connected to, and what becomes of the others."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from airflow_provider_assistants.client import happy_eyeballs
from airflow_provider_assistants.client.happy_eyeballs import open_socket

happy_eyeballs_begin = happy_eyeballs._begin
#: The other ends of sockets to which nothing can be written.
UNREAD: list[socket.socket] = []
#: Addresses that the host has, in the resolver's order; nothing is sent to any of them.
FOUR, OTHER_FOUR = ("192.0.2.4", 80), ("192.0.2.5", 80)
SIX, OTHER_SIX = ("2001:db8::6", 80, 0, 0), ("2001:db8::7", 80, 0, 0)


@pytest.fixture(autouse=True)
def close_unread() -> Iterator[None]:
    yield
    while UNREAD:
        UNREAD.pop().close()


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

    def __init__(self, addresses: dict[Any, Callable[[], socket.socket]]) -> None:
        self.addresses = addresses
        self.tried: list[Any] = []
        self.sockets: list[socket.socket] = []

    async def getaddrinfo(self, host: bytes, port: int, **_: Any) -> list[Any]:
        assert host == b"api.example.com"
        family = {2: socket.AF_INET, 4: socket.AF_INET6}
        return [(family[len(each)], socket.SOCK_STREAM, 6, "", each) for each in self.addresses]

    def begin(self, family: int, address: Any) -> socket.socket:
        self.tried.append(address)
        begun = self.addresses[address]()
        self.sockets.append(begun)
        return begun

    async def opening(self, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
        """Connect to the host."""
        asyncio.get_running_loop().getaddrinfo = self.getaddrinfo  # type: ignore[method-assign]
        monkeypatch.setattr(happy_eyeballs, "_begin", self.begin)
        async with asyncio.timeout(60):
            return await open_socket("api.example.com", 80)

    def open(self, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, OSError | None]:
        """Return the address that was connected to, or the error."""

        async def call() -> tuple[Any, OSError | None]:
            try:
                opened = await self.opening(monkeypatch)
            except OSError as error:
                return None, error
            finally:
                assert asyncio.all_tasks() == {asyncio.current_task()}
            with opened:
                assert [each for each in self.sockets if each.fileno() >= 0] == [opened], "every other one is closed"
            return self.addresses_of[opened], None

        return asyncio.run(call())

    @property
    def addresses_of(self) -> dict[socket.socket, Any]:
        begun = [each for each in self.tried if self.addresses[each] is not unreachable]
        return dict(zip(self.sockets, begun, strict=True))


def accepts() -> socket.socket:
    """Return a socket that can be written to."""
    near, far = socket.socketpair()
    far.close()
    return near


def refuses() -> socket.socket:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
    return happy_eyeballs_begin(socket.AF_INET, address)


def unreachable() -> socket.socket:
    raise OSError(errno.EHOSTUNREACH, "No route to host")


def says_nothing() -> socket.socket:
    """Return a socket that cannot be written to."""
    near, far = socket.socketpair()
    near.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            near.send(b"x" * 65_536)
    UNREAD.append(far)
    return near


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


@pytest.mark.parametrize(
    ("resolved", "tried"),
    [
        ([SIX, OTHER_SIX, FOUR, OTHER_FOUR], [SIX, FOUR, OTHER_SIX, OTHER_FOUR]),
        ([FOUR, OTHER_FOUR, SIX], [FOUR, SIX, OTHER_FOUR]),
        ([SIX, OTHER_SIX], [SIX, OTHER_SIX]),
        ([FOUR], [FOUR]),
    ],
)
def test_the_kinds_take_turns_from_the_resolvers_first_on(
    resolved: list[Any], tried: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose IPv6 leads nowhere says so to the resolver (``gai.conf``), which then sorts IPv4 first."""
    host = Host({each: accepts if each == tried[-1] else refuses for each in resolved})
    assert host.open(monkeypatch)[0] == tried[-1]
    assert host.tried == tried


def test_an_address_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happy_eyeballs, "NEXT_ADDRESS_SECONDS", 0.01)
    assert Host({SIX: says_nothing, FOUR: accepts}).open(monkeypatch)[0] == FOUR


@pytest.mark.parametrize("fails", [refuses, unreachable])
def test_an_address_that_fails_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, fails: Callable[[], socket.socket]
) -> None:
    monkeypatch.setattr(happy_eyeballs, "NEXT_ADDRESS_SECONDS", 3_600.0)
    assert Host({SIX: fails, FOUR: accepts}).open(monkeypatch)[0] == FOUR


def test_two_that_accept_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(happy_eyeballs, "NEXT_ADDRESS_SECONDS", 0.0)
    assert Host({SIX: accepts, FOUR: accepts}).open(monkeypatch)[0] in (SIX, FOUR)


def test_the_errors_of_all_addresses_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    _, error = Host({SIX: unreachable, FOUR: refuses}).open(monkeypatch)
    assert error is not None
    assert isinstance(error.__cause__, ExceptionGroup)
    assert {each.errno for each in error.__cause__.exceptions if isinstance(each, OSError)} == {
        errno.ECONNREFUSED,
        errno.EHOSTUNREACH,
    }
    _, error = Host({FOUR: refuses}).open(monkeypatch)
    assert error is not None
    assert isinstance(error.__cause__, ConnectionRefusedError)


def test_a_name_that_is_not_known() -> None:
    with pytest.raises(socket.gaierror):
        asyncio.run(open_socket("no-such-host.invalid", 80))


@pytest.mark.parametrize("last", [says_nothing, refuses, accepts])
def test_who_gives_up_at_any_moment_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, last: Callable[[], socket.socket]
) -> None:
    monkeypatch.setattr(happy_eyeballs, "NEXT_ADDRESS_SECONDS", 0.0)

    async def call(turns: int) -> bool:
        host = Host({SIX: says_nothing, FOUR: says_nothing, OTHER_FOUR: last})
        opening = asyncio.ensure_future(host.opening(monkeypatch))
        for _ in range(turns):
            await asyncio.sleep(0)
        is_over = opening.done() or turns > 50
        opening.cancel()
        for each in await asyncio.gather(opening, return_exceptions=True):
            if isinstance(each, socket.socket):
                each.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert {each.fileno() for each in host.sockets} <= {-1}
        return is_over

    turns = 0
    while not asyncio.run(call(turns)):
        turns += 1
