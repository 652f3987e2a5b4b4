# SPDX-License-Identifier: Apache-2.0
"""A user and a password, as notes and sentences state them behind the words that ask for both: ``log in with bob / …``."""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.named_in_text.clauses import Span, clause_words, is_free
from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning
from airflow_provider_assistants.redaction.values.plausible import is_chosen, is_key_like, is_version, trimmed

__all__ = ["SUSPICIOUS_LOGINS", "login_secrets", "paired_with_a_user"]

#: A user, a mark, and what stands for both.
_PAIR = re.compile(r"(?P<user>[A-Za-z][\w.@+\-]{0,60})[:/|](?P<secret>[^\s:/|]{3,128})")
_USER_MARKS = frozenset(
    "/ // | & pass pw pwd pin password and und et y e en i with mit avec con com met z as : using then".split()
)
#: Those that join much besides.
_LOOSE_MARKS = frozenset("- – — , type enter use send press say is uses".split())
#: What a key comes behind where no user is named: ``authenticate with …``.
_MEANS = frozenset("with using via by mit avec con com met z : = is uses".split())
#: What is said of a key before it is given: ``with the value …``.
_SPOKEN_OF = frozenset("the value key string text following shared as".split())
#: Words that ask for a user and a password, with something behind them that can be one.
_LOGIN_WORDS: Final = (
    r"(?:unlock(?:s|ed)?|decrypt(?:s|ed)?|log(?:s|ged|ging)?[ \-]?(?:ins?|into|on)|logon|connect(?:s|ed)? to"
    r"|sign(?:s|ed|ing)?[ \-]?(?:in|on)"
    r"|authenticat(?:e|es|ed|ing)|userpass|auth(?:s|ed)? (?:with|using|via|by|is)|(?:lets?|gets?) [a-z]+ in(?:to [a-z]+)? with"
    r"|(?:opens?(?: it| them)?|registers?|connects?|signed|protected|secured|locked|encrypted|verified) (?:with|using|by)"
    r"|user(?:name)?[ ]?[/&+][ ]?pass"
    r"|(?:access|accounts?|wi-?fi|wlan|admin|portal|vpn|router|auth|guest)(?: [a-z]{1,12}){0,4}[:=]"
    r"|(?:acc[eè]s|acceso|acesso|accesso|zugang|zugangsdaten|dane do logowania|toegang|доступ|вход)(?: [^\s:]{1,14}){0,3} ?:"
    r"|anmeldung|anmelden|einloggen|connecte[rz]?|inicia(?:r)? sesi[óo]n|accedi|acceder|zaloguj|inloggen|logga in)"
)
_LOGIN = re.compile(rf"(?i)(?<![A-Za-z]){_LOGIN_WORDS}(?:(?<=[:=])|(?![A-Za-z]))")
#: What finds them quickly, in Rust's regex.
SUSPICIOUS_LOGINS: Final = (
    rf"(?i:{_LOGIN_WORDS})[^\n]*[0-9!#$%^&*~+=]"
    rf"|[0-9][^\s]* (?i:(?:in order )?to|for|when you|and|as|in|on|at) (?:the |your |our |this )?(?i:{_LOGIN_WORDS})"
)


_BEFORE: Final = 170
_USED_BEFORE = re.compile(
    r"(?i:use|using|with|send|enter|type|need|put|paste)[ ](?:the[ ](?:value|key|token)[ ])?[\"'`*]{0,2}"
    r"(?P<value>[^\s\"'`“”‘’«»„]{8,200})[\"'`*]{0,2}[ ](?i:(?:in order )?to|for|when you|and|as|in|on|at)[ ]"
    r"(?:(?:the|your|our|this)[ ])?\Z"
)

_MEANT = re.compile(
    r"[: ]{1,3}(?:(?:the|value|key|string|text|secret|shared) ){0,3}[\"'`“‘«„*(]{0,3}(?P<value>[^\s\"'`“”‘’«»„()]{6,200})"
)


def paired_with_a_user(text: str, at: int, previous: str = "") -> Span | None:
    """
    Return the password of a user and a password: ``bob / …``, ``bob:…``, ``bob and …``.

    :param previous: The word before, in small letters.
    """
    before = ""
    for word in clause_words(text, at):
        token = word[0]
        pair = _PAIR.fullmatch(trimmed(token))
        if (
            pair is not None
            and is_key_like(pair["secret"])
            and is_free(text, word.start() + pair.start("secret"), pair["secret"], KeyMeaning.SECRET)
        ):
            begin = word.start() + pair.start("secret")
            return begin, begin + len(pair["secret"])
        value = trimmed(token)
        if (
            (
                previous in _USER_MARKS
                and before
                and is_key_like(value)
                and not (previous in _MEANS and is_version(value))
            )
            or (previous == "," and "@" in before[1:-1] and is_key_like(value))
            or (previous in _LOOSE_MARKS and before and is_chosen(value))
            or (previous in _MEANS and not before and is_chosen(value))
            or (before == ":" and previous.isalpha() and is_chosen(value))
        ):
            found = is_free(text, word.start(), value, KeyMeaning.SECRET)
            return (word.start(), word.start() + len(value)) if found else None
        if not (previous in _MEANS and not before and token in _SPOKEN_OF):
            previous, before = token.lower(), previous
    return None


def login_secrets(text: str) -> list[Span]:
    """Return where a text states a user and a password behind the words that ask for both."""
    found: list[Span] = []
    for login in _LOGIN.finditer(text):
        last = login[0].lower().rpartition(" ")[2]
        if last in _MEANS and last not in ":=":
            span = _given_as_means(text, login.end())
        else:
            span = paired_with_a_user(text, login.end(), last[-1] if last[-1] in ":=" else "") or _used_for(
                text, login.start()
            )
        if span is not None and (not found or span[0] >= found[-1][1]):
            found.append(span)
    return found


def _given_as_means(text: str, at: int) -> Span | None:
    """Return the key that follows right behind ``signed with``."""
    key = _MEANT.match(text, at)
    if key is None or not is_chosen(trimmed(key["value"])):
        return None
    begin, value = key.start("value"), trimmed(key["value"])
    return (begin, begin + len(value)) if is_free(text, begin, value, KeyMeaning.SECRET) else None


def _used_for(text: str, start: int) -> Span | None:
    """Return the key that is used for what is said then: ``use … to log in``."""
    key = _USED_BEFORE.search(text, max(0, start - _BEFORE), start)
    if key is None or not is_chosen(key["value"]):
        return None
    return key.span("value") if is_free(text, key.start("value"), key["value"], KeyMeaning.SECRET) else None
