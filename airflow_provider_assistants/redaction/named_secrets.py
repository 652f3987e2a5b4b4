# SPDX-License-Identifier: Apache-2.0
"""
Secrets that a text names: assignments, headers, options of a command, pairs of a name and a value, and prose.

It begins with the words: where a text holds one that a secret's name can hold, the whole name is read as the key of a row
would be (:mod:`airflow_provider_assistants.redaction.names`), and what stands behind it is a secret if the way in which it is
assigned says so. The less the way says, the more the value has to: behind ``password =`` anything is a secret, behind
``the password is`` only what is no word.

Each word costs a bounded number of steps, but for a value that is taken out, which is passed then: the time is linear. What
several names would read to the end of the line is read once (:class:`_Lines`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from airflow_provider_assistants.redaction.name_stems import ASCII_STEMS, STEMS, stem_spans
from airflow_provider_assistants.redaction.names import KeyMeaning, fold, naming_role, secret_meaning
from airflow_provider_assistants.redaction.placeholders import (
    is_no_secret,
    is_placeholder,
    placeholder_around,
    placeholder_end,
)
from airflow_provider_assistants.redaction.plausible import (
    is_key_like,
    is_no_word,
    is_pin,
    is_secret_under,
    is_stated_word,
    trimmed,
)
from airflow_provider_assistants.redaction.prose import (
    SUSPICIOUS_LOGINS,
    in_prose,
    login_secrets,
    on_the_next_line,
    paired_with_a_user,
)
from airflow_provider_assistants.redaction.randomness import REDACTED
from airflow_provider_assistants.redaction.text_tables import TextTables

__all__ = ["SKETCHED_NAMED", "SUSPICIOUS_NAMED", "redact_named"]

_LONGEST_REJECTED: Final = 400
#: Letters of scripts without spaces between words, but for the particles that follow a name.
_UNSPACED = r"[\u3005\u30a0-\u30ff\u3400-\u662e\u6630-\u9fff]"
_LETTER = r"(?:[^\W\u3000-\u9fff\uac00-\ud7af]|-)"
#: For the text before, from its end to its beginning.
_IDENTIFIER_BEFORE = re.compile(rf"{_UNSPACED}{{1,10}}|(?:{_LETTER}|[.$@]){{0,40}}")
_IDENTIFIER_AFTER = re.compile(
    rf"(?:[\uac00-\ud7af]{{1,6}}(?=[\"'\s]{{0,3}}[=:])|{_UNSPACED}{{1,6}}|{_LETTER}{{0,40}}(?:\.{_LETTER}{{1,20}}){{0,3}})"
)
_WORD_BEFORE = re.compile(r"([\w.\-]{1,24})[ \-'’]{1,2}\Z")
_WORD_AFTER = re.compile(r"[ ](?:(?:de|da|do|d['’]|of|der|du|la|die|für|for|za|van)[ ]?)?([\w\-]{2,24})")
_MOST_NEIGHBOURS: Final = 3
_CLOSERS = r"[ \t\"'`)\]\\*_]{0,8}"
#: What a name is assigned by: a mark, or words.
_MARK = re.compile(_CLOSERS + r"(?P<mark>[=:]{1,2}>?|->|→|\||>|：|＝)(?P<space>[ \t\"'`*]{0,4}\\{0,3})")
_SCHEMES = r"(?i:bearer|basic|token|digest|apikey|api-key|key|bot|ssws|geniekey|jwt|negotiate)"
_STOP = r"\s\"'<>,;&\\`\u3000-\u303f\uff0c\uff1b\uff1a"
#: A quoted value ends at the next quote of its kind, so that no character is read by two names with the same quote.
_QUOTED_VALUE = re.compile(r"(?P<quote>\\{0,3}[\"'`])(?P<quoted>[^\n]*?)(?:(?P=quote)|\n|\Z)")
_BARE_VALUE = re.compile(rf"(?P<scheme>{_SCHEMES}[ ]{{1,4}})?(?P<bare>(?:[^{_STOP}]|[,;'](?=\w)|&(?!\w{{1,64}}=))+)")
#: Of a longer value only so much is judged, since what is no secret is read again behind the next name in it.
_LONGEST_JUDGED: Final = 480
_ARGUMENT = re.compile(r"[ \t]{1,4}(?P<quote>[\"']?)(?P<bare>[^\s\"']+)")
_ELEMENT = re.compile(r"(?:<!\[CDATA\[)?(?P<inside>[^<>\n]{1,400}?)(?:\]\]>)?</")
#: The attributes of an element whose name was read.
_ATTRIBUTES = re.compile(r"(?:[ ][\w:.\-]{1,40}=(?:\"[^\"<>\n]{0,120}\"|'[^'<>\n]{0,120}')){1,4}[ ]?(?=>)")
_NAME_LIKE = re.compile(r"[A-Za-z]+(?:[_\- ][A-Za-z]+)*")
#: What stands between a mark and the value, or its quote: the tag of a type, a list, a mapping of one language or another.
_OPENING = re.compile(
    r"!!\w{1,12}[ ]{1,2}|[ ]{0,2}[\[({][ ]{0,2}(?:\w{1,24}[ ]?[=:][ ]?)?(?=[\"'])|[fbruFBRU]{1,2}(?=[\"'])"
)
#: ``auth=('user', '…')``.
_USER_AND_SECRET = re.compile(
    r"[ ]{0,2}\([ ]{0,2}([\"'])[^\"'\n]{1,64}\1[ ]{0,2},[ ]{0,2}([\"'])(?P<secret>[^\"'\n]{1,200})\2"
)
_REFERENCE_TAG = re.compile(r"!(?![!\s])[A-Za-z]{2,12}(?:::[A-Za-z]{1,20}){0,3}[ ]")
_ASSIGNING = frozenset((":", "=", "：", "＝", "=>"))
_LINE = re.compile(r"[^\n'`]*")
_PARAMETERS = re.compile(
    r"[ \t]{0,4}(?i:digest|aws4[\w\-]*|hawk|oauth|signature|hmac[\w\-]*|mac|token|[a-z][\w\-]{1,30})[ ]+\w+="
)
_AFTER_WORD = re.compile(r"[ \t]+[\"'(]?[^\W_]")
_LINE_BEFORE = re.compile(r"(?:^|\n)[ \t]*(?:-[ \t]+|export[ \t]+|#[ \t]*)?\Z")
_PAIR_GAP = re.compile(
    r"[ \t\"'\\,;}>/{]{0,8}(?:\r?\n[ \t\-]{0,40})?[\"'\\ ]{0,4}(?P<value>[\w\-]{1,24}?)[\"'\\]{0,3}[ \t]{0,2}[:=][ \t]{0,4}"
)
#: ``<setting name="ApiKey"><value>…</value>``.
_PAIR_ELEMENT = re.compile(r"[\"'/ ]{0,3}>\s{0,12}<(?P<value>\w{1,24})>(?P<inside>[^<>\n]{1,400})</")
#: Logins, a name that ends in its mark, and an option of a command.
_UNNAMED: Final = rf"{SUSPICIOUS_LOGINS}|(?i:pass|auth)[=:\"]|(?:^|[\s\"'\x00])--?[A-Za-z][^\s=]*[ \t]"
#: What finds quickly, in Rust's regex, all that can name a secret: a word that a name can hold with something behind it that
#: can assign or be no word (what is long is none).
SUSPICIOUS_NAMED: Final = (
    rf"[0-9!#$%^&*~+\"'`“][^\n]*(?:{STEMS})|(?:{STEMS})[^\n]*\n[^a-zA-Z0-9]*(?:[a-z]*\n)?[^\n]*[0-9!#$%^&*~+]"
    rf"|(?:{STEMS})(?:[^\n]*[=:>|0-9\"'`“‘«„!#$%^&*~+→：＝@]|[^\n]*[!-~]{{20}}"
    r"|[^\s]*[ \t\"'\\,;}>/]*\r?\n[ \t\-\"'\\]*[^\s:=]*[\"'\\ \t]*[:=])"
    rf"|(?i:pass(?:word|code|phrase)?)(?: is:?|[^\n]*:) [a-z]|{_UNNAMED}"
)
#: The same and more without counting, in any text and in one that is ASCII.
SKETCHED_NAMED: Final = (f"(?:{STEMS})|{_UNNAMED}", f"(?:{ASCII_STEMS})|{_UNNAMED}")


def redact_named(text: str) -> str:
    """Take out what a text names as a secret; the very same text if it names none."""
    read = 0
    lines = _Lines(text)
    tables = TextTables(text)
    found = login_secrets(text)
    for start, end in stem_spans(text):
        if start < read:
            continue
        around = placeholder_around(text, start)
        if around is not None:
            read = around
            continue
        found += tables.secrets(start)
        secret, read = _named_secret(lines, start, start + len(text[start:end].rstrip('=:"')))
        if secret is not None:
            found.append(secret)
            read = max(read, secret[1])
    return _without(text, found) if found else text


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for begin, end in sorted(spans):
        if begin >= done:
            parts += (text[done:begin], REDACTED)
            done = end
    return "".join((*parts, text[done:]))


class _Lines:
    """
    The lines of a text, each of which is read once however many names it holds.

    :param text: The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._begin = self._end = self._last_equals = self._last_redacted = -1
        self._ends_in_secret = False

    def end(self, at: int) -> int:
        """Return where the line ends in which a place lies."""
        if not self._begin <= at <= self._end:
            self._begin, self._end = _LINE.match(self.text, at).span()  # type: ignore[union-attr]
            self._last_equals = self.text.rfind("=", at, self._end)
            self._last_redacted = self.text.rfind(REDACTED, at, self._end)
            self._ends_in_secret = not is_no_secret(self.text[self._last_equals + 1 : self._end])
        return self._end

    def has_cookies(self, at: int) -> bool:
        """Whether the rest of a line assigns something, and nothing in it was taken out before."""
        return at <= self.end(at) and self._last_equals >= at > self._last_redacted

    def ends_in_secret(self, at: int) -> bool:
        """Whether a line assigns something in the end, and that is a secret."""
        return at <= self.end(at) and self._last_equals >= at and self._ends_in_secret


