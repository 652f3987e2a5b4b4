# SPDX-License-Identifier: Apache-2.0
"""Whether a text was made by chance, as keys are, or by somebody who gives names; and what stands where a key was."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

__all__ = ["REDACTED", "SHORTEST_RANDOM", "has_random_run", "is_uuid", "looks_random"]

#: What stands where a secret was.
REDACTED: Final = "***"
#: Nothing shorter looks random.
SHORTEST_RANDOM: Final = 12

_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_RUN = re.compile(r"[A-Za-z0-9]{12,}")
_DIGIT = re.compile(r"[0-9]")


def looks_random(segment: str) -> bool:
    """Whether a segment is a token rather than a word, a slug, a number or a UUID."""
    if len(segment) < SHORTEST_RANDOM:
        return False
    if "%" in segment:
        segment = unquote(segment)
    if has_random_run(segment):
        return True
    return (
        len(segment) >= 16
        and not (segment.islower() or segment.isupper())
        and _DIGIT.search(segment) is not None
        and " " not in segment
    )


def has_random_run(text: str) -> bool:
    """Whether letters and digits of a text make a run that no word, number or identifier of a program makes."""
    for run in _RUN.findall(text):
        if run.isdigit():
            continue
        one_case = run.islower() or run.isupper()
        if run.isalpha():
            if len(run) >= 24 or (len(run) >= 20 and not one_case):
                return True
        elif len(run) >= 16 or not one_case:
            return True
    return False


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID."""
    return _UUID.fullmatch(text) is not None
