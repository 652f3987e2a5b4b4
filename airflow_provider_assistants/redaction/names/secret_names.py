# SPDX-License-Identifier: Apache-2.0
"""
Which names give away that what they name is a secret: keys of a row, headers, variables, options of a command.

Names are compared as words: ``calcomApiKey``, ``x-api-key`` and ``CALCOM_API_KEY`` hold the same words. Words rather than
substrings, so that ``max_tokens`` is a setting, ``secretary`` a person and ``keyterms`` a list of terms. The words, of many
languages, are in :mod:`airflow_provider_assistants.redaction.names.words`.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Final

import airflow_provider_assistants.redaction.names.words as secret_words

__all__ = [
    "NAME_LIKE",
    "KeyMeaning",
    "fold",
    "is_lookup_key",
    "is_secret_tree",
    "is_setting",
    "is_setting_word",
    "is_thing",
    "key_words",
    "naming_role",
    "secret_meaning",
]


#: Words that may be a name: ``api key``, ``webhook_secret``.
NAME_LIKE: Final = re.compile(r"[A-Za-z]+(?:[_\- ][A-Za-z]+)*")


class KeyMeaning(Enum):
    """What the name of a key says of its value."""

    PLAIN = "plain"
    #: The value is a secret; if it has parts, all of them.
    SECRET = "secret"  # noqa: S105 - a name, not a password
    #: A number here is a setting, anything else a secret.
    SECRET_UNLESS_NUMBER = "secret unless number"  # noqa: S105 - likewise
    #: A switch here (``1``, ``"no"``) is a setting, anything else a secret.
    SECRET_UNLESS_SWITCH = "secret unless switch"  # noqa: S105 - likewise
    #: A text here is a secret if it looks like one: ``openai_key`` and ``sort_key`` differ by what they hold.
    SECRET_IF_RANDOM = "secret if random"  # noqa: S105 - likewise
    #: What describes a secret or refers to it, such as ``token_name``: only what can be nothing else is a secret.
    DESCRIPTION = "description"
    #: How something is authenticated, and with what: the members that do not say how are secrets.
    AUTHENTICATION = "authentication"
    #: A mapping or list of HTTP headers: the values are secrets.
    HEADERS = "headers"
    #: A digest of something, which looks like a key and is none.
    DIGEST = "digest"
    #: A name beside the value says what it is: ``{"name": "X-Api-Key", "value": …}``.
    VALUE = "value"
    #: The value is personal; if it has parts, all of them.
    PERSONAL = "personal"
    #: A mapping here is personal; a plain id is not.
    PERSON = "person"


_CAMEL = re.compile(
    r"(?<=[a-z0-9\u0430-\u045f\u03b1-\u03c9])(?=[A-Z\u0410-\u042f\u0391-\u03a9])|(?<=[A-Z])(?=[A-Z][a-z])"
)
_SEPARATOR = re.compile(r"[\W_]+")
#: What joins words where letters alone do not make a word: marks of vowels are no letters.
_JOINT = re.compile(r"[\s_.\-:/]+")
#: Letters that Unicode does not take apart.
_UNDIVIDED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "œ": "oe"})
_LONGEST_NAME: Final = 200


def fold(text: str) -> str:
    """Return a text without accents, with its case kept and its other letters as they are."""
    if text.isascii():
        return text
    divided = unicodedata.normalize("NFKD", text.translate(_UNDIVIDED))
    bare = "".join(each for each in divided if unicodedata.category(each) != "Mn")
    return unicodedata.normalize("NFC", bare)


def key_words(key: str) -> tuple[str, ...]:
    """Return the words of a key in lower case and without accents and numbers, whatever way it joins them."""
    words = _SEPARATOR.split(_CAMEL.sub("_", fold(key)).casefold())
    return tuple(word.rstrip("0123456789") or word for word in words if word)


def _words(text: str) -> frozenset[str]:
    """Return words as they are compared; one that holds an umlaut also as it is written without."""
    plain = text.translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    return frozenset(fold(text).casefold().split()) | frozenset(fold(plain).casefold().split())


def _phrases(phrases: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(_without_joining(tuple(fold(phrase).casefold().replace("'", " ").split())) for phrase in phrases)


def _without_joining(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _JOINING) or words


_JOINING = _words(secret_words.JOINING)
_SECRET = _words(secret_words.SECRET_WORDS)
_TOKEN = _words(secret_words.TOKEN_WORDS)
_KEYS = _words(secret_words.KEY_WORDS)
_QUALIFIERS = _words(secret_words.KEY_QUALIFIERS)
_CODES = _words(secret_words.CODE_WORDS)
_CODE_QUALIFIERS = _words(secret_words.CODE_QUALIFIERS)
_PHRASES = _phrases((*secret_words.SECRET_PHRASES, *secret_words.KEY_PHRASES))
_NO_SECRETS = _phrases(secret_words.NO_SECRETS)
_SECRET_ADJECTIVES = _words("secreta segreta")
_JOINED_PHRASES = tuple(sorted("".join(phrase) for phrase in _PHRASES if len("".join(phrase)) >= 9))
_UNSPACED = tuple(_words(secret_words.UNSPACED))
_UNSPACED_SETTINGS = tuple(_words(secret_words.UNSPACED_SETTINGS))
_MEASURES = _words(secret_words.MEASURES)
_SETTINGS_ANYWHERE = _words(secret_words.SETTINGS_ANYWHERE)
_SETTINGS = _words(secret_words.SETTINGS) | _SETTINGS_ANYWHERE
_DESCRIBING = _words(secret_words.DESCRIBING)
_AUTH = _words(secret_words.AUTH_WORDS)
_NAMING = _words(secret_words.NAMING_WORDS)
_VALUES = _words(secret_words.VALUE_WORDS)
#: A type behind the word value: ``valueString``.
_TYPES = _words("string str text json literal static")
#: Long enough to be known at the end of a longer word, as German and Dutch make them: ``zugriffstoken``.
_WORD_ENDS = tuple(
    sorted(word for word in _SECRET | {"token", "jeton"} if len(word) >= 6 or word in ("token", "heslo"))
)
_KEY_ENDS = tuple(sorted(word for word in _KEYS if len(word) >= 5))
_CODE_ENDS = tuple(sorted(word for word in _CODES if word in ("code", "kode", "kod", "koodi")))
_ENGLISH_KEYS = frozenset({"key", "keys"})
_ENGLISH_LAST = frozenset((each,) for each in _ENGLISH_KEYS)
#: In other languages what qualifies a word may follow it.
_FOREIGN_KEYS = _KEYS - _ENGLISH_KEYS
_FOREIGN_CODES = _CODES - {"codes"}
#: Such as ``dbpass`` and ``adminpw``, but no ``compass``.
_ABBREVIATED = re.compile(
    r"(?!(?:com|by|over|under|sur|tres|en|im|ask)pass)[a-z]{2,12}pass|[a-z]{4,10}pw|[a-z]{2,12}pwd|[a-z]{3,12}pat"
)
_LIMITING = _words(
    "limit expires expired expire wrong invalid not never must should can may between needed missing correct"
)
_VOCABULARY = _words(
    "color colour spacing brand css design theme stop eos bos pad unk sep cls mask special type types start end"
)
_SWITCH_FIRST = _words(
    "has is use uses enable enabled disable require requires required allow needs supports show hide include send must can"
)
#: Keys that are well known as lookups or switches.
_PLAIN_KEYS = _words(
    "public primary foreign sort partition cache idempotency dedupe object row hash group answer dtmf change business natural"
    " surrogate shard lookup"
)
#: Names written without any separator.
_INSIDE = re.compile(
    r"apikey|authtoken|apitoken|authkey|accesstoken|accesskey|refreshtoken|sessiontoken|bearertoken|clientsecret|secretkey"
    r"|privatekey|signingkey|encryptionkey|webhooksecret|apisecret|passw(?:or)?d(?!less)|passphrase|accountsid|sipuser|sippass"
    r"|authorization|connectionstring|serviceaccount|authheader|^idtokens?$|sessionids?$|apischlu|accountkey|sharedkey|^vmpin$"
)
_SECRET_LAST = frozenset({"pass"})
#: Numbers of these are counts.
_COUNTED = frozenset({"pass", "pins", "credentials", "secrets", "passwords", "cookies"})
#: Where the next page of a listing begins.
_CURSORS = _words(
    "pagetoken nextpagetoken previouspagetoken prevpagetoken nexttoken continuationtoken nextcontinuationtoken"
    " offsettoken scrolltoken resumetoken paginationtoken skiptoken deltatoken paginationkey exclusivestartkey lastevaluatedkey"
)
#: Subtrees that are free form and documented as holding keys, as whole names and as the ends of longer ones.
_SECRET_TREE = re.compile(r"(?:provider|custom)configs?|customsettings?|securejsondata|apikeys?")
_SECRET_TREE_ENDS = ("providerconfig", "customconfig", "customsettings")
#: Documented as holding a model and a base URL beside a key with a name of its own.
_MIXED_TREES = frozenset({"llmproviderconfig"})
_NO_HTTP_HEADERS = _words("table column columns csv sheet section row field fields report excel page email message")
#: Whose keys are shown to everybody: on a page, or in its form.
_SHOWN_TO_ALL = frozenset({("public", "key"), ("publishable", "key"), ("site", "key")})
#: Names of much besides secrets.
_IF_RANDOM = _words("session pat pem salt license licence nonce seed private")
_HOLDING = _words(
    "words phrase phrases list lists array items history backup backups answers questions set pool map pairs lines parts strings"
)
_ASKING = _words("question prompt label pergunta pregunta frage vraag domanda pytanie")
#: Of a vendor, what one is let into.
_OF_VENDORS = _words("api admin")
_EXPLAINING = _words("help helper hint error info tooltip placeholder alt aria example existing")
_DIGESTS = _words(
    "hash checksum digest fingerprint etag sha sha1 sha256 sha512 md5 commit revision rev integrity signature thumbprint crc "
    "dedup simhash phash blake xxhash murmur "
    "sha1sum sha256sum sha512sum md5sum"
)
#: Of what is short enough to be guessed from its digest; and what is secret although it is one.
_REVERSIBLE = _words(
    "password passwords passwd pwd pin otp senha passwort kennwort wachtwoord hasło contraseña signature hmac"
)


@lru_cache(maxsize=8_192)
def secret_meaning(name: str) -> KeyMeaning:
    """Return what a name says of the secrecy of what it names; PLAIN if nothing."""
    if len(name) > _LONGEST_NAME:
        name = name[-_LONGEST_NAME:]
    words = key_words(name)
    if not words:
        return KeyMeaning.PLAIN
    joined = "".join(words)
    if joined in _CURSORS:
        return KeyMeaning.PLAIN
    if joined.endswith("headers") and _NO_HTTP_HEADERS.isdisjoint(words):
        return KeyMeaning.HEADERS
    if _is_tree(joined):
        return KeyMeaning.SECRET
    core = _without_joining(words)
    if not joined.isascii():
        whole = _JOINT.sub("", fold(name).casefold())
        if any(word in whole for word in _UNSPACED):
            is_setting_name = any(word in whole for word in _UNSPACED_SETTINGS)
            return KeyMeaning.DESCRIPTION if is_setting_name else KeyMeaning.SECRET
    is_token = False
    if not _is_strong(name, core, joined):
        is_token = not _TOKEN.isdisjoint(core) or any(map(_ends_in_token, core))
        if not is_token:
            return _weak_meaning(core)
        if not _MEASURES.isdisjoint(core) or not _VOCABULARY.isdisjoint(core):
            return KeyMeaning.PLAIN
    elif core[-1] in _AUTH:
        return KeyMeaning.AUTHENTICATION
    if core[-1] in _DIGESTS and _REVERSIBLE.isdisjoint(core):
        return KeyMeaning.DIGEST
    return _meaning_by_position(core, is_token=is_token)


def _is_tree(joined: str) -> bool:
    return joined not in _MIXED_TREES and (
        _SECRET_TREE.fullmatch(joined) is not None or joined.endswith(_SECRET_TREE_ENDS)
    )


def is_secret_tree(name: str) -> bool:
    """Whether a name is that of settings in free form, documented as holding keys under any name."""
    joined = "".join(key_words(name))
    return _is_tree(joined) and not joined.startswith("apikey")


def _is_strong(name: str, words: tuple[str, ...], joined: str) -> bool:
    if any(words[at : at + len(phrase)] == phrase for phrase in _NO_SECRETS for at in range(len(words))):
        return not _SECRET_ADJECTIVES.isdisjoint(words)
    if not _SECRET.isdisjoint(words) or words[-1] in _SECRET_LAST:
        return True
    for first, second in pairwise(words):
        if second in _KEYS and first in _QUALIFIERS:
            return True
        if first in _FOREIGN_KEYS and second in _QUALIFIERS:
            return True
        if (second in _CODES and first in _CODE_QUALIFIERS) or (first in _FOREIGN_CODES and second in _CODE_QUALIFIERS):
            return True
    if any(words[at : at + len(phrase)] == phrase for phrase in _PHRASES for at in range(len(words))):
        return True
    unseparated = _SEPARATOR.split(name.lower())
    return (
        any(map(_INSIDE.search, (*words, *unseparated)))
        or any(phrase in joined for phrase in _JOINED_PHRASES)
        or any(map(_is_compound, words))
    )


def _is_compound(word: str) -> bool:
    """Whether a word ends in that of a secret, or in that of a key behind one that makes it a secret."""
    if len(word) > 6 and word.endswith(_WORD_ENDS) and not word.endswith("token"):
        return True
    if _ABBREVIATED.fullmatch(word):
        return True
    return any(word.endswith(end) and word.removesuffix(end) in _QUALIFIERS for end in _KEY_ENDS) or any(
        word.endswith(end) and word.removesuffix(end) in _CODE_QUALIFIERS for end in _CODE_ENDS
    )


def _ends_in_token(word: str) -> bool:
    if not word.endswith(("token", "jeton")) or len(word) < 7:
        return False
    before = word[:-5]
    return before not in _VOCABULARY and before not in _MEASURES


def _meaning_by_position(words: tuple[str, ...], *, is_token: bool) -> KeyMeaning:
    """Return what a secret's name means with the words at its ends."""
    last = words[-1]
    if len(words) > 1:
        is_phrase = words[-2:] in _PHRASES or words[-3:] == ("access", "key", "id")
        if (last in _SETTINGS and not is_phrase) or words[0] in _SETTINGS_ANYWHERE:
            return KeyMeaning.PLAIN
        if last in _DESCRIBING and not is_phrase:
            return KeyMeaning.DESCRIPTION
        if words[0] in _SWITCH_FIRST:
            return KeyMeaning.SECRET_UNLESS_SWITCH
    is_counted = (is_token and "tokens" in words) or last in _COUNTED
    return KeyMeaning.SECRET_UNLESS_NUMBER if is_counted else KeyMeaning.SECRET


