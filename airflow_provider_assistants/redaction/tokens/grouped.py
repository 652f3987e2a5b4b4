# SPDX-License-Identifier: Apache-2.0
"""
Keys that are written in groups of the same length, as licences and recovery codes are: ``RAWGP-HMWV5-IT7G7-VJ0FY``.

UUIDs, fingerprints and serial numbers have groups too, but of hexadecimal digits, or of different lengths.
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.urls import is_in_url
from airflow_provider_assistants.redaction.values.randomness import REDACTED, is_mixed

__all__ = ["SKETCHED_GROUPED", "SUSPICIOUS_GROUPED", "redact_grouped_keys"]

#: How many groups of each length make a key: groups of four are also those of bookings and coupons, and hardly anything has
#: two long ones.
_LEAST_GROUPS: Final = {4: 4, 5: 4, 6: 3, 7: 3, 8: 3, 10: 3, 12: 3, 16: 2, 18: 2, 20: 2, 24: 2}


def _groups(characters: str) -> str:
    return "|".join(
        f"[{characters}]{{{size}}}(?:-[{characters}]{{{size}}}){{{least - 1},11}}"
        for size, least in _LEAST_GROUPS.items()
    )


_GROUPED = re.compile(
    r"(?<![A-Za-z0-9\-_./+])(?:[A-Za-z]{2,5}[0-9]?-)?"
    rf"(?:(?P<one_case>{_groups('A-Z0-9')}|{_groups('a-z0-9')})|(?P<any_case>{_groups('A-Za-z0-9')}))(?![A-Za-z0-9\-_+/=])"
)
_HEX = re.compile(r"[0-9a-fA-F\-]+")
_CHANGE = re.compile(r"[a-zA-Z][0-9]|[0-9][a-zA-Z]")
_LEAST_CHANGES: Final = 4
#: What finds, in Rust's regex, every text that :func:`redact_grouped_keys` changes; and the same and more without counting,
#: for what has four groups of four capitals and digits, and changes less often than other keys.
SUSPICIOUS_GROUPED: Final = r"[A-Za-z0-9]{4}-[A-Za-z0-9]{4}"
SKETCHED_GROUPED: Final = r"[A-Z0-9]-[A-Z0-9]*(?:[A-Z][0-9]|[0-9][A-Z])[A-Z0-9]*-[A-Z0-9]"
_SKETCHED = re.compile(SKETCHED_GROUPED)


def redact_grouped_keys(text: str) -> str:
    """Take out keys in groups of the same length; the very same text if there is none."""
    return _GROUPED.sub(_key, text) if "-" in text else text


def _key(match: re.Match[str]) -> str:
    groups = match["one_case"]
    if is_in_url(match.string, match.start()):
        return match[0]
    if groups is None:
        return REDACTED if is_mixed(match["any_case"]) else match[0]
    if _HEX.fullmatch(groups) is not None:
        return match[0]
    several = groups.split("-")
    mixed = sum(not each.isalpha() and not each.isdigit() for each in several)
    is_key = mixed >= 0.6 * len(several) and (
        len(_CHANGE.findall(groups)) >= _LEAST_CHANGES or _SKETCHED.search(groups) is not None
    )
    return REDACTED if is_key else match[0]
