# SPDX-License-Identifier: Apache-2.0
"""
What a mark assigns to the name before it: ``password = …``, ``token: …``, ``<secret>…</secret>``, ``| api_key | …``.

Many marks assign what is no secret: the type of a variable, the line of a source, the name of the secret once more.
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.named_in_text.expressions import (
    FALLBACK,
    OPERATORS,
    REFERENCE,
    SOURCE_LINE,
    behind_quote,
    is_call,
    is_expression,
    is_named_elsewhere,
    is_stored_name,
    told_secret,
)
from airflow_provider_assistants.redaction.named_in_text.headers import LINE, Lines, has_open_cookies_only, whole_header
from airflow_provider_assistants.redaction.named_in_text.names import ASSIGNABLE, OPAQUE
from airflow_provider_assistants.redaction.names.called_after import is_label
from airflow_provider_assistants.redaction.names.secret_names import (
    NAME_LIKE,
    KeyMeaning,
    fold,
    secret_meaning,
)
from airflow_provider_assistants.redaction.values.placeholders import (
    is_placeholder,
    placeholder_end,
)
from airflow_provider_assistants.redaction.values.plausible import (
    is_key_like,
    is_no_word,
    is_numbered,
    is_of_words,
    is_other_name,
    is_pin,
    is_secret_under,
    is_stated_word,
    trimmed,
)
from airflow_provider_assistants.redaction.values.randomness import is_symbol

__all__ = ["ASSIGNING", "BARE_VALUE", "LONGEST_JUDGED", "MARK", "QUOTED_VALUE", "behind_mark"]

_LONGEST_REJECTED: Final = 400
_CLOSERS = r"(?:&nbsp;)?[ \t\"'`)\]\\*_]{0,8}(?:[.…]{2,60}[ ]?)?"
#: What a name is assigned by: a mark, or words.
MARK = re.compile(_CLOSERS + r"(?P<mark>={3}|[=:]{1,2}>?|->|→|\||>|：|＝)(?P<space>[ \t\"'`*]{0,4}\\{0,3})")
_SCHEMES = r"(?i:bearer|basic|token|digest|apikey|api-key|key|bot|ssws|geniekey|jwt|negotiate|splunk"
_SCHEMES += r"|[\w\-]{1,20}-(?:key|token|oauthtoken))"
_URL_NEXT = re.compile(r"(?:[ ]{0,3}[\"'`]?(?:https?|wss?):)?//")
_STOP = r"\s\"'<>,;&\\`\u3000-\u303f\uff0c\uff1b\uff1a"
#: A quoted value ends at the next quote of its kind, so that no character is read by two names with the same quote.
QUOTED_VALUE = re.compile(r"(?P<quote>\\{0,3}[\"'`])(?P<quoted>[^\n]*?)(?:(?P=quote)|\n|\Z)")
BARE_VALUE = re.compile(rf"(?P<scheme>{_SCHEMES}[ ]{{1,4}})?(?P<bare>(?:[^{_STOP}]|[,;'](?=\w)|&(?!\w{{1,64}}=))+)")
#: Of a longer value only so much is judged, since what is no secret is read again behind the next name in it.
LONGEST_JUDGED: Final = 480
#: What may stand between a mark and a value: blanks, and the ends of what sets off the name.
_GAP = re.compile(
    r"(?:[ \t*]|&nbsp;|</?(?:b|strong|i|em|u|td|th|dt|dd|span|code|kbd|p|br|li|label|div)(?: [^<>\n]{0,60})?/?>){0,3}"
)
_ELEMENT = re.compile(r"(?:<!\[CDATA\[)?(?P<inside>[^<>\n]{1,400}?)(?:\]\]>)?</")
#: What stands between a mark and the value, or its quote: the tag of a type, a list, a mapping of one language or another.
_OPENING = re.compile(
    r"!!\w{1,12}[ ]{1,2}|[ ]?&[a-z][\w\-]{0,40}[ ]{1,2}|[ ]?string\([0-9]{1,5}\)[ ]"
    r"|[ ]{0,2}[\[({][ ]{0,2}(?:\w{1,24}[ ]?[=:][ ]?|[\"'](?:value|defaultValue|default|plain[Tt]ext)[\"'][ ]?:[ ]?"
    r"|(?![\"']\w{1,40}[\"'][ ]?:))(?=[\"'])"
    r"|[fbruFBRUN@]{1,2}(?=[\"'])|[Vv]alue[ ]?[:=][ ]"
)
#: ``auth=('user', '…')``.
_USER_AND_SECRET = re.compile(
    r"[ ]{0,2}[(\[][ ]{0,2}([\"'])[^\"'\n]{1,64}\1[ ]{0,2},[ ]{0,2}([\"'])(?P<secret>[^\"'\n]{1,200})\2"
)
ASSIGNING = frozenset((":", "=", "：", "＝", "=>"))
_AFTER_WORD = re.compile(r"[ \t]+[\"'(]?[^\W_]")
_LINE_BEFORE = re.compile(r"(?:^|\n)[ \t]*(?:-[ \t]+|export[ \t]+|#[ \t]*)?\Z")
#: ``confirm_password2``
_VARIABLE = re.compile(r"[a-z]{2,20}(?:_[a-z]{2,20}){1,4}[0-9]?")
#: A pin of a circuit.
_CONTACT = re.compile(r"[A-Z]{1,4}[0-9]{1,3}|0x[0-9A-Fa-f]{1,4}|[0-9]{1,2}")


def behind_mark(lines: Lines, meaning: KeyMeaning, mark: re.Match[str], name: str) -> tuple[int, int] | None:
    """
    Return where the secret lies that a mark assigns to a name, if one.

    :param lines: The text.
    :param meaning: What the name says of what it names.
    :param mark: The match of :data:`MARK` behind the name.
    :param name: The name.
    """
    text = lines.text
    at = mark.end("mark")
    sign = mark["mark"]
    if sign == ">":
        inside = _ELEMENT.match(text, at)
        return inside.span("inside") if inside and _is_content(meaning, inside["inside"].strip()) else None
    if sign == ":":
        folded = fold(name).lower()
        if folded.endswith(("authorization", "cookie")):
            is_cookie = folded.endswith("cookie")
            if is_cookie and has_open_cookies_only(lines, mark.end()):
                return None
            whole = whole_header(lines, mark.end(), is_cookie=is_cookie)
            if whole is not None:
                return whole
        if _URL_NEXT.match(text, at):
            return None  # its secrets are taken out as such
    at = _GAP.match(text, at).end()  # type: ignore[union-attr]
    if name == "--secret" and is_stored_name(text, at):
        return None  # what a command is to give to another one, by its name
    fallback = FALLBACK.match(text, at)
    if fallback is not None and is_secret_under(meaning, fallback["default"]):
        return fallback.span("default")
    if placeholder_end(text, at) is not None or REFERENCE.match(text, at) is not None:
        return None
    pair = _USER_AND_SECRET.match(text, at) if name.lower().endswith("auth") else None
    if pair is not None:
        return pair.span("secret")
    opening = _OPENING.match(text, at)
    if opening is None and is_call(text, at):
        return None
    told = told_secret(text, at) if opening is None and sign in ASSIGNING else None
    if told is not None:
        return told
    at = opening.end() if opening else at
    value_at = behind_quote(text, at, mark.start() + mark[0].index(sign) + len(sign))
    if value_at is None:
        return None  # the name and its mark are all of a text: ``"token:"``
    quoted = QUOTED_VALUE.match(text, value_at)
    return _quoted(text, meaning, mark, name, quoted) if quoted else _bare(text, meaning, mark, name, value_at)


def _quoted(
    text: str, meaning: KeyMeaning, mark: re.Match[str], name: str, quoted: re.Match[str]
) -> tuple[int, int] | None:
    if (placeholder_end(text, quoted.start("quoted")) or 0) >= quoted.end("quoted"):
        return None  # an expression with quotes of its own
    value = quoted["quoted"]
    if not is_secret_under(meaning, value) or (mark["mark"] == "|" and not is_key_like(value)):
        return None
    if is_named_elsewhere(name, value) or is_label(value):
        return None
    if mark["mark"] == ":" and ")" in mark[0] and not is_key_like(value):
        return None  # what a tuple is the key of
    return quoted.span("quoted")


def _bare(text: str, meaning: KeyMeaning, mark: re.Match[str], name: str, at: int) -> tuple[int, int] | None:
    value = BARE_VALUE.match(text, at, at + LONGEST_JUDGED)
    if value is None or (value["scheme"] and _is_computed(text, value)):
        return None
    bare, sign = value["bare"], mark["mark"]
    if not bare.strip("*.,;:!?") or not is_secret_under(meaning, trimmed(bare)):
        return None
    if _is_other(name, mark, bare):
        return None
    if sign in ASSIGNING and (
        is_named_elsewhere(name, trimmed(bare)) or is_expression(text, mark.start() - len(name), at, sign)
    ):
        return None
    if not _is_assigned(text, value, mark, name):
        return None
    line = LINE.match(text, at, at + _LONGEST_REJECTED)[0]  # type: ignore[index]
    if is_placeholder(line) or is_label(line.rstrip(" \t\r;,")):
        return None
    return BARE_VALUE.match(text, at).span("bare")  # type: ignore[union-attr]


def _is_computed(text: str, value: re.Match[str]) -> bool:
    """Whether what stands behind a scheme (``Bearer``) is an operator, a placeholder or a call."""
    at = value.start("bare")
    return value["bare"] in OPERATORS or placeholder_end(text, at) is not None or is_call(text, at)


def _is_other(name: str, mark: re.Match[str], bare: str) -> bool:
    """Whether what a mark assigns is of another kind than the name's secrets: a line of a source, a type, a variable."""
    sign, word = mark["mark"], bare.rstrip(":;,)")
    lowered = name.lower()
    if sign in (":", "：") and (SOURCE_LINE.search(f"{name}:{bare}") or is_of_words(bare)):
        return True
    if sign == ":" and mark[0].startswith(" ") and mark[0].endswith(":") and is_other_name(bare):
        return True  # a symbol of Ruby's
    if sign == "->" and ")" in mark[0] and is_symbol(word):
        return True  # what a function returns
    if lowered in ("pin", "pins") and _CONTACT.fullmatch(trimmed(bare)):
        return True
    if lowered.endswith("auth") and is_numbered(trimmed(bare)):
        return True  # what holds a login elsewhere
    if lowered == "serviceaccount" and not is_key_like(trimmed(bare)):
        return True  # an account of a cluster: ``system:serviceaccount:data:airflow``
    return _VARIABLE.fullmatch(word) is not None and (
        sign in ("->", "→") or (sign in ("=", "==") and secret_meaning(word) in OPAQUE)
    )