def _named_secret(lines: _Lines, start: int, end: int) -> tuple[tuple[int, int] | None, int]:
    """Return where the secret lies that the name around a word names, if one, and up to where the text was read."""
    text = lines.text
    start -= _IDENTIFIER_BEFORE.match(text[max(0, start - 40) : start][::-1]).end()  # type: ignore[union-attr]
    end = _IDENTIFIER_AFTER.match(text, end).end()  # type: ignore[union-attr]
    names = _names(text, start, end)
    for meaning, at, first in names:
        found = _assigned(lines, meaning, at, first)
        if found is not None:
            return found, end
    return None, end


def _before(text: str, start: int, end: int) -> tuple[int, int] | None:
    word = _WORD_BEFORE.search(text, max(0, start - 26), start)
    return None if word is None else (word.start(), end)


def _behind(text: str, start: int, end: int) -> tuple[int, int] | None:
    word = _WORD_AFTER.match(text, end)
    return None if word is None else (start, word.end())


def _longer_name(
    text: str, start: int, end: int, longer: Callable[[str, int, int], tuple[int, int] | None]
) -> Iterator[tuple[KeyMeaning, int, int]]:
    """Find the shortest name of a secret that a word makes with up to three neighbours on one side."""
    for _ in range(_MOST_NEIGHBOURS):
        place = longer(text, start, end)
        if place is None:
            return
        start, end = place
        if secret_meaning(text[start:end]) is KeyMeaning.SECRET:
            yield KeyMeaning.SECRET, end, start
            return


