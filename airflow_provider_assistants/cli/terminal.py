# SPDX-License-Identifier: Apache-2.0
"""Where a command writes: data to standard output, everything else to standard error, and colour only where a person reads."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Literal

from airflow_provider_assistants.storable import one_line

__all__ = ["Colour", "JsonStream", "OutputError", "Paint", "Terminal", "say"]

Colour = Literal["red", "green", "yellow", "bold", "dim", "struck"]

_CODES: dict[str, str] = {"bold": "1", "dim": "2", "struck": "9;31", "red": "31", "green": "32", "yellow": "33"}
#: What moves a terminal's cursor or turns the direction of writing around, and is allowed in a text of JSON.
_CONTROLS = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class OutputError(Exception):
    """Raised when standard output cannot be written, other than because nobody reads it any more."""


def say(sentence: str, err: IO[str] | None) -> None:
    """Print a line on standard error; nothing if that is closed."""
    if err is not None:
        with contextlib.suppress(OSError, ValueError):
            print(one_line(sentence), file=err, flush=True)


class Paint:
    """
    Colours texts, or leaves them as they are.

    :param stream: Where they go: colour is for terminals, unless ``NO_COLOR`` is set.
    """

    def __init__(self, stream: IO[Any]) -> None:
        self.enabled = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def __call__(self, text: str, colour: Colour | None) -> str:
        """Return a text in a colour."""
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.enabled and colour and text else text


class Terminal:
    """
    The streams of a command.

    :param out: Standard output, for data.
    :param err: Standard error, for all else; None if it is closed.
    """

    def __init__(self, out: IO[bytes], err: IO[str] | None) -> None:
        self._out = out
        self.err = err
        self.is_terminal = out.isatty()
        self.paint = Paint(out)

    @property
    def messages_are_seen(self) -> bool:
        """Whether standard error is a terminal."""
        return self.err is not None and self.err.isatty()

    @property
    def width(self) -> int | None:
        """The columns of the terminal; None if the data goes elsewhere."""
        try:
            return os.get_terminal_size(self._out.fileno()).columns or None
        except OSError:
            return None

    def write(self, data: bytes) -> int:
        """
        Write data, and return how many bytes.

        :raises BrokenPipeError: If nobody reads it any more.
        :raises OutputError: If it cannot be written.
        """
        with _output_errors():
            self._out.write(data)
            if self.is_terminal:
                self._out.flush()
        return len(data)

    def print(self, text: str) -> None:
        """Write a line; see :meth:`write`."""
        self.write(f"{text}\n".encode("utf-8", "replace"))

    def flush(self) -> None:
        """Write what is buffered; see :meth:`write`."""
        with _output_errors():
            self._out.flush()

    def say(self, sentence: str) -> None:
        """Print a line on standard error."""
        say(sentence, self.err)


class JsonStream:
    """
    Writes JSON to standard output, with what controls a terminal as escapes.

    :param terminal: Writes the bytes.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def write(self, data: bytes) -> int:
        """Write a whole piece of JSON, so that no character is cut."""
        text = data.decode("utf-8", "replace")
        escaped = text if text.isascii() else _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        return self._terminal.write(escaped.encode("utf-8", "replace"))

    def close(self) -> None:
        """Leave standard output open."""


@contextmanager
def _output_errors() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"Standard output cannot be written: {error.strerror}.") from None