def _weak_meaning(words: tuple[str, ...]) -> KeyMeaning:
    if words[-1] in _AUTH:
        return KeyMeaning.AUTHENTICATION
    if (not _DIGESTS.isdisjoint(words) and words[-1] not in _KEYS) or (
        not _SHOWN_TO_ALL.isdisjoint(pairwise(words)) or words[-1] in ("sitekey", "publishablekey")
    ):
        return KeyMeaning.DIGEST
    if words[-1] in _IF_RANDOM or (words[-1] in _OF_VENDORS and len(words) > 1 and words[-2] in _QUALIFIERS):
        return KeyMeaning.SECRET_IF_RANDOM
    if words[-1] in _KEYS and _PLAIN_KEYS.isdisjoint(words) and (len(words) > 1 or words[0] not in _ENGLISH_KEYS):
        return KeyMeaning.SECRET_IF_RANDOM
    return KeyMeaning.PLAIN


def is_lookup_key(name: str) -> bool:
    """Whether a name is that of a key which finds something rather than opens it: ``row key``."""
    words = key_words(name)
    return words[-1:] in _ENGLISH_LAST and not _PLAIN_KEYS.isdisjoint(words)


def is_setting(name: str) -> bool:
    """Whether a name is that of a setting rather than of what is kept secret, such as ``type`` or ``header_name``."""
    words = key_words(name)
    return bool(words) and (
        words[-1] in _SETTINGS or words[-1] in _DESCRIBING or words[-1] in ("in", "use", "to", "enabled")
    )


