# SPDX-License-Identifier: Apache-2.0
"""
The places of a row, as a tree that grows while rows are read: what is declared there, and what was found out.

Rows of a vendor are alike, so what a key means is worked out once for each place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from airflow_provider_assistants.redaction.members.beside import can_name, says_kind
from airflow_provider_assistants.redaction.members.pairs import holds_cells, lists_names
from airflow_provider_assistants.redaction.names.key_meaning import KeyMeaning
from airflow_provider_assistants.redaction.values.object_ids import holds_id, is_public_part

__all__ = ["DeclaredPaths", "PathNode"]


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


class PathNode:
    """
    A place in rows.

    :param path: Where it is, dotted, with ``[]`` for the items of a list; as it may be shown.
    :param declared: What is declared from here on.
    :param key: The key that it lies under; empty for a row and for items.
    :param meaning: What the key says of the value; None if nothing.
    :param is_renamed: Whether the key holds a secret itself, and is shown otherwise.
    """

    __slots__ = (
        "_items",
        "calls_id",
        "can_name",
        "declared",
        "ends",
        "frame",
        "holds_cells",
        "is_renamed",
        "is_special",
        "key",
        "lists_names",
        "meaning",
        "members",
        "path",
    )

    def __init__(
        self,
        path: str,
        declared: DeclaredPaths | None,
        *,
        key: str = "",
        meaning: KeyMeaning | None = None,
        is_renamed: bool = False,
    ) -> None:
        self.path = path
        self.declared = declared
        self.key = key
        self.meaning = meaning
        self.is_renamed = is_renamed
        #: Whether what stands here is called an id.
        self.calls_id = holds_id(key or path.rpartition(".")[2].removesuffix("[]")) or is_public_part(path)
        #: Whether the items of a list here can be the cells of a table.
        self.holds_cells = holds_cells(key or path.rpartition(".")[2].rstrip("[]"))
        #: Whether a list here can be that of the names of columns beside it.
        self.lists_names = lists_names(key)
        #: Whether what stands here is declared itself.
        self.ends = declared is not None and declared.ends
        #: Whether the type of a value is not enough to judge it here.
        self.is_special = meaning is not None or declared is not None
        #: Whether what stands here can name what lies beside it.
        self.can_name = (can_name(key) or says_kind(key)) and (not self.is_special or key.lower() == "key")
        #: The places below, by key.
        self.members: dict[str, PathNode] = {}
        #: What finds most texts here, which all become the same, and what they become; None if that is not known.
        self.frame: tuple[Callable[[str], object], str] | None = None
        self._items: PathNode | None = None

    def below(self, key: str, *, meaning: KeyMeaning | None, shown: str) -> PathNode:
        """
        Return a new place for what lies below a key.

        :param meaning: What the key says.
        :param shown: The key as it may be shown.
        """
        declared = self.declared.below.get(key, self.declared.any) if self.declared is not None else None
        path = f"{self.path}.{shown}" if self.path else shown
        return PathNode(path, declared, key=key, meaning=meaning, is_renamed=shown != key)

    def items(self) -> PathNode:
        """Return the place of a list's items."""
        if self._items is None:
            below = self.declared.below.get("[]") if self.declared is not None else None
            self._items = PathNode(f"{self.path}[]", below)
        return self._items
