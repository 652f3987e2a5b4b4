# SPDX-License-Identifier: Apache-2.0
"""
Secrets that a text names: assignments, headers, options of a command, pairs of a name and a value, and prose.

It begins with the words: where a text holds one that a secret's name can hold, the whole name is read as the key of a row
would be (:mod:`.secret_names`), and what stands behind it is a secret if the way in which it is assigned says so. The less the
way says, the more the value has to: behind ``password =`` anything is a secret, behind ``the password is`` only what is no word.

Each word costs a bounded number of steps, but for a value that is taken out, which is passed then: the time is linear. What
several names would read to the end of the line is read once (:class:`~.headers.Lines`).
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.named_in_text.assigned import (
    ASSIGNING,
    BARE_VALUE,
    LONGEST_JUDGED,
    MARK,
    QUOTED_VALUE,
    behind_mark,
)
from airflow_provider_assistants.redaction.named_in_text.blocks import TextBlocks, declared_value
from airflow_provider_assistants.redaction.named_in_text.expressions import (
    COMPARED,
    NO_VALUE,
    is_argument,
    is_expression,
)
from airflow_provider_assistants.redaction.named_in_text.headers import Lines
from airflow_provider_assistants.redaction.named_in_text.names import OPAQUE, names_around
from airflow_provider_assistants.redaction.named_in_text.phrases import phrase
from airflow_provider_assistants.redaction.named_in_text.sentences import in_prose, on_the_next_line
from airflow_provider_assistants.redaction.named_in_text.stated_logins import (
    SUSPICIOUS_LOGINS,
    login_secrets,
    paired_with_a_user,
)
from airflow_provider_assistants.redaction.named_in_text.tables import TextTables
from airflow_provider_assistants.redaction.names.secret_names import (
    KeyMeaning,
    naming_role,
)
from airflow_provider_assistants.redaction.names.stems import ASCII_STEMS, STEMS, stem_spans
from airflow_provider_assistants.redaction.tokens.context import is_in_resource
from airflow_provider_assistants.redaction.values.placeholders import (
    placeholder_around,
    placeholder_end,
)
from airflow_provider_assistants.redaction.values.plausible import (
    is_chosen,
    is_secret_under,
    trimmed,
)
from airflow_provider_assistants.redaction.values.randomness import REDACTED, has_random_run

__all__ = ["SKETCHED_NAMED", "SUSPICIOUS_NAMED", "redact_named"]

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
_ARGUMENT = re.compile(r"[ \t]{1,4}(?P<quote>[\"']?)(?P<bare>[^\s\"']+)")
#: The attributes of an element whose name was read.
_ATTRIBUTES = re.compile(r"(?:[ ][\w:.\-]{1,40}=(?:\"[^\"<>\n]{0,120}\"|'[^'<>\n]{0,120}')){1,4}[ ]?(?=>)")
_LOGIN_NAME = re.compile(r"(?i)cred|access|login|zugang|dados|datos|acc[eè]s|identifiant|inlog|dane|данные")
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
    mark = MARK.match(text, attributes.end() if attributes else at)
    if _NEXT_PARAMETER.match(text, at):
        return None  # the name of what follows in a query: ``?topic=password&category=…``
    if mark is not None:
        if NO_VALUE.match(text, mark.end("mark")):
            return None
        is_assigned = meaning in OPAQUE and mark["mark"] in ASSIGNING
        if is_assigned and _LOGIN_NAME.search(text[first:at]):
            pair = paired_with_a_user(text, mark.end("mark"))
            if pair is not None:
                return pair
        found = phrase(text, mark.end(), text[first:at]) if is_assigned else None
        found = found or behind_mark(lines, meaning, mark, text[first:at])
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


_NEXT_PARAMETER = re.compile(r"&[\w\-]{1,40}=")
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
    quoted = QUOTED_VALUE.match(text, at)
    if quoted is not None:
        is_secret = is_secret_under(meaning, quoted["quoted"]) and _SENTENCE.fullmatch(quoted["quoted"]) is None
        return quoted.span("quoted") if is_secret else None
    value = BARE_VALUE.match(text, at, at + LONGEST_JUDGED)
    if value is None or not is_secret_under(meaning, value["bare"]):
        return None
    if text[at - 1] == "=" and is_expression(text, gap.start("value"), at, "="):
        return None
    return BARE_VALUE.match(text, at).span("bare")  # type: ignore[union-attr]
