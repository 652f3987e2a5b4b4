# SPDX-License-Identifier: Apache-2.0
"""The words of a clause, and whether one of them can be a secret that the clause is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning
from airflow_provider_assistants.redaction.values.placeholders import placeholder_end
from airflow_provider_assistants.redaction.values.plausible import is_other_name, is_secret_under
from airflow_provider_assistants.redaction.values.randomness import is_symbol, is_uuid

__all__ = ["Span", "clause_words", "is_free"]

Span = tuple[int, int]

#: The words of a clause, and the marks that join or quote them.
_CLAUSE_WORD = re.compile(r"[^\s\"'`“”‘’«»„<>|()\[\]{},;&]{1,200}|[|,&\"'`“‘«„(\[]")
_MOST_WORDS: Final = 16
_LONGEST_CLAUSE: Final = 160
#: For whom a file is encrypted, which is public.
_RECIPIENT = re.compile(r"age1[a-z0-9]{58}")
_ASSIGNMENT = re.compile(r"-{0,2}[A-Za-z_][\w.\-]{0,40}[=:]")


def clause_words(text: str, at: int) -> Iterator[re.Match[str]]:
    """Iterate over the words of the clause that begins at a place, up to the end of its sentence or line."""
    done = at
    for word in islice(_CLAUSE_WORD.finditer(text, at, at + _LONGEST_CLAUSE), _MOST_WORDS):
        between = text[done : word.start()]
        if "\n" in between or "}" in between:
            return
        yield word
        done = word.end()
        if word[0][-1] in ".!?" and len(word[0]) > 1:
            return


def is_free(text: str, at: int, value: str, meaning: KeyMeaning) -> bool:
    """
    Whether a value is none of what looks like a key and is known to be something else.

    :param text: The text it is in.
    :param at: Where it begins.
    :param value: The value.
    :param meaning: What the name means that it belongs to.
    """
    return (
        "://" not in value
        and "/" not in value[:1]
        and not ("-" in value and is_uuid(value))
        and _ASSIGNMENT.match(value) is None
        and _RECIPIENT.fullmatch(value) is None
        and placeholder_end(text, at) is None
        and not (text[at - 1 : at] in ("{", "<") and placeholder_end(text, at - 1) is not None)
        and not text.startswith("()", at + len(value))
        and not (text.startswith("(", at + len(value)) and is_symbol(value[:-1] if value[-1:].isdigit() else value))
        and is_secret_under(meaning, value)
        and not is_other_name(value)
    )
