# SPDX-License-Identifier: Apache-2.0
"""What the passes over a listing had in common, where none of them was quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from airflow_provider_assistants.exceptions import counted

__all__ = ["PassHistory"]


@dataclass(kw_only=True)
class PassHistory:
    """What the passes of a listing had in common, if none was quiet."""

    totals: set[int] = field(default_factory=set)
    uniques: set[int] = field(default_factory=set)
    moved: bool = False
    broken: bool = False

    def add(self, unique: int, totals: set[int], *, moved: bool, broken: bool) -> None:
        """
        Add a pass.

        :param unique: How many different rows it brought.
        :param totals: Every count that the vendor reported in it.
        :param moved: Whether rows came twice, or pages did not join on to each other.
        :param broken: Whether it ended with an error.
        """
        self.totals |= totals
        self.uniques.add(unique)
        self.moved |= moved
        self.broken |= broken

    def verdict(self, made: int, rows: int, found: Sequence[str]) -> tuple[str, str]:
        """
        Return in words how the listing drifted, and what to do.

        :param made: How many passes were made.
        :param rows: How many different rows they brought.
        :param found: The signs of the last of them.
        """
        passes, signs = counted(made, "pass", "passes"), "; ".join(found)
        steady = made > 1 and len(self.totals) == 1 and not self.broken
        if steady and self.uniques == {rows} and not self.moved:
            (total,) = self.totals
            return (
                f"The vendor counts {total:,} and shows {rows:,} in each of {passes}",
                "The listing stands still, so its count or its rows are wrong: report it to the vendor",
            )
        if steady:
            (total,) = self.totals
            return (
                f"The vendor's count stood still at {total:,} and its rows did not, in {passes}: {signs}",
                "If nobody edits assistants meanwhile, the vendor lists them in another order at each request, as it may where "
                "many were created at the same moment: set a page_size that holds all of them where the vendor allows that",
            )
        return (
            f"The listing kept changing while it was read, in {passes}: {signs}",
            "Try again at a quieter time",
        )
