# SPDX-License-Identifier: Apache-2.0
"""
URLs that differ in their secrets only, such as the webhook of every assistant of an account.

Once :mod:`.urls` has redacted one of them, what it becomes is known for all: ``https://hook:…@crm.example.com/calls?token=…&v=1``
is the same text whatever stands in the places of the dots. A frame is the pattern of such URLs. In these places it admits only
letters, digits and hyphens without a run of ``x``, which cannot be a placeholder, so that reading the URL would come to the
same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from airflow_provider_assistants.redaction.values.randomness import REDACTED

__all__ = ["UrlFrames"]

_MAX_BASES, _MOST_FRAMES, _LONGEST_BASE = 512, 4, 128
_CHARACTERS: Final = r"[A-Za-z0-9\-]++"
_HIDDEN: Final = rf"(?![^&@]*[xX]{{4}}){_CHARACTERS}"
_VALUE = re.compile(_HIDDEN)
_NAME = re.compile(r"[A-Za-z0-9]{1,40}")
_SCHEME = re.compile(r"https?")


class UrlFrames:
    """
    The frames of URLs that were redacted, by host and path; bounded.

    :param is_always_hidden: Whether what stands under the name of a parameter is hidden, whatever it is, but for
        placeholders.
    :param is_example: Whether the name of a user is none, but the word for what belongs there.
    """

    def __init__(self, is_always_hidden: Callable[[str], bool], is_example: Callable[[str], bool]) -> None:
        self._is_always_hidden = is_always_hidden
        self._is_example = is_example
        self._frames: dict[str, list[tuple[Callable[[str], object], str, Callable[[str], object]]]] = {}

    def find(self, url: str) -> str | None:
        """Return what a URL becomes; None if no frame of its host and path fits."""
        for fits, clean, _ in self._frames.get(_base(url), ()):
            if fits(url):
                return clean
        return None

    def frame_of(self, url: str) -> Callable[[str], object] | None:
        """
        Return what finds, among URLs without a run of ``x``, those that become the same as this one.

        :return: None if no frame of its host and path fits.
        """
        return next((without_x for fits, _, without_x in self._frames.get(_base(url), ()) if fits(url)), None)

    def learn(self, url: str, clean: str) -> None:
        """
        Remember what became of a URL, if all that was hidden in it is hidden whatever it is.

        :param url: A text that is one URL.
        :param clean: The same without its secrets.
        """
        base = _base(url)
        frames = self._frames.get(base, [])
        if not base or len(base) > _LONGEST_BASE or len(frames) >= _MOST_FRAMES or "#" in url:
            return
        pattern = self._pattern(url, clean)
        if pattern is None:
            return
        if len(self._frames) >= _MAX_BASES:
            self._frames.clear()
        without_x = re.compile(pattern.replace(_HIDDEN, _CHARACTERS)).fullmatch
        self._frames[base] = [*frames, (re.compile(pattern).fullmatch, clean, without_x)]

    def _pattern(self, url: str, clean: str) -> str | None:
        """Return a pattern of the URLs that become the same; None if what is hidden is not where it is hidden always."""
        head, mark, query = url.partition("?")
        clean_head, _, clean_query = clean.partition("?")
        scheme, _, rest = head.partition("://")
        user, sign, base = rest.rpartition("@")
        name, _, password = user.partition(":")
        if (
            not _SCHEME.fullmatch(scheme)
            or "@" in query
            or clean_head != f"{scheme}://{REDACTED if sign else ''}{sign}{base}"
        ):
            return None
        if sign and (not _NAME.fullmatch(name) or self._is_example(name) or not _VALUE.fullmatch(password)):
            return None
        pairs = []
        for pair, clean_pair in zip(query.split("&"), clean_query.split("&"), strict=True):
            found = self._pair(pair, clean_pair)
            if found is None:
                return None
            pairs.append(found)
        login = f"{name}:{_HIDDEN}@" if sign else ""
        return f"{scheme}://{login}{re.escape(base + mark)}{'&'.join(pairs)}"

    def _pair(self, pair: str, clean: str) -> str | None:
        name, equals, value = pair.partition("=")
        if pair == clean:
            return re.escape(pair)
        if equals and clean == f"{name}={REDACTED}" and self._is_always_hidden(name) and _VALUE.fullmatch(value):
            return f"{re.escape(name)}={_HIDDEN}"
        return None


def _base(url: str) -> str:
    """Return the host and the path of a URL that has a user or a query; the empty text if it has neither."""
    head, mark, _ = url.partition("?")
    _, sign, base = head.rpartition("@")
    return base if mark or sign else ""
