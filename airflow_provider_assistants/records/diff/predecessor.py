# SPDX-License-Identifier: Apache-2.0
"""
The snapshot before this one: the newest of those that a pattern names and that are older than another.

A pattern has ``*`` in one or more parts of its path, such as ``s3://lake/assistants/*/burki.parquet``. What stands for the ``*``
is compared as a text, so dates have to be written like ``2026-11-20``. Older than the later snapshot, and not merely the newest:
the task of a past run that is cleared finds what it found then, and a night that was missed is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.store.source import Source

__all__ = ["find_before", "is_pattern"]


def is_pattern(uri: str) -> bool:
    """Whether a URI names several files."""
    return "*" in uri


def find_before(pattern: Source, after: str, *, exists: Callable[[Source], bool] = Source.exists) -> Source | None:
    """
    Return the newest snapshot that a pattern names and that is older than another; None if there is none.

    :param pattern: The file system, and the pattern for its path.
    :param after: The path of the later snapshot on the same file system.
    :param exists: Whether what has a name that matches is a snapshot: a file, unless something else is said.
    :raises ConfigurationError: If the later one lies elsewhere, so that what is older than it cannot be known.
    """
    parts, later = pattern.path.split("/"), after.split("/")
    first = next(index for index, part in enumerate(parts) if is_pattern(part))
    if parts[:first] != later[:first] or _capture(parts[first], later[first : first + 1]) is None:
        raise ConfigurationError(
            f"before is the pattern {pattern.uri}, and after is not in the place of its *",
            advice="Write both below one folder, such as /lake/2026-11-21/burki.jsonl with before='/lake/*/burki.jsonl'",
        )
    folder = "/".join(parts[:first])
    shown = pattern.uri.removesuffix(pattern.path[len(folder) :])
    for path in _newest_first(pattern, folder, parts[first:], later[first:]):
        found = pattern.at(path, shown + path[len(folder) :])
        if exists(found):
            return found
    return None


def _newest_first(pattern: Source, folder: str, parts: Sequence[str], later: Sequence[str] | None) -> Iterator[str]:
    """
    Return the paths below a folder that match and are older, the newest first.

    :param later: The parts of the later snapshot's path, as far as the folder is the same; None if the folder is older.
    """
    place = next((index for index, part in enumerate(parts) if is_pattern(part)), None)
    if place is None:
        if later is None:
            yield "/".join((folder, *parts))
        return
    folder = "/".join((folder, *parts[:place]))
    matches = [re.compile(_expression(parts[place]), re.DOTALL).fullmatch(name) for name in _names(pattern, folder)]
    bound = None if later is None else _capture(parts[place], later[place : place + 1])
    if later is not None and bound is None:
        return  # in the folder of the later snapshot lie others, and none of them is known to be older
    for match in sorted(filter(None, matches), key=lambda match: match.groups(), reverse=True):
        older = None
        if bound is not None:
            found, limit = match[1], bound[: len(match[1])]
            if found > limit:
                continue
            older = later[place + 1 :] if found == limit and later is not None else None
        yield from _newest_first(pattern, f"{folder}/{match[0]}", parts[place + 1 :], older)


def _names(pattern: Source, folder: str) -> list[str]:
    return pattern.at(folder or "/", folder).names()


def _expression(part: str) -> str:
    return "(.*?)".join(map(re.escape, part.split("*")))


def _capture(part: str, names: Sequence[str]) -> str | None:
    """Return what stands in a name for the first ``*`` of a part, with what follows it; None if the name does not match."""
    prefix = part.partition("*")[0]
    return names[0].removeprefix(prefix) if names and names[0].startswith(prefix) else None
