# SPDX-License-Identifier: Apache-2.0
"""Byte streams between a writer and its destination: one measures (size, SHA-256), one converts errors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

__all__ = ["GuardedWrites", "MeasuredStream"]


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Write bytes."""

    def flush(self) -> None:
        """Pass on what is held back."""


class MeasuredStream:
    """
    Counts the bytes written to it, and computes their SHA-256.

    :param stream: Where the bytes go.
    """

    def __init__(self, stream: Sink) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._ended = False
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write bytes."""
        if not self._ended:
            self._stream.write(data)
            self._hash.update(data)
            self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Flush the stream."""
        if not self._ended:
            self._stream.flush()

    def end(self) -> None:
        """Drop all further writes: an abandoned writer may complete its format in its destructor, at any time."""
        self._ended = True

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self.size

    def writable(self) -> bool:
        """Bytes can be written."""
        return True

    def readable(self) -> bool:
        """Nothing can be read back."""
        return False

    def seekable(self) -> bool:
        """Nothing can be taken back."""
        return False

    def close(self) -> None:
        """Do nothing: formats close what they write to, and this stream belongs to who opened it."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was written, in hexadecimal."""
        return self._hash.hexdigest()


class GuardedWrites:
    """
    Passes writes on and converts their errors; an error while reading rows must not become one of the destination.

    :param stream: Where the bytes go.
    :param typed: Makes a context that converts the errors of one write into typed ones.
    """

    def __init__(self, stream: Sink, typed: Callable[[], AbstractContextManager[None]]) -> None:
        self._stream = stream
        self._typed = typed

    def write(self, data: bytes, /) -> int:
        """Write bytes."""
        with self._typed():
            self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        """Pass on what is held back."""
        with self._typed():
            self._stream.flush()