def _is_content(meaning: KeyMeaning, inside: str) -> bool:
    """Whether an element holds a secret rather than the label of one."""
    is_name = NAME_LIKE.fullmatch(inside) is not None and secret_meaning(inside) in ASSIGNABLE
    return is_secret_under(meaning, inside) and not is_name and not is_label(inside)


def _is_assigned(text: str, value: re.Match[str], mark: re.Match[str], name: str) -> bool:
    """Whether the way in which a name has a value says that it is more than the next word."""
    sign, bare = mark["mark"], value["bare"]
    if sign in ("=", "==", "=>"):
        return True
    if sign == "|":
        return is_key_like(trimmed(bare))
    if is_no_word(bare) or value["scheme"] or is_pin(name, bare):
        return True
    if sign == ":" and _is_alone(text, value.end()) and is_stated_word(name, bare):
        return True
    if sign != ":" or _AFTER_WORD.match(text, value.end()) is not None:
        return False
    is_header = "-" in name or "_" in name or fold(name).lower().endswith(("authorization", "cookie"))
    return is_header or _is_setting_line(text, mark.start() - len(name), name)


def _is_alone(text: str, at: int) -> bool:
    """Whether a line ends at a place."""
    return text[at : at + 1] in ("", "\n", "\r")


def _is_setting_line(text: str, start: int, name: str) -> bool:
    """Whether a name stands at the beginning of a line as a setting does, and not as the word of a sentence."""
    return name.islower() and _LINE_BEFORE.search(text, max(0, start - 40), start) is not None and start >= 0
