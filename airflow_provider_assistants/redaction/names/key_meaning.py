# SPDX-License-Identifier: Apache-2.0
"""
Which keys of a row give away by their name that the value is a secret, or personal.

Names of secrets are those of :mod:`airflow_provider_assistants.redaction.names.secret_names`; names of personal data are here.
"""

from __future__ import annotations

from itertools import pairwise

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, key_words, naming_role, secret_meaning

__all__ = ["KeyMeaning", "key_words", "meaning_of"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(firsts: str, *lasts: str) -> frozenset[tuple[str, str]]:
    return frozenset((first, last) for first in firsts.split() for last in lasts)


_PERSONAL_WORDS = _words(
    """
    email emails mail phone phones telephone mobile msisdn transcript transcripts address addresses prompt prompts
    birthday birthdate dob username usernames surname firstname lastname fullname
    """
)
_PERSONAL_PAIRS = frozenset(
    {
        *_pairs("first last full middle sur rep customer contact client supervisor caller lead user person", "name"),
        *_pairs("owner creator representative", "name"),
        *_pairs(
            "phone transfer bypass from to caller callee customer contact client mobile whatsapp", "number", "numbers"
        ),
        *_pairs("initial begin welcome first call idle mail voicemail custom reminder greeting closing", "message"),
        *_pairs("reengagement farewell goodbye fallback", "message"),
        *_pairs("knowledge", "base", "text"),
        *_pairs("chatbot", "faq"),
        *_pairs("whitelisted", "domains"),
        *_pairs("date", "birth"),
    }
)
#: Personal whatever the last word says: a caller id is a telephone number.
_PERSONAL_ALWAYS = _pairs("caller", "id", "ids")
_PERSONAL_TREES = _words("variables dynamicvariables knowledgebasetext knowledgebase phonenumber phonenumbers")
#: Words that make an id, a switch or a measure of what else were personal.
_NOT_PERSONAL_LAST = _words(
    """
    id ids uuid sid type count enabled disabled mode at status tokens length interval duration frequency messages
    provider language version
    """
)
_PERSONS = _words("user owner creator customer contact contacts caller lead createdby updatedby person recipient")


def meaning_of(key: str) -> KeyMeaning:
    """Return what the name of a key says of its value."""
    secret = secret_meaning(key)
    if secret in (KeyMeaning.PLAIN, KeyMeaning.SECRET_IF_RANDOM) and naming_role(key) == "value":
        return KeyMeaning.VALUE
    if secret is not KeyMeaning.PLAIN:
        return secret
    words = key_words(key)
    return _personal_meaning(words, "".join(words)) if words else KeyMeaning.PLAIN


def _personal_meaning(words: tuple[str, ...], joined: str) -> KeyMeaning:
    if joined in _PERSONS:
        return KeyMeaning.PERSON
    pairs = set(pairwise(words))
    if joined in _PERSONAL_TREES or not _PERSONAL_ALWAYS.isdisjoint(pairs):
        return KeyMeaning.PERSONAL
    if words[-1] in _NOT_PERSONAL_LAST:
        return KeyMeaning.PLAIN
    if not _PERSONAL_WORDS.isdisjoint(words) or not _PERSONAL_PAIRS.isdisjoint(pairs):
        return KeyMeaning.PERSONAL
    return KeyMeaning.PLAIN
