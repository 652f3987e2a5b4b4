# SPDX-License-Identifier: Apache-2.0
"""The rows that the benchmarks list: the sandbox's Autocalls rows, with prompts as long as those of real assistants."""

from __future__ import annotations

import json
from collections.abc import Iterator

from airflow_provider_assistants.sandbox.rows import MAKERS

__all__ = ["ROWS_MADE", "row_bodies"]

#: So many different rows are made; a longer listing begins anew with other ids.
ROWS_MADE = 1_000

#: What instructions for an assistant look like: Markdown with colons, hyphens, times, addresses and quotes.
_INSTRUCTIONS = (
    "## Opening: who you are",
    '- Say: "Good morning, this is the front desk of {company}. How can I help?"',
    "- If nobody answers within 5 seconds, ask once more; then say goodbye and hang up.",
    "## Hours & prices",
    "We're open Mo-Fr 9:00-17:30, Sa 10:00-14:00. A first visit is 45 min and costs $120 (student rate: $85).",
    "Details are at https://www.example.com/visit/prices and https://www.example.com/faq - mention them if asked.",
    "## Booking: step by step",
    "1. Ask for the wish, then for day and time; offer two slots at most (never more than 14 days ahead).",
    "2. Repeat what you heard, e.g. 'Tuesday the 14th at half past nine, is that right?'",
    "3. Write the wish, the slot and the caller's number into the form; a confirmation is sent by e-mail.",
    "## Never",
    "Don't promise refunds; don't give medical, legal or tax advice: pass such calls on to desk@{company}.example.",
    "Keep answers under 2 sentences, don't read out lists, and never say you're an AI unless you're asked directly.",
)


def row_bodies(size: int) -> Iterator[bytes]:
    """
    Return the rows as JSON without their opening brace and id.

    :param size: Bytes of a row, on average.
    """
    for index in range(ROWS_MADE):
        _, row = MAKERS["autocalls"]("autocalls", 1, index, 1, 0)
        del row["id"]
        missing = size - len(_compact(row)) - len('{"id":100000000')
        row["system_prompt"] += _prompt(index, missing) if missing > 0 else ""
        yield _compact(row)[1:]


def _prompt(index: int, characters: int) -> str:
    lines: list[str] = []
    length = number = 0
    while length < characters:
        line = _INSTRUCTIONS[(index + number) % len(_INSTRUCTIONS)].format(company=f"clinic{index}")
        lines.append(line)
        length += len(line) + 2
        number += 1
    return "\n".join(["", *lines])[: characters - len(lines)]


def _compact(row: object) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()
