# SPDX-License-Identifier: Apache-2.0
"""The texts of rows, without what is sensitive in them; what becomes of short ones is remembered."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from airflow_provider_assistants.records.personal_text import SHORTEST_PERSONAL, SUSPICIOUS_PERSONAL, redact_personal
from airflow_provider_assistants.records.suspicion import Suspicion
from airflow_provider_assistants.secret_text import (
    SHORTEST_SECRET,
    SUSPICIOUS,
    KnownSecrets,
    redact_shapes,
    redact_urls,
)

__all__ = ["LONGEST_CLEAN", "LONGEST_REMEMBERED", "UNSEEN", "RowTexts"]

#: Texts up to this length are worth remembering: the one webhook of all assistants.
LONGEST_REMEMBERED: Final = 128
#: And texts up to this length if they hold nothing: statuses and time zones, but no times and UUIDs.
LONGEST_CLEAN: Final = 22
_MAX_TEXTS = 4_096


class _Unseen(Enum):
    """Stands for what is not remembered."""

    UNSEEN = 0


UNSEEN: Final = _Unseen.UNSEEN


class RowTexts:
    """
    Takes what is sensitive out of texts.

    :param known_secrets: Secrets of ours.
    :param personal: E-mail addresses and telephone numbers go as well.
    """

    def __init__(self, known_secrets: Iterable[str], *, personal: bool) -> None:
        self._personal = personal
        self._known = KnownSecrets(known_secrets)
        also = SUSPICIOUS_PERSONAL if personal else ""
        self._holds_key = Suspicion(self._known.pattern, SUSPICIOUS, also)
        #: Tells whether a text can hold anything, JSON and URLs among it.
        self.holds_any = Suspicion(self._known.pattern, SUSPICIOUS, also, "://", r"^[\s\x1c-\x1f{\[\x22]")
        #: The length of the shortest text that can.
        self.shortest = min(self._known.shortest, SHORTEST_SECRET, SHORTEST_PERSONAL)
        #: What a text becomes; None if it stays.
        self.remembered: dict[str, str | None] = {}

    def redact(self, text: str) -> str:
        """Give a text without what is sensitive, looking closely."""
        text = redact_shapes(self._known.redact(text))
        return redact_personal(text) if self._personal else text

    def clean(self, text: str) -> str:
        """Give a text that can hold something without it; the very same text if it held nothing."""
        new = redact_urls(text) if "://" in text else text
        if self._holds_key(new):
            new = self.redact(new)
        changed = new != text
        if len(text) <= LONGEST_REMEMBERED:
            self.remember(text, new if changed else None)
        return new if changed else text

    def remember(self, text: str, new: str | None = None) -> None:
        """Remember what a text becomes; None if it stays."""
        if len(self.remembered) >= _MAX_TEXTS:
            self.remembered.clear()
        self.remembered[text] = new
