# SPDX-License-Identifier: Apache-2.0
"""Secrets of several words: those that a wallet is made from, passphrases, and quoted words that are a password."""

from __future__ import annotations

import re

from airflow_provider_assistants.redaction.named_in_text.clauses import Span
from airflow_provider_assistants.redaction.values.plausible import is_password_name, is_stated_phrase
from airflow_provider_assistants.redaction.values.randomness import is_jumbled

__all__ = ["phrase"]

_QUOTED_WORDS = re.compile(r"[\"'`“„«‘]([A-Za-z]{2,14}(?: [A-Za-z0-9]{1,14}){1,7}[!?.]?)[\"'`”“»’](?![\w])")
#: A password that a program made for an app.
_GROUPED = re.compile(r"[\"'`]?((?:[a-z]{4}[ ]){3}[a-z]{4}|(?:[A-Za-z0-9]{4}[ ]){5}[A-Za-z0-9]{4})(?![\w])")
_SEED = re.compile(r"[\"'`“]?((?:[a-z]{3,8}[ ,]{1,2}){8,26}[a-z]{3,8})(?![a-z])")
_PASSPHRASE = re.compile(r"[\"'`“]?((?:[A-Za-z]{2,14}[ \-]){3,7}[A-Za-z0-9!]{2,14})(?=[\"'`”]|[.]?[ ]?(?:\r?\n|\Z))")


def phrase(text: str, at: int, name: str) -> Span | None:
    """Return the words that make a secret together: those that a wallet is made from, and those of a passphrase."""
    grouped = _GROUPED.match(text, at) if is_password_name(name) else None
    if grouped is not None and is_jumbled(grouped[1].replace(" ", "")):
        return grouped.span(1)
    if "phrase" not in name.lower() and "mnemonic" not in name.lower() and "seed" not in name.lower():
        quoted = _QUOTED_WORDS.match(text, at) if is_password_name(name) else None
        return quoted.span(1) if quoted is not None and is_stated_phrase(quoted[1]) else None
    words = _SEED.match(text, at) or _PASSPHRASE.match(text, at)
    return words.span(1) if words is not None else None