def _names(text: str, start: int, end: int) -> list[tuple[KeyMeaning, int, int]]:
    """Return what the names around a word mean, each with its end and its start: the word alone, and with its neighbours."""
    identifier = text[start:end]
    own = secret_meaning(identifier.lstrip("-"))
    if own in _ASSIGNABLE:
        return [(own, end, start)]
    # The longer name of the two says more: a word before qualifies what is kept secret, one behind says whose it is.
    names = [*_longer_name(text, start, end, _before), *_longer_name(text, start, end, _behind)]
    if own is KeyMeaning.SECRET_IF_RANDOM or identifier.lower() in ("key", "keys"):
        own = KeyMeaning.SECRET_IF_RANDOM
        names.append((own, end, start))
    elif own is KeyMeaning.AUTHENTICATION:
        names.append((KeyMeaning.SECRET if text[end : end + 1] == "=" else KeyMeaning.SECRET_IF_RANDOM, end, start))
    return names


_ASSIGNABLE = frozenset(
    {KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER, KeyMeaning.SECRET_UNLESS_SWITCH, KeyMeaning.DESCRIPTION}
)


def _assigned(lines: _Lines, meaning: KeyMeaning, at: int, first: int) -> tuple[int, int] | None:
    text = lines.text
    attributes = _ATTRIBUTES.match(text, at)
    mark = _MARK.match(text, attributes.end() if attributes else at)
    if mark is not None:
        found = _behind_mark(lines, meaning, mark, text[first:at])
        if found is None and mark["mark"] == ">":
            return _in_pair(text, meaning, at)
        if placeholder_end(text, mark.end()) is not None:
            return found
        if found is None and meaning is KeyMeaning.SECRET and mark["mark"] in _ASSIGNING:
            found = on_the_next_line(text, meaning, at, text[first:at]) or paired_with_a_user(text, mark.end("mark"))
        return found
    if text[first : first + 1] == "-" and "$" not in text[first:at] and (first == 0 or text[first - 1] in " \t\n\"'"):
        argument = _ARGUMENT.match(text, at)
        if argument and not argument["bare"].startswith("-") and is_secret_under(meaning, argument["bare"]):
            return argument.span("bare")
        return None
    pair = _in_pair(text, meaning, at)
    if pair is not None or meaning is KeyMeaning.DESCRIPTION:
        return pair
    return in_prose(text, meaning, first, at)


