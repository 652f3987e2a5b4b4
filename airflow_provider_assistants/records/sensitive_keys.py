# SPDX-License-Identifier: Apache-2.0
"""
Which keys of a row give away by their name that the value is a secret, or personal.

Names are compared as words: ``calcomApiKey``, ``x-api-key`` and ``CALCOM_API_KEY`` are the same words. Words rather than
substrings, so that ``max_tokens`` is a setting, ``secretary`` a person and ``keyterms`` a list of terms.
"""

from __future__ import annotations

import re
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
    #: A mapping or list of HTTP headers: the values are secrets.
    HEADERS = "headers"
    #: The value is personal; if it has parts, all of them.
    PERSONAL = "personal"
    #: A mapping here is personal; a plain id is not.
    PERSON = "person"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATOR = re.compile(r"[^a-z0-9]+")

_SECRET_WORDS = _words(
    """
    secret secrets password passwords passwd pwd passphrase passcode pin authorization bearer credential
    credentials cookie cookies jwt dsn apikey apikeys apitoken authtoken authkey accesstoken accesskey
    refreshtoken idtoken clientsecret secretkey secretkeys privatekey signingkey webhooksecret accountsid
    sipusername sippassword sippass sipuser connectionstring sessionid sessiontoken bearertoken xapikey
    authheader
    """
)
_SECRET_PAIRS = frozenset(
    {
        *(
            (first, "key")
            for first in _words("api access secret private signing encryption auth service license account")
        ),
        *((first, "keys") for first in _words("api access secret private signing encryption auth service license")),
        ("account", "sid"),
        ("auth", "header"),
        ("connection", "string"),
        ("keyfile", "dict"),
        ("service", "account"),
        ("session", "id"),
        ("sip", "user"),
        ("sip", "username"),
        ("sip", "auth"),
    }
)
_SECRET_INSIDE = re.compile(
    r"apikey|authtoken|accesstoken|refreshtoken|clientsecret|secretkey|accesskey|privatekey|signingkey|passw(?:or)?d|"
    r"passphrase|accountsid|sipusername|authorization"
)
#: Subtrees that are free form and documented as holding keys.
_SECRET_TREES = frozenset({"apikeys", "providerconfig", "customconfig", "customsettings"})
_HEADERS = re.compile(r"(?:^|[a-z])headers$")
#: Words that make a setting of what else were a secret.
_SETTING_WORDS = _words(
    """
    max min count limit limits per usage window total budget type types length context num number cost enabled
    disabled policy required expires expiry ttl url uri endpoint
    """
)

_PERSONAL_WORDS = _words(
    """
    email emails mail phone phones telephone mobile msisdn transcript transcripts address addresses prompt
    prompts birthday birthdate dob
    """
)
_PERSONAL_PAIRS = frozenset(
    {
        *(
            (who, "name")
            for who in _words("first last full middle sur rep customer contact client supervisor caller lead")
        ),
        ("phone", "number"),
        ("phone", "numbers"),
        ("transfer", "number"),
        ("transfer", "numbers"),
        ("bypass", "number"),
        ("bypass", "numbers"),
        ("from", "number"),
        ("to", "number"),
        ("caller", "id"),
        ("initial", "message"),
        ("begin", "message"),
        ("welcome", "message"),
        ("first", "message"),
        ("call", "message"),
        ("idle", "message"),
        ("mail", "message"),
        ("voicemail", "message"),
        ("custom", "message"),
        ("reminder", "message"),
        ("knowledge", "base"),
        ("chatbot", "faq"),
        ("whitelisted", "domains"),
        ("date", "birth"),
    }
)
_PERSONAL_TREES = frozenset({"variables", "fullname", "firstname", "lastname", "phonenumber", "phonenumbers"})
#: Words that make an id, a switch or a measure of what else were personal.
_NOT_PERSONAL_LAST = _words(
    """
    id ids uuid type count enabled disabled mode at status tokens length interval duration frequency messages
    """
)
_PERSONS = frozenset({"user", "owner", "creator", "customer", "contact", "caller", "lead", "createdby", "updatedby"})


def key_words(key: str) -> tuple[str, ...]:
    """Give the words of a key in lower case, whatever way it joins them."""
    return tuple(word for word in _SEPARATOR.split(_CAMEL.sub("_", key).lower()) if word)


def meaning_of(key: str) -> KeyMeaning:
    """Give what the name of a key says of its value."""
    words = key_words(key)
    joined = "".join(words)
    pairs = set(pairwise(words))
    if joined in _SECRET_TREES:
        return KeyMeaning.SECRET
    if _HEADERS.search(joined):
        return KeyMeaning.HEADERS
    is_setting = bool(_SETTING_WORDS & set(words))
    if words and words[-1] not in _SETTING_WORDS:
        if _SECRET_WORDS & set(words) or _SECRET_PAIRS & pairs or _SECRET_INSIDE.search(joined):
            return KeyMeaning.SECRET_UNLESS_NUMBER if is_setting else KeyMeaning.SECRET
        if "token" in words and not is_setting:
            return KeyMeaning.SECRET
        if "tokens" in words and not is_setting:
            return KeyMeaning.SECRET_UNLESS_NUMBER
    if joined in _PERSONS:
        return KeyMeaning.PERSON
    if joined in _PERSONAL_TREES or pairs == {("custom", "caller"), ("caller", "id")}:
        return KeyMeaning.PERSONAL
    if words and words[-1] in _NOT_PERSONAL_LAST:
        return KeyMeaning.PLAIN
    if _PERSONAL_WORDS & set(words) or _PERSONAL_PAIRS & pairs:
        return KeyMeaning.PERSONAL
    return KeyMeaning.PLAIN
