# SPDX-License-Identifier: Apache-2.0
"""
Secrets that a text names: assignments, headers, options of a command, pairs of a name and a value, and prose.

It begins with the words: where a text holds one that a secret's name can hold, the whole name is read as the key of a row
would be (:mod:`airflow_provider_assistants.redaction.names`), and what stands behind it is a secret if the way in which it is
assigned says so. The less the way says, the more the value has to: behind ``password =`` anything is a secret, behind
``the password is`` only what is no word.

Each word costs a bounded number of steps, but for a value that is taken out, which is passed then: the time is linear. What
several names would read to the end of the line is read once (:class:`~.text_headers.Lines`).
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.called_after import is_label
from airflow_provider_assistants.redaction.expressions import (
    COMPARED,
    FALLBACK,
    NO_VALUE,
    OPERATORS,
    REFERENCE,
    SOURCE_LINE,
    behind_quote,
    is_argument,
    is_call,
    is_expression,
    is_named_elsewhere,
    is_stored_name,
    told_secret,
)
from airflow_provider_assistants.redaction.logins import SUSPICIOUS_LOGINS, login_secrets, paired_with_a_user
from airflow_provider_assistants.redaction.name_stems import ASCII_STEMS, STEMS, stem_spans
from airflow_provider_assistants.redaction.names import (
    NAME_LIKE,
    KeyMeaning,
    fold,
    naming_role,
    secret_meaning,
)
from airflow_provider_assistants.redaction.phrases import phrase
from airflow_provider_assistants.redaction.placeholders import (
    is_placeholder,
    placeholder_around,
    placeholder_end,
)
from airflow_provider_assistants.redaction.plausible import (
    is_chosen,
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
from airflow_provider_assistants.redaction.prose import in_prose, on_the_next_line
from airflow_provider_assistants.redaction.randomness import REDACTED, has_random_run, is_symbol
from airflow_provider_assistants.redaction.run_context import is_in_resource
from airflow_provider_assistants.redaction.text_blocks import TextBlocks, declared_value
from airflow_provider_assistants.redaction.text_headers import LINE, Lines, has_open_cookies_only, whole_header
from airflow_provider_assistants.redaction.text_names import ASSIGNABLE, OPAQUE, names_around
from airflow_provider_assistants.redaction.text_tables import TextTables

__all__ = ["SKETCHED_NAMED", "SUSPICIOUS_NAMED", "redact_named"]

_LONGEST_REJECTED: Final = 400
#: Letters of scripts without spaces between words, but for the particles that follow a name.
_UNSPACED = r"[\u3005\u30a0-\u30ff\u3400-\u662e\u6630-\u9fff]"
_LETTER = r"(?:[^\W\u3000-\u9fff\uac00-\ud7af]|-)"
#: For the text before, from its end to its beginning.
_IDENTIFIER_BEFORE = re.compile(rf"{_UNSPACED}{{1,10}}|(?:{_LETTER}|[.$@]){{0,40}}")
_IDENTIFIER_AFTER = re.compile(
    rf"(?:(?:{_UNSPACED}|[\uac00-\ud7af]|{_LETTER}){{1,30}}(?=\\{{0,3}}[\"'] ?[=:])"
    rf"|_(?:{_UNSPACED}|[\uac00-\ud7af]){{1,20}}(?=\s?[=:])|[\uac00-\ud7af]{{1,6}}(?=[\"'\s]{{0,3}}[=:])"
    rf"|{_UNSPACED}{{1,6}}|{_LETTER}{{0,40}}(?:\.{_LETTER}{{1,20}}){{0,6}})"
)
#: What a word was searched for with, and is none of it.
_WITHOUT_MARK = re.compile(r"[ _.\-]{0,2}[=:\"']+\Z|(?<=(?i:pass))[ _.'\-]{0,2}(?i:is)\Z")
#: The subprotocol of a socket: ``openai-insecure-api-key.…``.
_KEY_BEHIND_DOT = re.compile(
    r"(?:[\w\-.]{0,40}(?<=[\-_.])(?i:key|token|bearer|secret)|bearer)\.(?P<key>[\w\-.]{16,400})"
)
_CLOSERS = r"(?:&nbsp;)?[ \t\"'`)\]\\*_]{0,8}(?:[.…]{2,60}[ ]?)?"
#: What a name is assigned by: a mark, or words.
_MARK = re.compile(_CLOSERS + r"(?P<mark>={3}|[=:]{1,2}>?|->|→|\||>|：|＝)(?P<space>[ \t\"'`*]{0,4}\\{0,3})")
_SCHEMES = r"(?i:bearer|basic|token|digest|apikey|api-key|key|bot|ssws|geniekey|jwt|negotiate|splunk"
_SCHEMES += r"|[\w\-]{1,20}-(?:key|token|oauthtoken))"
_URL_NEXT = re.compile(r"(?:[ ]{0,3}[\"'`]?(?:https?|wss?):)?//")
_STOP = r"\s\"'<>,;&\\`\u3000-\u303f\uff0c\uff1b\uff1a"
#: A quoted value ends at the next quote of its kind, so that no character is read by two names with the same quote.
_QUOTED_VALUE = re.compile(r"(?P<quote>\\{0,3}[\"'`])(?P<quoted>[^\n]*?)(?:(?P=quote)|\n|\Z)")
_BARE_VALUE = re.compile(rf"(?P<scheme>{_SCHEMES}[ ]{{1,4}})?(?P<bare>(?:[^{_STOP}]|[,;'](?=\w)|&(?!\w{{1,64}}=))+)")
#: Of a longer value only so much is judged, since what is no secret is read again behind the next name in it.
_LONGEST_JUDGED: Final = 480
#: What may stand between a mark and a value: blanks, and the ends of what sets off the name.
_GAP = re.compile(
    r"(?:[ \t*]|&nbsp;|</?(?:b|strong|i|em|u|td|th|dt|dd|span|code|kbd|p|br|li|label|div)(?: [^<>\n]{0,60})?/?>){0,3}"
)
_ARGUMENT = re.compile(r"[ \t]{1,4}(?P<quote>[\"']?)(?P<bare>[^\s\"']+)")
_ELEMENT = re.compile(r"(?:<!\[CDATA\[)?(?P<inside>[^<>\n]{1,400}?)(?:\]\]>)?</")
#: The attributes of an element whose name was read.
_ATTRIBUTES = re.compile(r"(?:[ ][\w:.\-]{1,40}=(?:\"[^\"<>\n]{0,120}\"|'[^'<>\n]{0,120}')){1,4}[ ]?(?=>)")
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
_ASSIGNING = frozenset((":", "=", "：", "＝", "=>"))
_LOGIN_NAME = re.compile(r"(?i)cred|access|login|zugang|dados|datos|acc[eè]s|identifiant|inlog|dane|данные")
_AFTER_WORD = re.compile(r"[ \t]+[\"'(]?[^\W_]")
_LINE_BEFORE = re.compile(r"(?:^|\n)[ \t]*(?:-[ \t]+|export[ \t]+|#[ \t]*)?\Z")
_PAIR_GAP = re.compile(
    r"[ \t\"'\\,;}>/{]{0,8}(?:\r?\n[ \t\-]{0,40})?[\"'\\ ]{0,4}"
    r"(?:[a-z]{1,12}:)?(?P<value>[\w\-]{1,24}?)[\"'\\]{0,3}[ \t]{0,2}[:=][ \t]{0,4}"
)
#: ``<setting name="ApiKey"><value>…</value>``.
_PAIR_ELEMENT = re.compile(r"[\"'/ ]{0,3}>\s{0,12}<(?P<value>\w{1,24})>(?P<inside>[^<>\n]{1,400})</")
#: Logins, a name that ends in its mark, and an option of a command.
_UNNAMED: Final = rf"{SUSPICIOUS_LOGINS}|(?i:pass|auth) ?[=:\"]|(?:^|[\s\"'\x00])--?[A-Za-z][^\s=]*[ \t]"
#: What finds quickly, in Rust's regex, all that can name a secret: a word that a name can hold with something behind it that
#: can assign or be no word (what is long is none).
SUSPICIOUS_NAMED: Final = (
    rf"[0-9!#$%^&*~+\"'`“][^\n]*(?:{STEMS})|(?:{STEMS})[^\n]*\n[^a-zA-Z0-9]*(?:[a-z]*\n)?[^\n]*[0-9!#$%^&*~+]"
    rf"|(?:{STEMS})(?:[^\n]*[=:>|0-9\"'`“‘«„!#$%^&*~+→：＝@]|[^\n]*[!-~]{{20}}"
    r"|[^\s]*[ \t\"'\\,;}>/]*\r?\n[ \t\-\"'\\]*[^\s:=]*[\"'\\ \t]*[:=])"
    rf"|(?i:pass(?:word|code|phrase)?|phrase|mnemonic|seed words?|(?:^|[^A-Za-z])pwd?)(?: is:?|[^\n]*:) [a-z]"
    r"|(?i:(?:user(?: ?name)?|usr|login|account|benutzer(?:name)?)(?: ?[:=])? [^\s,;/|]+(?: ?[,;/|&]| (?:and|with|und|mit))?"
    rf" (?:the |its |das |dem )?[^\s]*(?:pass|pw)[^\s]* [a-z])|{_UNNAMED}"
)
#: The same and more without counting, in any text and in one that is ASCII.
SKETCHED_NAMED: Final = (f"(?:{STEMS})|{_UNNAMED}", f"(?:{ASCII_STEMS})|{_UNNAMED}")


def redact_named(text: str) -> str:
    """Take out what a text names as a secret; the very same text if it names none."""
    read = 0
    lines = Lines(text)
    tables, blocks = TextTables(text), TextBlocks(text)
    found = login_secrets(text)
    for start, end in stem_spans(text):
        if start < read:
            continue
        around = placeholder_around(text, start)
        if around is not None:
            read = around
            compared = COMPARED.match(text, around)
            if compared is not None and is_chosen(trimmed(compared["value"])):
                found.append((compared.start("value"), compared.start("value") + len(trimmed(compared["value"]))))
            continue
        found += tables.secrets(start)
        named_to = start + len(_WITHOUT_MARK.sub("", text[start:end]))
        found += blocks.secrets(start, named_to)
        secret, read = _named_secret(lines, start, named_to)
        if secret is not None and (placeholder_around(text, secret[0]) or 0) >= secret[1]:
            read = max(read, secret[1])
        elif secret is not None:
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


def _named_secret(lines: Lines, start: int, end: int) -> tuple[tuple[int, int] | None, int]:
    """Return where the secret lies that the name around a word names, if one, and up to where the text was read."""
    text = lines.text
    start -= _IDENTIFIER_BEFORE.match(text[max(0, start - 40) : start][::-1]).end()  # type: ignore[union-attr]
    dotted = _KEY_BEHIND_DOT.match(text, start)
    if dotted is not None and has_random_run(dotted["key"]):
        return dotted.span("key"), dotted.end()
    end = _IDENTIFIER_AFTER.match(text, end).end()  # type: ignore[union-attr]
    if is_in_resource(text, start):
        return None, end
    names = names_around(text, start, end)
    for meaning, at, first in names:
        found = _assigned(lines, meaning, at, first)
        if found is not None:
            return found, end
    return None, end


def _assigned(lines: Lines, meaning: KeyMeaning, at: int, first: int) -> tuple[int, int] | None:
    text = lines.text
    attributes = _ATTRIBUTES.match(text, at)
    mark = _MARK.match(text, attributes.end() if attributes else at)
    if _NEXT_PARAMETER.match(text, at):
        return None  # the name of what follows in a query: ``?topic=password&category=…``
    if mark is not None:
        if NO_VALUE.match(text, mark.end("mark")):
            return None
        is_assigned = meaning in OPAQUE and mark["mark"] in _ASSIGNING
        if is_assigned and _LOGIN_NAME.search(text[first:at]):
            pair = paired_with_a_user(text, mark.end("mark"))
            if pair is not None:
                return pair
        found = phrase(text, mark.end(), text[first:at]) if is_assigned else None
        found = found or _behind_mark(lines, meaning, mark, text[first:at])
        if found is None and mark["mark"] == ">":
            return _in_pair(text, meaning, at)
        if placeholder_end(text, mark.end()) is not None:
            return found
        if found is None and is_assigned:
            found = (
                on_the_next_line(text, meaning, at, text[first:at])
                or paired_with_a_user(text, mark.end("mark"))
                or declared_value(text, at)
            )
        return found
    if text[first : first + 1] == "-" and "$" not in text[first:at] and (first == 0 or text[first - 1] in " \t\n\"'"):
        argument = _ARGUMENT.match(text, at)
        if argument and is_argument(text[first:at], argument["bare"]) and is_secret_under(meaning, argument["bare"]):
            return argument.span("bare")
        return _in_pair(text, meaning, at)
    pair = _in_pair(text, meaning, at)
    if pair is not None or meaning is KeyMeaning.DESCRIPTION:
        return pair
    declared = declared_value(text, at) if meaning in OPAQUE else None
    return declared or in_prose(text, meaning, first, at)


def _behind_mark(lines: Lines, meaning: KeyMeaning, mark: re.Match[str], name: str) -> tuple[int, int] | None:
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
    told = told_secret(text, at) if opening is None and sign in _ASSIGNING else None
    if told is not None:
        return told
    at = opening.end() if opening else at
    value_at = behind_quote(text, at, mark.start() + mark[0].index(sign) + len(sign))
    if value_at is None:
        return None  # the name and its mark are all of a text: ``"token:"``
    at = value_at
    quoted = _QUOTED_VALUE.match(text, at)
    if quoted is not None:
        if (placeholder_end(text, quoted.start("quoted")) or 0) >= quoted.end("quoted"):
            return None  # an expression with quotes of its own
        is_secret = is_secret_under(meaning, quoted["quoted"]) and (sign != "|" or is_key_like(quoted["quoted"]))
        if is_secret and (
            is_named_elsewhere(name, quoted["quoted"])
            or is_label(quoted["quoted"])
            or (
                sign == ":" and ")" in mark[0] and not is_key_like(quoted["quoted"])  # what a tuple is the key of
            )
        ):
            return None
        return quoted.span("quoted") if is_secret else None
    value = _BARE_VALUE.match(text, at, at + _LONGEST_JUDGED)
    if value is None or (
        value["scheme"]
        and (
            value["bare"] in OPERATORS
            or placeholder_end(text, value.start("bare")) is not None
            or is_call(text, value.start("bare"))
        )
    ):
        return None
    bare = value["bare"]
    if name.lower() in ("pin", "pins") and _CONTACT.fullmatch(trimmed(bare)):
        return None
    if sign in (":", "：") and (SOURCE_LINE.search(f"{name}:{bare}") or is_of_words(bare)):
        return None
    if sign == ":" and mark[0].startswith(" ") and mark[0].endswith(":") and is_other_name(bare):
        return None  # a symbol of Ruby's
    if sign == "->" and ")" in mark[0] and is_symbol(bare.rstrip(":;,)")):
        return None  # what a function returns
    if name.lower().endswith("auth") and is_numbered(trimmed(bare)):
        return None  # what holds a login elsewhere
    if name.lower() == "serviceaccount" and not is_key_like(trimmed(bare)):
        return None  # an account of a cluster: ``system:serviceaccount:data:airflow``
    if _VARIABLE.fullmatch(bare.rstrip(":;,)")) and (
        sign in ("->", "→") or (sign in ("=", "==") and secret_meaning(bare.rstrip(":;,)")) in OPAQUE)
    ):
        return None
    if not bare.strip("*.,;:!?") or not is_secret_under(meaning, trimmed(bare)):
        return None
    if sign in _ASSIGNING and (
        is_named_elsewhere(name, trimmed(bare)) or is_expression(text, mark.start() - len(name), at, sign)
    ):
        return None
    if not _is_assigned(text, value, mark, name):
        return None
    line = LINE.match(text, at, at + _LONGEST_REJECTED)[0]  # type: ignore[index]
    if is_placeholder(line) or is_label(line.rstrip(" \t\r;,")):
        return None
    return _BARE_VALUE.match(text, at).span("bare")  # type: ignore[union-attr]


_NEXT_PARAMETER = re.compile(r"&[\w\-]{1,40}=")
#: ``confirm_password2``
_VARIABLE = re.compile(r"[a-z]{2,20}(?:_[a-z]{2,20}){1,4}[0-9]?")
#: A pin of a circuit.
_CONTACT = re.compile(r"[A-Z]{1,4}[0-9]{1,3}|0x[0-9A-Fa-f]{1,4}|[0-9]{1,2}")


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


#: What somebody says, rather than a secret that happens to hold blanks.
_SENTENCE = re.compile(r"[A-Z]?[a-z'’]{1,20}(?:,? [A-Za-z'’]{1,20}){3,40}[.!?]?")


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
        is_secret = is_secret_under(meaning, quoted["quoted"]) and _SENTENCE.fullmatch(quoted["quoted"]) is None
        return quoted.span("quoted") if is_secret else None
    value = _BARE_VALUE.match(text, at, at + _LONGEST_JUDGED)
    if value is None or not is_secret_under(meaning, value["bare"]):
        return None
    if text[at - 1] == "=" and is_expression(text, gap.start("value"), at, "="):
        return None
    return _BARE_VALUE.match(text, at).span("bare")  # type: ignore[union-attr]
