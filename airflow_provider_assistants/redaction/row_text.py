# SPDX-License-Identifier: Apache-2.0
"""The texts of rows, without what is sensitive in them; what becomes of short ones is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

from airflow_provider_assistants.redaction.names.stems import ASCII_STEMS, STEMS
from airflow_provider_assistants.redaction.personal import SHORTEST_PERSONAL, SUSPICIOUS_PERSONAL, redact_personal
from airflow_provider_assistants.redaction.prefilter import Prefilter
from airflow_provider_assistants.redaction.text import (
    SHORTEST_SECRET,
    SKETCHES,
    SUSPICIOUS,
    KnownSecrets,
    redact_known_shapes,
    redact_shapes,
    redact_urls,
)
from airflow_provider_assistants.redaction.urls import SUSPICIOUS_URL
from airflow_provider_assistants.redaction.values.randomness import is_uuid

__all__ = ["LONGEST_CLEAN", "LONGEST_REMEMBERED", "UNSEEN", "RowTexts"]


#: Texts up to this length are worth remembering: the one webhook of all assistants.
LONGEST_REMEMBERED: Final = 128
#: And texts up to this length if they hold nothing: statuses and time zones, but no times and UUIDs.
LONGEST_CLEAN: Final = 22
_MAX_TEXTS = 4_096
#: A text up to this length that holds a URL is often nothing else, and read as such at once.
_LONGEST_URL: Final = 512
#: What short texts are joined with to be searched together: what is found in one is found in the whole. And how many
#: characters are joined at most.
_SEAM, _LONGEST_JOINED = "\0", 100_000
#: A name that is one only where it stands alone.
_ALONE: Final = r"(?:^|\x00)(?i:pass)(?:\x00|$)"


class _Unseen(Enum):
    """Stands for what is not remembered."""

    UNSEEN = 0


UNSEEN: Final = _Unseen.UNSEEN


class RowTexts:
    """
    Take what is sensitive out of texts.

    :param known_secrets: Secrets of ours.
    :param personal: E-mail addresses and telephone numbers go as well.
    """

    def __init__(self, known_secrets: Iterable[str], *, personal: bool) -> None:
        self._personal = personal
        #: Secrets of ours.
        self.known = KnownSecrets(known_secrets)
        self._holds_known = Prefilter(self.known.pattern) if self.known else None
        self._holds_personal = Prefilter(SUSPICIOUS_PERSONAL) if personal else None
        self._holds_key = Prefilter(*SUSPICIOUS, sketches=SKETCHES)
        self._holds_json = Prefilter(r"(?:^|\x00)[\s\x1c-\x1f{\[\x22]")
        self._holds_name = Prefilter(STEMS, _ALONE, sketches=((f"{STEMS}|{_ALONE}", f"{ASCII_STEMS}|{_ALONE}"),))
        #: The length of the shortest text that can.
        self.shortest = min(self.known.shortest, SHORTEST_SECRET, SHORTEST_PERSONAL)
        self._holds_url = Prefilter(SUSPICIOUS_URL)
        self._inspected: dict[str, str] = {}
        #: What a text becomes; None if it stays.
        self.remembered: dict[str, str | None] = {}

    def hold_any(self, texts: Sequence[str]) -> bool:
        """Whether any of some texts can hold something, JSON and URLs included; true of long ones, which are not searched."""
        # UUIDs hold nothing but themselves.
        if is_uuid(texts[0]) and all(map(is_uuid, texts)):
            return self.hold_known(texts)
        if sum(map(len, texts)) > _LONGEST_JOINED:
            return True
        joined = _SEAM.join(texts)
        if "://" in joined or self._holds(joined):
            return True
        return ("{" in joined or "[" in joined or '"' in joined) and self._holds_json(joined)

    def hold_known(self, texts: Sequence[str]) -> bool:
        """Whether any of some texts can hold a secret of ours."""
        return self._holds_known is not None and _is_found(self._holds_known, texts)

    def can_be_framed(self, texts: Sequence[str]) -> bool:
        """Whether none of some texts holds a secret of ours, or a run of ``x`` as placeholders do."""
        joined = _SEAM.join(texts)
        return "xxxx" not in joined.lower() and not (self._holds_known is not None and self._holds_known(joined))

    def hold_name(self, texts: Sequence[str]) -> bool:
        """Whether any of some texts can hold the name of a secret."""
        return _is_found(self._holds_name, texts)

    def redact(self, text: str) -> str:
        """Return a text without what is sensitive, looking closely."""
        text = redact_shapes(self.known.redact(text))
        return redact_personal(text) if self._personal else text

    def redact_known(self, text: str) -> str:
        """Return a text without what is sensitive whatever it stands under, so not without what is merely random."""
        text = redact_known_shapes(self.known.redact(text))
        return redact_personal(text) if self._personal else text

    def clean(self, texts: Sequence[str]) -> list[str]:
        """
        Return texts that are no JSON without what is sensitive in them; one that holds nothing stays itself.

        What becomes of short ones is remembered.
        """
        new = list(texts)
        if self.hold_known(new):
            new = list(map(self.known.redact, new))
        new = [
            redact_urls(text) if "://" in text and (len(text) <= _LONGEST_URL or self._holds_url(text)) else text
            for text in new
        ]
        short = _SEAM.join(text for text in new if len(text) <= LONGEST_REMEMBERED)
        is_short_suspicious = self._holds(short)
        for index, text in enumerate(new):
            if len(text) > LONGEST_REMEMBERED:
                new[index] = self.redact(text) if self._holds_unknown(text) else text
            elif is_short_suspicious:
                new[index] = self._closely(text)
        for index, (text, clean) in enumerate(zip(texts, new, strict=True)):
            if clean == text:
                new[index] = text
                if len(text) <= LONGEST_CLEAN:
                    self.remember(text)
            elif len(text) <= LONGEST_REMEMBERED:
                self.remember(text, clean)
        return new

    def _closely(self, text: str) -> str:
        """Return a short text without what is sensitive; URLs without their secrets are often the same, and remembered."""
        clean = self._inspected.get(text)
        if clean is None:
            if len(self._inspected) >= _MAX_TEXTS:
                self._inspected.clear()
            clean = self._inspected[text] = self.redact(text) if self._holds(text) else text
        return clean

    def _holds(self, text: str) -> bool:
        """Whether a text can hold something, but for URLs."""
        return (self._holds_known is not None and self._holds_known(text)) or self._holds_unknown(text)

    def _holds_unknown(self, text: str) -> bool:
        """Likewise, of a text without secrets of ours."""
        return self._holds_key(text) or (self._holds_personal is not None and self._holds_personal(text))

    def remember(self, text: str, new: str | None = None) -> None:
        """Remember what a text becomes; None if it stays."""
        if len(self.remembered) >= _MAX_TEXTS:
            self.remembered.clear()
        self.remembered[text] = new


def _is_found(suspicion: Prefilter, texts: Sequence[str]) -> bool:
    """Whether anything is found in any of some texts; long ones are searched one by one, not copied together."""
    if sum(map(len, texts)) > _LONGEST_JOINED:
        return any(map(suspicion, texts))
    return suspicion(_SEAM.join(texts))
