# SPDX-License-Identifier: Apache-2.0
"""
E-mail addresses and telephone numbers inside text.

What makes a telephone number of digits, and no id, amount or time, is how they are written: with a plus, with an area code in
brackets, or in the groups that people use. A bare run of digits is an id, unless it stands in prose and has the length
and the first digit of a national number.
"""

from __future__ import annotations

import re

from airflow_provider_assistants.redaction.text import REDACTED

__all__ = ["SHORTEST_PERSONAL", "SUSPICIOUS_PERSONAL", "redact_personal"]

#: No text shorter than this is an e-mail address or a telephone number.
SHORTEST_PERSONAL = len("a@b.c")

_EMAIL = re.compile(
    r"(?<![\w.+'\-])(?:[\w.+'\-]|%(?!40))++(?:@|%40)(?:[\w\-]++(?:\.[\w\-]++)++|\[[0-9A-Fa-f:.]{2,45}\])"
)
_PLUS = re.compile(r"(?<![0-9+])(?:\+|%2[bB]|\uff0b)\(?[0-9](?:[ \u00a0()./\-]{0,3}[0-9]){6,}")
_BEFORE = r"(?<![\w.+\-/,#$€£%])"
_AFTER = r"(?![\w\-/%]|[.,:][0-9])"
_DATE = r"(?![0-9]{1,2}[\-/.][0-9]{1,2}[\-/.][0-9]{2,4}(?![0-9]))"
_GROUPED = re.compile(
    _BEFORE
    + r"(?:"
    + r"(?:1[ .\-]?)?\([0-9]{2,5}\)[ ./\-]{0,2}[0-9]{2,5}(?:[ .\-]?[0-9]{2,5}){1,3}"
    + r"|(?:1[ .\-])?[2-9][0-9]{2}(?P<sep>[ .\-])[2-9][0-9]{2}(?P=sep)[0-9]{4}"
    + rf"|{_DATE}0(?!00|\.)[0-9](?:[ \-/()]{{0,2}}[0-9]){{6,13}}"
    + r"|00[1-9](?:[ \-/()]{0,2}[0-9]){7,14}"
    + r"|[1-9]{2} 9[0-9]{4}-[0-9]{4}"
    + r"|[6-9][0-9]{4}[ \-][0-9]{5}"
    + r")"
    + _AFTER
)
_BARE = re.compile(_BEFORE + r"1?[2-9][0-9]{2}[2-9][0-9]{6}" + _AFTER)

#: A pattern of Rust's regex that finds something in every text that :func:`redact_personal` changes.
SUSPICIOUS_PERSONAL = (
    r"@|%40|(?:\+|%2[bB]|\x{ff0b})\(?[0-9]|\([0-9]{2,5}\)[ ./\-]{0,2}[0-9]"
    r"|[2-9][0-9]{2}[ .\-][2-9][0-9]{2}[ .\-][0-9]{4}|0[0-9](?:[ \-/()]{0,2}[0-9]){6}"
    r"|[1-9]{2} 9[0-9]{4}-[0-9]{4}|[6-9][0-9]{4}[ \-][0-9]{5}|[2-9][0-9]{2}[2-9][0-9]{6}"
)


def redact_personal(text: str) -> str:
    """Take e-mail addresses and telephone numbers out of a text; the very same text if it holds none."""
    if "@" in text or "%40" in text:
        text = _EMAIL.sub(REDACTED, text)
    if text.isalpha() or not any(digit in text for digit in "0123456789"):
        return text
    if "+" in text or "%2" in text or "\uff0b" in text:
        text = _PLUS.sub(REDACTED, text)
    if text.isdigit():
        return text
    text = _GROUPED.sub(REDACTED, text)
    return _BARE.sub(REDACTED, text) if " " in text else text
