# SPDX-License-Identifier: Apache-2.0
"""
Names in the folder of a partitioned listing.

A part is named by its number and its content, such as ``part-00000-3b1f0c9a5d2e4f67.parquet``: what is read under a name has
the content that it was given for, whatever run wrote it. Names sort in the order of the rows. ``_manifest.json`` lists the
parts of the last complete run. A guard says in the place of data that the parts beside it belong to different runs.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass, replace
from typing import Final

__all__ = [
    "GUARD_TEXT",
    "MANIFEST",
    "MAX_PARTS",
    "UNFINISHED",
    "PartFile",
    "guard_name",
    "is_guard",
    "is_hidden",
    "is_ours",
    "suffix_of",
]

#: The commit mark; Spark, Hive and pyarrow skip names that begin with an underscore.
MANIFEST: Final = "_manifest.json"
#: The part that is being written, in a temporary folder.
UNFINISHED: Final = ".unfinished.part"
#: With more the names would no longer sort in the order of the rows.
MAX_PARTS: Final = 100_000
#: No reader takes this for data: it is no Parquet, no gzip, no Zstandard, and a quote opens that nothing closes.
GUARD_TEXT: Final = (
    b'"This folder is being replaced, or the task that did it was killed: then run it again. Until then the parts beside this'
    b" file belong to different runs; those that _manifest.json lists are whole.\n"
)

_SUFFIX = r"((?:\.(?:jsonl|json|csv)(?:\.(?:gz|zst))?)|\.parquet)"
_PART = re.compile(rf"part-[0-9]{{5}}-[0-9a-f]{{16}}{_SUFFIX}")
_GUARD = re.compile(rf"part-00000-is-being-replaced-[0-9a-f]{{8}}{_SUFFIX}")


@dataclass(frozen=True, kw_only=True, slots=True)
class PartFile:
    """
    A part.

    :param name: Its name in the folder.
    :param rows: Rows in it.
    :param bytes: Its size.
    :param sha256: Of its bytes, in hexadecimal.
    """

    name: str
    rows: int
    bytes: int
    sha256: str

    @classmethod
    def numbered(cls, number: int, suffix: str, *, rows: int, size: int, sha256: str) -> PartFile:
        """Return a part under the name that its number and its content give it."""
        return cls(name=f"part-{number:05}-{sha256[:16]}{suffix}", rows=rows, bytes=size, sha256=sha256)

    def named_in(self, table: str) -> PartFile:
        """
        Return it under a name that only this table gives it.

        :param table: The SHA-256 of the table, in hexadecimal.
        """
        own = hashlib.sha256(f"{table} {self.sha256}".encode()).hexdigest()[:16]
        return replace(self, name=self.name.replace(self.sha256[:16], own, 1))


def guard_name(suffix: str) -> str:
    """Return a name for a guard that no other run uses, and that a pattern for parts with this suffix matches."""
    return f"part-00000-is-being-replaced-{uuid.uuid4().hex[:8]}{suffix}"


def is_guard(name: str) -> bool:
    """Whether a name is that of a guard."""
    return _GUARD.fullmatch(name) is not None


def is_ours(name: str) -> bool:
    """Whether a run may remove what has this name: a part or a guard, of whatever run."""
    return _PART.fullmatch(name) is not None or is_guard(name)


def is_hidden(name: str) -> bool:
    """Whether readers of a folder skip what has this name."""
    return name.startswith(("_", "."))


def suffix_of(name: str) -> str:
    """Return the suffix of a part or a guard."""
    found = _PART.fullmatch(name) or _GUARD.fullmatch(name)
    return found[1] if found else ""
