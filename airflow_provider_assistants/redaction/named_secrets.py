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
from typing import Final

from airflow_provider_assistants.redaction.name_stems import ASCII_STEMS, STEMS, stem_spans
from airflow_provider_assistants.redaction.names import (
    KeyMeaning,
    fold,
    is_setting_word,
    key_words,
    naming_role,
    secret_meaning,
)
from airflow_provider_assistants.redaction.placeholders import is_no_secret, is_placeholder, placeholder_end
from airflow_provider_assistants.redaction.randomness import REDACTED, has_random_run, is_uuid, looks_random
from airflow_provider_assistants.redaction.words import COPULAS

__all__ = ["SUSPICIOUS_NAMED", "SUSPICIOUS_NAMED_IN_ASCII", "is_no_word", "is_secret_under", "redact_named"]

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
_CLOSERS = r"[ \t\"'`)\]\\*_]{0,8}"
#: What a name is assigned by: a mark, or words.
_MARK = re.compile(_CLOSERS + r"(?P<mark>[=:]{1,2}>?|->|→|\||>|：|＝)(?P<space>[ \t\"'`*]{0,4}\\{0,3})")
_COPULA = re.compile(
    r"(?P<filler>[^\n.!?=:;|<>{}\"]{0,56}?)(?:(?<=[\s*_`)\"'])|(?<=[\u0250-\uffff])|\A)(?P<copula>"
    + "|".join(sorted(map(re.escape, COPULAS), key=len, reverse=True))
    + r")(?:(?=[\s\"'`*:])|(?<=[\u0250-\uffff]))[ \t:*]{0,4}",
    re.IGNORECASE,
)
_FILLED_MARK = re.compile(r"[^\n.!?=:;|<>{}\"]{0,40}?[:=][ \t*`]{0,3}")
_SCHEMES = r"(?i:bearer|basic|token|digest|apikey|api-key|key|bot|ssws|geniekey|jwt|negotiate)"
_STOP = r"\s\"'<>,;&\\`\u3000-\u303f\uff0c\uff1b\uff1a"
#: A quoted value ends at the next quote of its kind, so that no character is read by two names with the same quote.
_QUOTED_VALUE = re.compile(r"(?P<quote>\\{0,3}[\"'`])(?P<quoted>[^\n]*?)(?:(?P=quote)|\n|\Z)")
_BARE_VALUE = re.compile(rf"(?P<scheme>{_SCHEMES}[ ]{{1,4}})?(?P<bare>(?:[^{_STOP}]|[,;'](?=\w)|&(?!\w{{1,64}}=))+)")
#: Of a longer value only so much is judged, since what is no secret is read again behind the next name in it.
_LONGEST_JUDGED: Final = 480
_BARE_WORD = re.compile(rf"[\"'`“‘«„(\[*<]{{0,3}}(?P<bare>[!-~]{{1,{_LONGEST_REJECTED}}})")
_ARGUMENT = re.compile(r"[ \t]{1,4}(?P<quote>[\"']?)(?P<bare>[^\s\"']+)")
_QUOTED = re.compile(r"(?P<quote>[\"'`“‘«„])(?P<bare>[^\n\"'`”’»“]{1,200})[\"'`”’»“]")
_ELEMENT = re.compile(r"([^<>\n]{1,400})</")
_LINE = re.compile(r"[^\n'`]*")
_PARAMETERS = re.compile(
    r"[ \t]{0,4}(?i:digest|aws4[\w\-]*|hawk|oauth|signature|hmac[\w\-]*|mac|token|[a-z][\w\-]{1,30})[ ]+\w+="
)
_AFTER_WORD = re.compile(r"[ \t]+[\"'(]?[^\W\d_]")
_LINE_BEFORE = re.compile(r"(?:^|\n)[ \t]*(?:-[ \t]+|export[ \t]+|#[ \t]*)?\Z")
_PAIR_GAP = re.compile(
    r"[ \t\"'\\,;}>/]{0,8}(?:\r?\n[ \t\-]{0,40})?[\"'\\ ]{0,4}(?P<value>[\w\-]{1,24}?)[\"'\\]{0,3}[ \t]{0,2}[:=][ \t]{0,4}"
)
#: They join words in English, and assign in a language whose words for secrets are others.
_ENGLISH = frozenset(
    "password passwords token tokens key keys secret secrets pin credentials cookie passcode code".split()
)
_WEAK_COPULAS = frozenset("to on of with using als je er".split())
_NUMERIC = re.compile(r"[\d.,:/\-+%$€]{1,64}")
_PROSE_GAP = re.compile(r"[ \t(\[\-–—#]{1,8}")
#: ``define('DB_PASSWORD', '…')``, ``setPassword("…")``, ``<key>password</key><string>…</string>``.
_CALL = re.compile(r"[\"'`]?[ ]{0,2}(?:[,(][ ]{0,2}[\"'`]|</\w{1,12}>\s{0,12}<\w{1,12}>)([^\"'`\n<>]{1,200})[\"'`<]")
_NAME_LIKE = re.compile(r"[A-Za-z]+(?:[_\- ][A-Za-z]+)*")
#: What finds quickly, in Rust's regex, all that can name a secret: a word that a name can hold with something behind it that
#: can assign or be no word (what is long is none), a name that ends in its mark, and an option of a command.
SUSPICIOUS_NAMED, SUSPICIOUS_NAMED_IN_ASCII = (
    rf"(?:{stems})(?:[^\n]*[=:>|0-9\"'`“‘«„!#$%^&*~+→：＝@]|[^\n]*[!-~]{{20}}"
    r"|[^\s]*[ \t\"'\\,;}>/]*\r?\n[ \t\-\"'\\]*[^\s:=]*[\"'\\ \t]*[:=])"
    r"|(?i:pass|auth)[=:\"]|(?:^|[\s\"'\x00])--?[A-Za-z][^\s=]*[ \t]"
    for stems in (STEMS, ASCII_STEMS)
)
_PINS = frozenset("pin pins pincode otp passcode code codes pass пин пинкод".split())


