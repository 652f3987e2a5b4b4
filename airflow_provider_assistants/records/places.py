# SPDX-License-Identifier: Apache-2.0
"""
The places of a row, as a tree that grows while rows are read: what is declared there, and what was found out.

Rows of a vendor are alike, so what the keys of a mapping mean is worked out once for each place and set of keys.
"""

from __future__ import annotations

from collections.abc import Iterable

from airflow_provider_assistants.records.sensitive_keys import KeyMeaning

__all__ = ["DeclaredPaths", "Place", "Plan"]


class DeclaredPaths:
    """Declared paths as a tree: what lies below a key, ``*`` for any key and ``[]`` for the items of a list."""

    __slots__ = ("any", "below", "ends")

    def __init__(self, paths: Iterable[tuple[str, ...]] = ()) -> None:
        paths = set(paths)
        self.ends = () in paths
        tails: dict[str, set[tuple[str, ...]]] = {}
        for path in paths:
            if path:
                tails.setdefault(path[0], set()).add(path[1:])
        wild = tails.pop("*", set())
        #: What lies below a named key, what is declared for any key included.
        self.below = {key: DeclaredPaths(tail | wild if key != "[]" else tail) for key, tail in tails.items()}
        self.any = DeclaredPaths(wild) if wild else None

    @classmethod
    def parse(cls, paths: Iterable[str]) -> DeclaredPaths | None:
        """Read dotted paths; None if there are none."""
        steps = {tuple(path.removesuffix(".*").replace("[]", ".[]").strip(".").split(".")) for path in paths if path}
        return cls(steps) if steps else None


class Plan:
    """
    What is known of all mappings with the same keys at the same place.

    :param special: The keys whose values need a closer look, with what they mean.
    :param renamed: Whether a key holds a secret itself.
    """

    __slots__ = ("renamed", "special")

    def __init__(self, special: dict[str, KeyMeaning | None], *, renamed: bool) -> None:
        self.special = special
        self.renamed = renamed


class Place:
    """
    A place in rows.

    :param path: Where it is, dotted, with ``[]`` for the items of a list; as it may be shown.
    :param declared: What is declared from here on.
    """

    __slots__ = ("_items", "declared", "ends", "members", "path", "plans")

    def __init__(self, path: str, declared: DeclaredPaths | None) -> None:
        self.path = path
        self.declared = declared
        #: Whether what stands here is declared itself.
        self.ends = declared is not None and declared.ends
        #: The plans for the mappings met here, by their keys.
        self.plans: dict[tuple[str, ...], Plan] = {}
        #: The places below, by key.
        self.members: dict[str, Place] = {}
        self._items: Place | None = None

    def declares(self, key: str) -> DeclaredPaths | None:
        """Give what is declared below a key."""
        return self.declared.below.get(key, self.declared.any) if self.declared is not None else None

    def items(self) -> Place:
        """Give the place of a list's items."""
        if self._items is None:
            below = self.declared.below.get("[]") if self.declared is not None else None
            self._items = Place(f"{self.path}[]", below)
        return self._items
