# SPDX-License-Identifier: Apache-2.0
"""
Secrets that a sentence states, before or after the word that names them.

A name is followed by a copula (``the password is …``), stands behind the secret (``use … as the password``), or asks for what
the rest of the sentence gives (``when asked for the password, enter …``). No more than a few words around a name are read.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from airflow_provider_assistants.redaction.names import KeyMeaning, is_setting_word, key_words
from airflow_provider_assistants.redaction.placeholders import is_placeholder, placeholder_end
from airflow_provider_assistants.redaction.plausible import (
    is_certain,
    is_key_like,
    is_no_word,
    is_pin,
    is_secret_under,
    is_stated_word,
    trimmed,
)
from airflow_provider_assistants.redaction.randomness import is_uuid
from airflow_provider_assistants.redaction.words import COPULAS

__all__ = ["SUSPICIOUS_LOGINS", "in_prose", "login_secrets", "on_the_next_line", "paired_with_a_user"]

Span = tuple[int, int]

_COPULA = re.compile(
    r"(?P<filler>[^\n.!?=:;|<>{}\"]{0,56}?)(?:(?<=[\s*_`)\"'])|(?<=[\u0250-\uffff])|\A)(?P<copula>"
    + "|".join(sorted(map(re.escape, COPULAS), key=len, reverse=True))
    + r")(?:(?=[\s\"'`*:])|(?<=[\u0250-\uffff]))[ \t:*]{0,4}",
    re.IGNORECASE,
)
_FILLED_MARK = re.compile(r"[^\n.!?=:;|<>{}\"]{0,40}?[:=][ \t*`]{0,3}")
_LONGEST_WORD: Final = 400
_BARE_WORD = re.compile(rf"[\"'`“‘«„(\[*<]{{0,3}}(?P<bare>[!-~]{{1,{_LONGEST_WORD}}})")
_QUOTED = re.compile(r"(?P<quote>[\"'`“‘«„])(?P<bare>[^\n\"'`”’»“]{1,200})[\"'`”’»“]")
#: They join words in English, and assign in a language whose words for secrets are others.
_ENGLISH = frozenset(
    "password passwords token tokens key keys secret secrets pin credentials cookie passcode code".split()
)
_WEAK_COPULAS = frozenset("to on of with using als je er".split())
#: Blanks, and what lists, tags and leaders put between a name and a value.
_PROSE_GAP = re.compile(
    r"[ \t(\[\-–—#]{1,8}(?![.…•*_\]\"'`<\u2190-\u27bf\U0001f446-\U0001f449])"
    r"|(?:[ \t(\[\-–—#.…•*_\]\"'`]|[\u2190-\u21ff\u2700-\u27bf\U0001f446-\U0001f449]|</?[a-z]{1,6}>){1,24}"
)
#: ``define('DB_PASSWORD', '…')``, ``setPassword("…")``, ``<key>password</key><string>…</string>``.
_CALL = re.compile(r"[\"'`]?[ ]{0,2}(?:[,(][ ]{0,2}[\"'`]|</\w{1,12}>\s{0,12}<\w{1,12}>)([^\"'`\n<>]{1,200})[\"'`<]")
_NAME_LIKE = re.compile(r"[A-Za-z]+(?:[_\- ][A-Za-z]+)*")

#: The words of a clause, and the marks that join or quote them.
_CLAUSE_WORD = re.compile(r"[^\s\"'`“”‘’«»„<>|()\[\]{},;&]{1,200}|[|,&\"'`“‘«„(\[]")
_CLOSING = frozenset("\"'`,;)]*")
_MOST_WORDS, _LONGEST_CLAUSE = 16, 160
#: What stands right before a secret in a clause that names it: what is done with it, and what joins it to a user.
_CUES = frozenset(
    """
    is are was be currently now to as using with enter type use send say answer provide give reply input submit value pass set
    equals by via and or remains remain still reads becomes code number value nummer nr / | & = : -> " ' ` “ ‘ « „ ( [ ,
    ist lautet mit als und gib nutze verwende wert est avec comme et utilise saisir entrez es con como y usa ingrese é com e
    digite è met en gebruik jest z jako i to wpisz
    """.split()
)
#: Words of settings that are none where a sentence states a secret.
_CHANGES = frozenset("used set changed change reset updated should must can may between to on in at type".split())
#: A user, a mark, and what stands for both.
_PAIR = re.compile(r"(?P<user>[A-Za-z][\w.@+\-]{0,60})[:/|](?P<secret>[^\s:/|]{3,128})")
_USER_MARKS = frozenset(
    "/ | & pass pw pwd pin password and und et y e en i with mit avec con com met z as : using".split()
)
_BEFORE: Final = 170
_STATED_BEFORE = re.compile(
    r"(?P<open>[\"'`“‘«„*]{0,2})(?P<value>[^\s\"'`“”‘’«»„]{3,128})[\"'`”’»“*]{0,3}"
    r" (?i:is|was|ist|war|lautet|est|es|é|è|jest|to|are|=|–|-)"
    r" (?:(?!not )[\w'’/\-]{1,14} ){0,4}[\"'`*]{0,2}\Z"
)
_GIVEN_BEFORE = re.compile(
    r"(?:^|[\s(\"'])(?i:use|enter|type|say|input|provide|send|pass|give|submit|include|insert|put|set|add|try|dial|press|apply"
    r"|nutze|verwende|benutze|gib|utilise|utilisez|saisissez|usa|use|ingrese|introduce|digite|insira|gebruik|voer|użyj|wpisz|usare"
    r"|inserisci)[ :]{1,2}(?:(?:the|value|code|word|text|string|den|das|la|le|el|o|a) ){0,2}"
    r"(?P<open>[\"'`“‘«„*]{0,2})(?P<value>[^\s\"'`“”‘’«»„]{3,128})[\"'`”’»“*]{0,3},? (?:[^.!?\n]{0,90}[ (/\"'`*])?\Z"
)
#: What says less needs a value that says more.
_MENTIONED_BEFORE = re.compile(
    r"(?:^|[\s(])(?i:with|it['’]s|it is|by)[ ](?P<open>[\"'`“‘«„*]{0,2})(?P<value>[^\s\"'`“”‘’«»„]{6,128})[\"'`”’»“*]{0,3}[,;]?"
    r" (?:[^.!?\n]{0,60}[ (/\"'`*])?\Z"
)

#: Words that ask for a user and a password, with something behind them that can be one.
_LOGIN_WORDS: Final = (
    r"(?:log(?:ged|ging)?[ \-]?(?:in|into|on)|logon|sign(?:ed|ing)?[ \-]?(?:in|on)|authenticate|userpass"
    r"|user(?:name)?[ ]?[/&+][ ]?pass"
    r"|(?:access|accounts?|wi-?fi|wlan|admin|portal|vpn|router|auth|guest)(?: [a-z]{1,12})?:"
    r"|anmeldung|anmelden|einloggen|connecte[rz]?|inicia(?:r)? sesi[óo]n|accedi|acceder|zaloguj|inloggen|logga in)"
)
_LOGIN = re.compile(rf"(?i)(?<![A-Za-z]){_LOGIN_WORDS}(?:(?<=:)|(?![A-Za-z]))")
#: What finds them quickly, in Rust's regex.
SUSPICIOUS_LOGINS: Final = rf"(?i:{_LOGIN_WORDS})[^\n]*[0-9!#$%^&*~+=]"


def in_prose(text: str, meaning: KeyMeaning, start: int, at: int) -> Span | None:
    """
    Return the secret that a sentence states.

    :param meaning: What the name means.
    :param start: Where it begins.
    :param at: Where it ends.
    """
    name = text[start:at]
    copula = _COPULA.match(text, at)
    if copula is not None and not _is_about_settings(copula["filler"]):
        quoted = _QUOTED.match(text, copula.end())
        if quoted and is_secret_under(meaning, quoted["bare"]) and " " not in quoted["bare"]:
            return quoted.span("bare")
        is_weak = copula["copula"].lower() in _WEAK_COPULAS and not _ENGLISH.isdisjoint(key_words(name))
        found = _bare(text, copula.end(), meaning, name, strong=is_weak) or _stated_word(text, copula, name)
        if found is not None:
            return found
    filled = _FILLED_MARK.match(text, at)
    if filled is not None and not _is_about_settings(filled[0]):
        found = _bare(text, filled.end(), meaning, name, strong=False) or _final_word(text, filled.end(), name)
        if found is not None:
            return found
    argument = _CALL.match(text, at)
    if (
        argument
        and is_secret_under(meaning, argument[1])
        and is_no_word(argument[1])
        and not _NAME_LIKE.fullmatch(argument[1])
    ):
        return argument.span(1)
    gap = _PROSE_GAP.match(text, at)
    # What has a name of a program is set, by whatever command: ``ENV API_KEY …``.
    found = _bare(text, gap.end(), meaning, name, strong="_" not in name and len(gap[0]) < 4) if gap else None
    return found or on_the_next_line(text, meaning, at, name) or _around(text, meaning, start, at, name)


def _around(text: str, meaning: KeyMeaning, start: int, at: int, name: str) -> Span | None:
    """Return the secret in the clause behind a name, or right before it."""
    return _in_clause(text, at, meaning, name) or _before(text, start, meaning, name)


def _before(text: str, start: int, meaning: KeyMeaning, name: str) -> Span | None:
    begin = max(0, start - _BEFORE, text.rfind("\n", max(0, start - _BEFORE), start) + 1)
    window = text[begin:start]
    if " " not in window:
        return None
    for pattern in (_STATED_BEFORE, _GIVEN_BEFORE, _MENTIONED_BEFORE):
        match = pattern.search(window)
        if match is None:
            continue
        value = trimmed(match["value"])
        if pattern is _MENTIONED_BEFORE and not is_certain(value):
            continue
        is_quoted = match["open"][:1] in ("'", '"', "`", "“") and len(value) >= 4
        if is_quoted or is_key_like(value) or is_pin(name, value):
            first = begin + match.start("value")
            if _is_free(text, first, value, meaning):
                return first, first + len(value)
    return None


def _in_clause(text: str, at: int, meaning: KeyMeaning, name: str) -> Span | None:
    if not text[at : at + 1].isspace() and text[at : at + 1] not in _CLOSING:
        return None
    first, previous, done = True, "", at
    for word in islice(_CLAUSE_WORD.finditer(text, at, at + _LONGEST_CLAUSE), _MOST_WORDS):
        if "\n" in text[done : word.start()]:
            return None
        done = word.end()
        token = word[0]
        if first and token.isalpha():
            if is_setting_word(token.lower()) and token.lower() not in _CHANGES:
                return None
            first = False
        value = trimmed(token)
        fits = is_key_like if previous in _CUES else is_certain
        if fits(value) or (previous in _CUES and previous != "(" and is_pin(name, value)):
            if _is_free(text, word.start(), value, meaning):
                return word.start(), word.start() + len(value)
            return None
        if token[-1] in ".!?" and len(token) > 1:
            return None
        previous = token.lower()
    return None


_ASSIGNMENT = re.compile(r"[A-Za-z_][\w.\-]{0,40}[=:]")


def _is_free(text: str, at: int, value: str, meaning: KeyMeaning) -> bool:
    """Whether a value is none of what looks like a key and is known to be something else."""
    return (
        "://" not in value
        and "/" not in value[:1]
        and not ("-" in value and is_uuid(value))
        and _ASSIGNMENT.match(value) is None
        and placeholder_end(text, at) is None
        and is_secret_under(KeyMeaning.SECRET if meaning is KeyMeaning.SECRET else meaning, value)
    )


def paired_with_a_user(text: str, at: int) -> Span | None:
    """Return the password of a user and a password: ``bob / …``, ``bob:…``, ``bob and …``."""
    previous, before, done = "", "", at
    for word in islice(_CLAUSE_WORD.finditer(text, at, at + _LONGEST_CLAUSE), _MOST_WORDS):
        if "\n" in text[done : word.start()]:
            return None
        done = word.end()
        token = word[0]
        pair = _PAIR.fullmatch(trimmed(token))
        if (
            pair is not None
            and is_key_like(pair["secret"])
            and _is_free(text, word.start() + pair.start("secret"), pair["secret"], KeyMeaning.SECRET)
        ):
            begin = word.start() + pair.start("secret")
            return begin, begin + len(pair["secret"])
        value = trimmed(token)
        if previous in _USER_MARKS and before and is_key_like(value):
            is_free = _is_free(text, word.start(), value, KeyMeaning.SECRET)
            return (word.start(), word.start() + len(value)) if is_free else None
        if token[-1] in ".!?" and len(token) > 1:
            return None
        previous, before = token.lower(), previous
    return None


def login_secrets(text: str) -> list[Span]:
    """Return where a text states a user and a password behind the words that ask for both."""
    found: list[Span] = []
    for login in _LOGIN.finditer(text):
        span = paired_with_a_user(text, login.end())
        if span is not None and (not found or span[0] >= found[-1][1]):
            found.append(span)
    return found


def on_the_next_line(text: str, meaning: KeyMeaning, at: int, name: str) -> Span | None:
    """Return the secret that has a line of its own below its name."""
    gap = _LINE_GAP.match(text, at)
    if gap is None:
        return None
    word = _WHOLE_LINE.match(text, gap.end())
    if word is None:
        return None
    value = trimmed(word[1])
    if (is_key_like(value) or is_pin(name, value)) and _is_free(text, word.start(1), value, meaning):
        return word.start(1), word.start(1) + len(value)
    return None


#: Marks at the end of the line of a name, and before what stands on the next one: lists, fences, quotes, blocks of YAML.
_LINE_GAP = re.compile(
    r"[ \t\"'`*_:=)\]|>+\-]{0,8}\r?\n(?:[ \t]{0,8}\r?\n)?(?:[ \t]{0,8}`{3}\w{0,10}\r?\n)?[ \t>*`\"'\-]{0,24}"
)
_WHOLE_LINE = re.compile(r"([!-~]{3,400}?)[\"'`]{0,2}[ \t]{0,8}(?=\r?\n|\Z)")


def _stated_word(text: str, copula: re.Match[str], name: str) -> Span | None:
    return _final_word(text, copula.end(), name) if copula["copula"].lower() in ("is", "is:") else None


def _final_word(text: str, at: int, name: str) -> Span | None:
    word = _FINAL_WORD.match(text, at)
    return word.span(1) if word is not None and is_stated_word(name, word[1]) else None


_FINAL_WORD = re.compile(r"([a-z]{4,40})(?=[.!,](?:\s|\Z)|\s{0,2}\Z|\n| and )")


def _bare(text: str, at: int, meaning: KeyMeaning, name: str, *, strong: bool) -> Span | None:
    word = _BARE_WORD.match(text, at)
    if word is None or word["bare"].startswith("//") or placeholder_end(text, word.start("bare")) is not None:
        return None
    value = re.split(r"[\"'`<>,;\\]", word["bare"], maxsplit=1)[0].rstrip(".,;:!?)]*")
    if (
        not value
        or "://" in value
        or not is_secret_under(meaning, value)
        or is_placeholder(word["bare"].rstrip(".,;:!?)"))
    ):
        return None
    if not ((is_certain(value) if strong else is_key_like(value)) or is_pin(name, value)):
        return None
    begin = word.start("bare")
    return begin, begin + len(value)


def _is_about_settings(filler: str) -> bool:
    """Whether what stands between a name and its value makes a setting of it: ``token limit is``."""
    return any(is_setting_word(word) for word in key_words(filler) if word not in _CHANGES)