def redact_named(text: str) -> str:
    """Take out what a text names as a secret; the very same text if it names none."""
    parts: list[str] = []
    done = read = 0
    lines = _Lines(text)
    for start, end in stem_spans(text):
        if start < read:
            continue
        found, read = _named_secret(lines, start, start + len(text[start:end].rstrip('=:"')))
        if found is not None and found[0] >= done:
            parts += (text[done : found[0]], REDACTED)
            done = found[1]
            read = max(read, done)
    return "".join((*parts, text[done:])) if parts else text


def is_no_word(value: str) -> bool:
    """Whether a text is a key rather than a word of prose, as in ``Password: ask for it``."""
    bare = value.strip(".,;:!?()[]*_\"'`")
    if len(value) >= 20:
        return True
    return len(value) >= 6 and not bare.replace("-", "").replace("'", "").isalpha()


def is_secret_under(meaning: KeyMeaning, value: str) -> bool:
    """Whether a text is a secret where a name means that one stands there."""
    if is_no_secret(value):
        return False
    if meaning is KeyMeaning.SECRET:
        return True
    if meaning is KeyMeaning.SECRET_UNLESS_NUMBER:
        return not value.isdigit()
    if meaning is KeyMeaning.SECRET_UNLESS_SWITCH:
        return value.lower() not in ("0", "1", "true", "false", "yes", "no", "on", "off")
    if meaning is KeyMeaning.SECRET_IF_RANDOM:
        return looks_random(value) or is_uuid(value)
    if meaning is KeyMeaning.DESCRIPTION:
        return has_random_run(value) and not is_uuid(value) and "/" not in value
    return False


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


def _names(text: str, start: int, end: int) -> list[tuple[KeyMeaning, int, int]]:
    """Return what the names around a word mean, each with its end and its start: the word alone, and with its neighbours."""
    identifier = text[start:end]
    own = secret_meaning(identifier.lstrip("-"))
    if own in _ASSIGNABLE:
        return [(own, end, start)]
    names: list[tuple[KeyMeaning, int, int]] = []
    before, first = identifier, start
    for _ in range(3):
        word = _WORD_BEFORE.search(text, max(0, first - 26), first)
        if word is None:
            break
        first = word.start()
        before = f"{word[1]} {before}"
        meaning = secret_meaning(before)
        if meaning is KeyMeaning.SECRET:
            names.append((meaning, end, first))
            break
    after, at = identifier, end
    for _ in range(2):
        word = _WORD_AFTER.match(text, at)
        if word is None:
            break
        at = word.end()
        after = f"{after} {word[1]}"
        meaning = secret_meaning(after)
        if meaning is KeyMeaning.SECRET:
            names.append((meaning, at, start))
            break
    if own is KeyMeaning.SECRET_IF_RANDOM:
        names.append((own, end, start))
    elif own is KeyMeaning.AUTHENTICATION and text[end : end + 1] == "=":
        names.append((KeyMeaning.SECRET, end, start))
    return names


_ASSIGNABLE = frozenset(
    {KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER, KeyMeaning.SECRET_UNLESS_SWITCH, KeyMeaning.DESCRIPTION}
)


def _assigned(lines: _Lines, meaning: KeyMeaning, at: int, first: int) -> tuple[int, int] | None:
    text = lines.text
    mark = _MARK.match(text, at)
    if mark is not None:
        return _behind_mark(lines, meaning, mark, text[first:at])
    if text[first : first + 1] == "-" and (first == 0 or text[first - 1] in " \t\n\"'"):
        argument = _ARGUMENT.match(text, at)
        if argument and not argument["bare"].startswith("-") and is_secret_under(meaning, argument["bare"]):
            return argument.span("bare")
        return None
    pair = _in_pair(text, meaning, at)
    if pair is not None or meaning is KeyMeaning.DESCRIPTION:
        return pair
    return _in_prose(text, meaning, at, text[first:at])


