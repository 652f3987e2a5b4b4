# SPDX-License-Identifier: Apache-2.0
"""
A quick test whether a text can hold anything that has to be taken out, before it is looked at closely.

Rows come by the million and most texts hold nothing. To find that out in Python takes dozens of passes over a text;
Rust's regex, which pydantic brings along, takes one. It finds too much and never too little: what it finds is looked at
by :mod:`airflow_provider_assistants.redaction.text`, which has the last word.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache

__all__ = ["Prefilter"]


class Prefilter:
    """
    Tells whether a text can hold what any of some patterns finds; compiled when it is first asked.

    :param patterns: Patterns of Rust's regex; empty ones are passed over.
    :param apart: Patterns that are looked for on their own: together with the others they would need more states than
        Rust's regex keeps, and be slow.
    """

    def __init__(self, *patterns: str, apart: str = "") -> None:
        self._patterns = ("|".join(filter(None, patterns)), apart)

    @cached_property
    def _finders(self) -> tuple[Callable[[str], bool], ...]:
        return tuple(map(_finder, filter(None, self._patterns)))

    def __call__(self, text: str) -> bool:
        """Whether anything is found in a text; a text that is no Unicode is always suspicious."""
        for found in self._finders:
            if found(text):
                return True
        return not (text.isascii() or _is_unicode(text))


@lru_cache(maxsize=256)
def _finder(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a pattern is found in a text that is ASCII; of any other text only that it is."""
    from pydantic_core import SchemaValidator, core_schema

    return SchemaValidator(
        core_schema.str_schema(pattern=pattern, regex_engine="rust-regex", strict=True)
    ).isinstance_python


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
