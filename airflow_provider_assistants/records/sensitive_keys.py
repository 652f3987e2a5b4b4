# SPDX-License-Identifier: Apache-2.0
"""
Which keys of a row give away by their name that the value is a secret, or personal.

Names are compared as words: ``calcomApiKey``, ``x-api-key`` and ``CALCOM_API_KEY`` hold the same words. Words rather than
substrings, so that ``max_tokens`` is a setting, ``secretary`` a person and ``keyterms`` a list of terms.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from itertools import pairwise

__all__ = ["KeyMeaning", "key_words", "meaning_of"]


class KeyMeaning(Enum):
    """What the name of a key says of its value."""

    PLAIN = "plain"
    #: The value is a secret; if it has parts, all of them.
    SECRET = "secret"  # noqa: S105 - a name, not a password
    #: A number here is a setting, anything else a secret.
    SECRET_UNLESS_NUMBER = "secret unless number"  # noqa: S105 - likewise
    #: A switch here (``1``, ``"no"``) is a setting, anything else a secret.
    SECRET_UNLESS_SWITCH = "secret unless switch"  # noqa: S105 - likewise
    #: A text here is a secret if it looks like one: ``openai_key`` is told from ``sort_key`` by what it holds.
    SECRET_IF_RANDOM = "secret if random"  # noqa: S105 - likewise
    #: A mapping or list of HTTP headers: the values are secrets.
    HEADERS = "headers"
    #: What the value is, is told by a name beside it: ``{"name": "X-Api-Key", "value": …}``.
    VALUE = "value"
    #: The value is personal; if it has parts, all of them.
    PERSONAL = "personal"
    #: A mapping here is personal; a plain id is not.
    PERSON = "person"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(firsts: str, *lasts: str) -> frozenset[tuple[str, str]]:
    return frozenset((first, last) for first in firsts.split() for last in lasts)


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATOR = re.compile(r"[^a-z0-9]+")

_SECRET_WORDS = _words(
    """
    secret secrets password passwords passwd pwd passphrase passphrases passcode passcodes passkey pin pins otp totp
    authorization bearer credential credentials creds cookie cookies jwt jwts dsn hmac kubeconfig
    senha senhas contrasena passwort kennwort sifre
    """
)
_TOKEN_WORDS = _words("token tokens")
_SECRET_PAIRS = frozenset(
    {
        *_pairs(
            "api access secret private signing encryption auth service license account master shared", "key", "keys"
        ),
        *_pairs(
            "subscription webhook session hmac ssh deploy host app application client admin security", "key", "keys"
        ),
        *_pairs("xi dev developer integration license functions", "key", "keys"),
        *_pairs("chave", "api"),
        *_pairs("account twilio", "sid", "sids"),
        *_pairs("sip", "user", "username", "usernames", "auth", "login", "pass"),
        *_pairs("service", "account", "accounts"),
        *_pairs("auth", "header", "headers", "user", "username", "code"),
        *_pairs("session", "id", "ids", "cookie"),
        *_pairs("connection", "string", "strings"),
        *_pairs("recovery backup verification", "code", "codes"),
        *_pairs("basic", "auth"),
        *_pairs("keyfile", "dict", "json"),
    }
)
#: Names written without any separator.
_SECRET_INSIDE = re.compile(
    r"apikey|authtoken|apitoken|authkey|accesstoken|accesskey|refreshtoken|sessiontoken|bearertoken|clientsecret|secretkey"
    r"|privatekey|signingkey|encryptionkey|webhooksecret|apisecret|passw(?:or)?d|passphrase|accountsid|sipuser|sippass"
    r"|authorization|connectionstring|serviceaccount|authheader|^idtokens?$|sessionids?$"
)
_SECRET_LAST = _words("auth oauth pass")
#: Subtrees that are free form and documented as holding keys, as whole names and as the ends of longer ones.
_SECRET_TREE = re.compile(r"(?:provider|custom)configs?|customsettings?|apikeys?")
_SECRET_TREE_ENDS = ("providerconfig", "customconfig", "customsettings")
#: Documented as holding a model and a base URL beside a key with a name of its own.
_MIXED_TREES = _words("llmproviderconfig")
_HEADERS_END = "headers"

#: Words that make a measure of what else were a token.
_MEASURES = _words(
    """
    max maximum min minimum count counts limit limits per usage used window total totals budget length num number cost
    costs price prices rate size context input output prompt completion cached reasoning remaining average avg
    """
)
#: Words that make a tokenizer's vocabulary of what else were a token.
_VOCABULARY = _words("stop eos bos pad special type types")
#: Words at the end that make a setting of what else were a secret.
_SETTING_LAST = _words(
    """
    enabled disabled required optional policy type types length count limit limits ttl expires expiry expiration at url
    uri urls endpoint timeout mode status version rotation algorithm cost costs price
    """
)
#: Words at the beginning that make a switch of what else were a secret.
_SWITCH_FIRST = _words(
    "has is use uses enable enabled disable require requires required allow needs supports show hide include send"
)
#: Keys that are well known as lookups or switches; their values tell.
_PLAIN_KEYS = _words("public primary foreign sort partition cache idempotency dedupe object row hash")

_VALUE_NAMES = _words("value values val default defaultvalue currentvalue initialvalue content")

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


def key_words(key: str) -> tuple[str, ...]:
    """Give the words of a key in lower case and without accents, whatever way it joins them."""
    if not key.isascii():
        key = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    return tuple(word for word in _SEPARATOR.split(_CAMEL.sub("_", key).lower()) if word)


def meaning_of(key: str) -> KeyMeaning:
    """Give what the name of a key says of its value."""
    words = key_words(key)
    if not words:
        return KeyMeaning.PLAIN
    joined = "".join(words)
    if joined in _VALUE_NAMES:
        return KeyMeaning.VALUE
    secret = _secret_meaning(words, _SEPARATOR.split(key.lower()), joined)
    return _personal_meaning(words, joined) if secret is KeyMeaning.PLAIN else secret


def _secret_meaning(words: tuple[str, ...], unseparated: list[str], joined: str) -> KeyMeaning:
    if joined.endswith(_HEADERS_END):
        return KeyMeaning.HEADERS
    if joined not in _MIXED_TREES and (_SECRET_TREE.fullmatch(joined) or joined.endswith(_SECRET_TREE_ENDS)):
        return KeyMeaning.SECRET
    strong = (
        not _SECRET_WORDS.isdisjoint(words)
        or not _SECRET_PAIRS.isdisjoint(pairwise(words))
        or any(map(_SECRET_INSIDE.search, (*words, *unseparated)))
    )
    if not strong and not _TOKEN_WORDS.isdisjoint(words):
        if not _MEASURES.isdisjoint(words) or not _VOCABULARY.isdisjoint(words):
            return KeyMeaning.PLAIN
        strong = True
    if strong or words[-1] in _SECRET_LAST:
        if words[-1] in _SETTING_LAST:
            return KeyMeaning.PLAIN
        if words[0] in _SWITCH_FIRST:
            return KeyMeaning.SECRET_UNLESS_SWITCH
        return KeyMeaning.SECRET_UNLESS_NUMBER if "tokens" in words else KeyMeaning.SECRET
    if len(words) > 1 and words[-1] in ("key", "keys") and _PLAIN_KEYS.isdisjoint(words):
        return KeyMeaning.SECRET_IF_RANDOM
    return KeyMeaning.PLAIN


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