def _behind_mark(lines: _Lines, meaning: KeyMeaning, mark: re.Match[str], name: str) -> tuple[int, int] | None:
    text = lines.text
    at = mark.end("mark")
    sign = mark["mark"]
    if sign == ">":
        inside = _ELEMENT.match(text, at)
        return inside.span(1) if inside and is_secret_under(meaning, inside[1].strip()) else None
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
    if placeholder_end(text, at) is not None:
        return None
    quoted = _QUOTED_VALUE.match(text, at)
    if quoted is not None:
        return quoted.span("quoted") if is_secret_under(meaning, quoted["quoted"]) else None
    value = _BARE_VALUE.match(text, at, at + _LONGEST_JUDGED)
    if value is None:
        return None
    bare = value["bare"]
    if not bare.strip("*.,;:!?") or not is_secret_under(meaning, _trimmed(bare)):
        return None
    if not _is_assigned(text, value, mark, name):
        return None
    if is_placeholder(_LINE.match(text, at, at + _LONGEST_REJECTED)[0]):  # type: ignore[index]
        return None
    return _BARE_VALUE.match(text, at).span("bare")  # type: ignore[union-attr]


def _is_assigned(text: str, value: re.Match[str], mark: re.Match[str], name: str) -> bool:
    """Whether the way in which a name has a value says that it is more than the next word."""
    sign, bare = mark["mark"], value["bare"]
    if sign in ("=", "==", "=>"):
        return True
    if sign == "|":
        return _is_key_in_prose(_trimmed(bare))
    if is_no_word(bare) or value["scheme"] or _is_pin(name, bare):
        return True
    if sign != ":" or _AFTER_WORD.match(text, value.end()) is not None:
        return False
    is_header = "-" in name or "_" in name or fold(name).lower().endswith(("authorization", "cookie"))
    return is_header or _is_setting_line(text, mark.start() - len(name), name)


def _trimmed(value: str) -> str:
    return value.rstrip(".,;:!?)") or value


def _is_pin(name: str, value: str) -> bool:
    """Whether a number is what is asked of a PIN: a few digits."""
    return len(value) >= 3 and _trimmed(value).isdigit() and not _PINS.isdisjoint(key_words(name))


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


def _in_prose(text: str, meaning: KeyMeaning, at: int, name: str) -> tuple[int, int] | None:
    copula = _COPULA.match(text, at)
    if copula is not None and not _is_about_settings(copula["filler"]):
        quoted = _QUOTED.match(text, copula.end())
        if quoted and is_secret_under(meaning, quoted["bare"]) and " " not in quoted["bare"]:
            return quoted.span("bare")
        is_weak = copula["copula"].lower() in _WEAK_COPULAS and not _ENGLISH.isdisjoint(key_words(name))
        found = _bare(text, copula.end(), meaning, name, strong=is_weak)
        if found is not None:
            return found
    filled = _FILLED_MARK.match(text, at)
    if filled is not None and not _is_about_settings(filled[0]):
        found = _bare(text, filled.end(), meaning, name, strong=False)
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
    return _bare(text, gap.end(), meaning, name, strong="_" not in name) if gap else None


def _bare(text: str, at: int, meaning: KeyMeaning, name: str, *, strong: bool) -> tuple[int, int] | None:
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
    if not ((_is_strong(value) if strong else _is_key_in_prose(value)) or _is_pin(name, value)):
        return None
    begin = word.start("bare")
    return begin, begin + len(value)


def _is_key_in_prose(value: str) -> bool:
    """Whether a text behind ``the password is`` is no word, date, amount, address or host."""
    is_mixed = len(value) >= 5 and any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    if value.isalpha() or "@" in value[1:-1] or not (is_mixed or is_no_word(value)):
        return False
    if _NUMERIC.fullmatch(value):
        return value.isdigit()
    return any(map(str.isdigit, value)) or any(each in "!#$%^&*~+=" for each in value) or len(value) >= 20


def _is_strong(value: str) -> bool:
    """Whether a text can be nothing but a key or a password, whatever stands before it."""
    if looks_random(value):
        return True
    has_digit = any(map(str.isdigit, value))
    return (
        len(value) >= 6 and has_digit and any(map(str.isalpha, value)) and any(each in "!#$%^&*~+=" for each in value)
    )


def _is_about_settings(filler: str) -> bool:
    """Whether what stands between a name and its value makes a setting of it: ``token limit is``."""
    return any(is_setting_word(word) for word in key_words(filler))
