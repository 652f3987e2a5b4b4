# SPDX-License-Identifier: Apache-2.0
"""
Headers inside text whose values have several parts: cookies, and the signatures of a request.

They reach to the end of their line. What several names would read to there is read once (:class:`Lines`).
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, secret_meaning
from airflow_provider_assistants.redaction.values.placeholders import is_no_secret, is_placeholder
from airflow_provider_assistants.redaction.values.randomness import REDACTED

__all__ = ["LINE", "Lines", "has_open_cookies_only", "whole_header"]

#: The rest of a line, up to a quote.
LINE: Final = re.compile(r"[^\n'`]*")
_PARAMETERS = re.compile(
    r"[ \t]{0,4}(?i:digest|aws4[\w\-]*|hawk|oauth|signature|hmac[\w\-]*|mac|token|[a-z][\w\-]{1,30})[ ]+\w+="
)
_LONGEST_COOKIES: Final = 400


class Lines:
    """
    The lines of a text, each of which is read once however many names it holds.

    :param text: The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._begin = self._end = self._last_equals = self._last_redacted = -1
        self._ends_in_secret = False

    def end(self, at: int) -> int:
        """Return where the line ends in which a place lies."""
        if not self._begin <= at <= self._end:
            self._begin, self._end = LINE.match(self.text, at).span()  # type: ignore[union-attr]
            self._last_equals = self.text.rfind("=", at, self._end)
            self._last_redacted = self.text.rfind(REDACTED, at, self._end)
            self._ends_in_secret = not is_no_secret(self.text[self._last_equals + 1 : self._end])
        return self._end

    def has_cookies(self, at: int) -> bool:
        """Whether the rest of a line assigns something, and nothing in it was taken out before."""
        return at <= self.end(at) and self._last_equals >= at > self._last_redacted

    def ends_in_secret(self, at: int) -> bool:
        """Whether a line assigns something in the end, and that is a secret."""
        return at <= self.end(at) and self._last_equals >= at and self._ends_in_secret


def has_open_cookies_only(lines: Lines, at: int) -> bool:
    """Whether a header of cookies holds none that lets somebody in."""
    if not lines.has_cookies(at) or lines.end(at) - at > _LONGEST_COOKIES:
        return False
    return all(map(_is_open_cookie, lines.text[at : lines.end(at)].split(";")))


def _is_open_cookie(pair: str) -> bool:
    """Whether a cookie, or an attribute of one, lets nobody in: ``theme=dark``, ``Max-Age=3600``."""
    name, sign, value = pair.strip().partition("=")
    return (
        (bool(sign) and not value)
        or (
            _OPEN_COOKIE.fullmatch(value) is not None
            and secret_meaning(name) is KeyMeaning.PLAIN
            and "s" != name != "sid"
        )
        or is_placeholder(value)
    )


#: A word, a number, a path, a host, a date.
_OPEN_COOKIE = re.compile(
    r"[a-z\-]{0,12}|[A-Z][a-z]{2,8}|[0-9]{1,8}|/[a-z]{0,12}|[A-Z][a-z]{2}, [\w :\-]{12,24}GMT|\.?[a-z\-]{1,24}\.[a-z.]{2,24}"
)


def whole_header(lines: Lines, at: int, *, is_cookie: bool) -> tuple[int, int] | None:
    """Return all of a header that has several parts: cookies, and signatures."""
    if is_cookie:
        return (at, lines.end(at)) if lines.has_cookies(at) else None
    if _PARAMETERS.match(lines.text, at) and lines.ends_in_secret(at):
        return at, lines.end(at)
    return None
