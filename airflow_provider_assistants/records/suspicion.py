# SPDX-License-Identifier: Apache-2.0
"""
A quick test whether a text can hold anything that has to be taken out, before it is looked at closely.

Rows come by the million and most texts hold nothing. To find that out in Python takes dozens of passes over a text;
Rust's regex, which pydantic brings along, takes one. It finds too much and never too little: what it finds is looked at
by :mod:`airflow_provider_assistants.secret_text`, which has the last word.
"""

from __future__ import annotations

__all__ = ["Suspicion"]


class Suspicion:
    """
    Tells whether a text can hold what any of some patterns finds.

    :param patterns: Patterns of Rust's regex; empty ones are passed over.
    """

    def __init__(self, *patterns: str) -> None:
        from pydantic_core import SchemaValidator, core_schema

        joined = "|".join(filter(None, patterns))
        #: Tells whether anything is found in a text that is ASCII; of any other text only that something is.
        self.found = SchemaValidator(
            core_schema.str_schema(pattern=joined, regex_engine="rust-regex", strict=True)
        ).isinstance_python

    def __call__(self, text: str) -> bool:
        """Tell whether anything is found in a text; a text that is no Unicode is always suspicious."""
        return self.found(text) or not (text.isascii() or _is_unicode(text))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
