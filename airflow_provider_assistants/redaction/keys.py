# SPDX-License-Identifier: Apache-2.0
"""The keys of rows: what each says of its value, and how it is shown if it holds a secret itself; both remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from airflow_provider_assistants.redaction.members.beside import tells_action
from airflow_provider_assistants.redaction.members.pairs import is_kept_secret, naming_texts, says_secret
from airflow_provider_assistants.redaction.names.key_meaning import KeyMeaning, key_words, meaning_of
from airflow_provider_assistants.redaction.row_text import LONGEST_REMEMBERED, UNSEEN

__all__ = ["RowKeys"]

#: They say nothing alone, and something with the name above them or below.
_BARE_KEYS = frozenset({"key", "keys"})
_BARE_CODES = frozenset({"code", "codes"})
#: The second halves of names, of which the first may be the key above: ``{"snmp": {"community": …}}``.
_HALVES = frozenset("community communities phrase string answer word combination material seed".split())
#: Below such a key something is said of each field: its message, its type, how many there are.
_TOLD_OF = frozenset(
    """
    glossary synonyms vocabulary quota quotas width widths heights trends terms aliases abbreviations visibility visible
    messages message labels label errors error translations translation placeholders placeholder permissions limits
    metrics rules validation validations validate validators constraints casts types counters queues paths endpoints
    components projection strings texts masking redaction thresholds urls functions handlers priorities weights ttls
    lifetimes sizes lengths scopes hints hint descriptions description titles features pricing prompts tooltips tooltip
    captions helptexts transitions routes intents dependencies required widgets selectors selector xpath aggregations
    aggregates units formats
    icons icon colors colours color pronounce pronunciations pronunciation styles theme themes design emojis
    """.split()
)
#: What stands for these is what they hold in a trial: ``dynamic_variable_placeholders``.
_VARIABLES = frozenset("variable variables".split())
#: Where something lies.
_POSTAL = frozenset("address location geo shipping billing place branch store delivery pickup".split())
#: Of which fields something is said.
_CHOSEN = frozenset("sensitive masked redacted hidden required optional excluded".split())
#: Below these, what is called a header holds headers.
_MESSAGES = frozenset("request requests http response webhook api fetch axios curl".split())
_SECRETS = frozenset({KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER, KeyMeaning.SECRET_UNLESS_SWITCH})


class RowKeys:
    """
    What is known of the keys met so far.

    :param clean: Gives a text without secrets.
    :param personal: Keys that say of a value that it is personal say something.
    """

    def __init__(self, clean: Callable[[str], str], *, personal: bool) -> None:
        self._clean = clean
        self._personal = personal
        self._meanings: dict[str, KeyMeaning | None] = {}
        self._shown: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._meanings)

    def meaning_below(self, parent: str, key: str) -> KeyMeaning | None:
        """
        Return what a key says of its value below another one: ``{"openai": {"key": …}}``, ``{"keys": {"openai": …}}``.

        :param parent: The key of the mapping that has the key.
        """
        meaning = self.meaning(key)
        if meaning is KeyMeaning.AUTHENTICATION and parent and not _TOLD_OF.isdisjoint(key_words(parent)[-1:]):
            return None
        if meaning in _SECRETS and parent:
            words = key_words(parent)
            is_told = not _TOLD_OF.isdisjoint(words[-1:]) and _VARIABLES.isdisjoint(words)
            if is_told or (words[-1:] == ("fields",) and words[0] in _CHOSEN):
                return KeyMeaning.DESCRIPTION
            if not _POSTAL.isdisjoint(words[-1:]) and key.lower() in ("pin", "pincode", "pin_code"):
                return None  # the post's
        if meaning is KeyMeaning.VALUE and parent and self.meaning(parent) is KeyMeaning.DIGEST:
            return KeyMeaning.DIGEST
        if key.lower() in _HALVES and parent and self.meaning(f"{parent}_{key}") is KeyMeaning.SECRET:
            return KeyMeaning.SECRET
        if meaning is not None or not parent:
            return meaning
        if key.lower() == "header" and parent.lower() in _MESSAGES:
            return KeyMeaning.HEADERS
        if key.lower() in _BARE_KEYS | _BARE_CODES:
            joined = self.meaning(f"{parent}_{key}")
        elif parent.lower() in _BARE_KEYS:
            joined = self.meaning(f"{key}_{parent}")
        else:
            return None
        if joined is KeyMeaning.SECRET and key.lower() not in _BARE_CODES:
            return KeyMeaning.SECRET_IF_RANDOM
        return joined if joined in (KeyMeaning.SECRET, KeyMeaning.SECRET_IF_RANDOM) else None

    def meaning(self, key: str) -> KeyMeaning | None:
        """Return what a key says of its value; None if it says nothing."""
        meaning = self._meanings.get(key, UNSEEN)
        return self._learn(key) if meaning is UNSEEN else meaning

    def is_secret(self, name: str) -> bool:
        """Whether a text is the name of a secret."""
        return self.meaning(name) in _SECRETS

    def shown(self, key: str) -> str:
        """Return a key as it may be shown."""
        if key not in self._meanings:
            self._learn(key)
        return self._shown.get(key, key)

    def are_shown(self, keys: Iterable[str]) -> bool:
        """Whether each of some keys, all met before, may be shown as it is."""
        return not self._shown or self._shown.keys().isdisjoint(keys)

    def named_meaning(self, mapping: dict[str, Any], key: str) -> KeyMeaning | None:
        """
        Return what a mapping says of its value under a key, as in ``{"name": "Authorization", "value": …}``.

        :param key: The key of the value.
        """
        for text in naming_texts(mapping, key):
            name = text
            if name.lstrip()[:1] in ("{", "["):
                continue
            if len(name) > LONGEST_REMEMBERED:
                # As it will be written, so that a row which is redacted again is read the same way.
                name = self._clean(name)
                if len(name) > LONGEST_REMEMBERED:
                    continue
            meaning = KeyMeaning.SECRET_IF_RANDOM if name.lower() in _BARE_KEYS else self.meaning(name)
            if meaning in _SECRETS and tells_action(name):
                return KeyMeaning.SECRET_IF_RANDOM
            if meaning is not None and meaning is not KeyMeaning.VALUE:
                return meaning
        if says_secret(mapping):
            return KeyMeaning.SECRET
        can_be_random = type(value := mapping[key]) is str and " " not in value and not value.isalpha()
        return KeyMeaning.SECRET_IF_RANDOM if can_be_random and is_kept_secret(mapping) else None

    def forget(self) -> None:
        """Forget all keys."""
        self._meanings.clear()
        self._shown.clear()

    def _learn(self, key: str) -> KeyMeaning | None:
        meaning: KeyMeaning | None = meaning_of(key)
        if meaning is KeyMeaning.PLAIN or (meaning in (KeyMeaning.PERSONAL, KeyMeaning.PERSON) and not self._personal):
            meaning = None
        self._meanings[key] = meaning
        clean = self._clean(key)
        if clean != key:
            self._shown[key] = clean
        return meaning