def _behind_mark(lines: _Lines, meaning: KeyMeaning, mark: re.Match[str], name: str) -> tuple[int, int] | None:
    text = lines.text
    at = mark.end("mark")
    sign = mark["mark"]
    if sign == ">":
        inside = _ELEMENT.match(text, at)
        return inside.span("inside") if inside and _is_content(meaning, inside["inside"].strip()) else None
    if sign == ":":
        folded = fold(name).lower()
        if folded.endswith(("authorization", "cookie")):
            whole = _whole_header(lines, mark.end(), is_cookie=folded.endswith("cookie"))
            if whole is not None:
                return whole
        if text.startswith("//", at):
            return None  # a URL, whose secrets are taken out as such
    gap = 0
    while gap < 3 and text[at : at + 1] in (" ", "\t", "*"):
        at += 1
        gap += 1
    if placeholder_end(text, at) is not None or _REFERENCE_TAG.match(text, at) is not None:
        return None
    pair = _USER_AND_SECRET.match(text, at) if name.lower().endswith("auth") else None
    if pair is not None:
        return pair.span("secret")
    opening = _OPENING.match(text, at)
    at = opening.end() if opening else at
    quoted = _QUOTED_VALUE.match(text, at)
    if quoted is not None:
        return quoted.span("quoted") if is_secret_under(meaning, quoted["quoted"]) else None
    value = _BARE_VALUE.match(text, at, at + _LONGEST_JUDGED)
    if value is None or (value["scheme"] and placeholder_end(text, value.start("bare")) is not None):
        return None
    bare = value["bare"]
    if not bare.strip("*.,;:!?") or not is_secret_under(meaning, trimmed(bare)):
        return None
    if not _is_assigned(text, value, mark, name):
        return None
    if is_placeholder(_LINE.match(text, at, at + _LONGEST_REJECTED)[0]):  # type: ignore[index]
        return None
    return _BARE_VALUE.match(text, at).span("bare")  # type: ignore[union-attr]


def _is_content(meaning: KeyMeaning, inside: str) -> bool:
    """Whether an element holds a secret rather than the label of one."""
    is_label = _NAME_LIKE.fullmatch(inside) is not None and secret_meaning(inside) in _ASSIGNABLE
    return is_secret_under(meaning, inside) and not is_label


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


def _whole_header(lines: _Lines, at: int, *, is_cookie: bool) -> tuple[int, int] | None:
    """Return all of a header that has several parts: cookies, and signatures."""
    if is_cookie:
        return (at, lines.end(at)) if lines.has_cookies(at) else None
    if _PARAMETERS.match(lines.text, at) and lines.ends_in_secret(at):
        return at, lines.end(at)
    return None


def _in_pair(text: str, meaning: KeyMeaning, at: int) -> tuple[int, int] | None:
    """Return the value of a pair whose name was read: ``name: API_KEY`` and on the next line ``value: …``."""
    element = _PAIR_ELEMENT.match(text, at)
    if element is not None and naming_role(element["value"]) == "value" and is_secret_under(meaning, element["inside"]):
        return element.span("inside")
    gap = _PAIR_GAP.match(text, at)
    if gap is None or naming_role(gap["value"]) != "value":
        return None
    at = gap.end()
    quoted = _QUOTED_VALUE.match(text, at)
    if quoted is not None:
        return quoted.span("quoted") if is_secret_under(meaning, quoted["quoted"]) else None
    value = _BARE_VALUE.match(text, at, at + _LONGEST_JUDGED)
    if value is None or not is_secret_under(meaning, value["bare"]):
        return None
    return _BARE_VALUE.match(text, at).span("bare")  # type: ignore[union-attr]