def is_thing(word: str) -> bool:
    """Whether a word at the end of a name is a thing of its own, rather than a secret or what holds some."""
    return (
        len(word) > 2
        and not any(word in words for words in (_SECRET, _TOKEN, _KEYS, _CODES, _VALUES, _HOLDING))
        and not word.endswith(("key", "keys", "token", "tokens", "code", "codes"))
        and not _is_compound(word)
    )


def is_setting_word(word: str) -> bool:
    """Whether a word makes a setting or a measure of a secret's name beside it."""
    return word in _SETTINGS or word in _MEASURES or word in _LIMITING


@lru_cache(maxsize=8_192)
def naming_role(key: str) -> str:
    """
    Return whether a key holds a name (``"name"``), what a name beside it names (``"value"``), or neither (``""``).

    ``header_name`` and ``HeaderValue`` are such a pair, and ``k`` and ``v``, whatever word stands before.
    """
    words = key_words(key)
    if not words or len(words) > 3:
        return "value" if key in {"_", "$"} else ""
    if words[0] in ("value", "val") and words[-1] in _TYPES:
        return "value"
    if words[-1] in _VALUES:
        if len(words) > 1 and words[0] in _ASKING:
            return "name"
        return "value" if _EXPLAINING.isdisjoint(words[:-1]) and words[0] not in _EXPLAINING else ""
    return "name" if words[-1] in _NAMING else ""
