# SPDX-License-Identifier: Apache-2.0
"""What ``before`` and ``after`` of a diff can be: a URI, a manifest, or a manifest that a template has made a text of."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.diff.snapshots import Expected
from airflow_provider_assistants.records.formats import Compression, Format, resolve_format
from airflow_provider_assistants.records.store.part_names import MANIFEST

__all__ = ["SnapshotReference"]

_NOTHING = frozenset({"", "none", "null"})


@dataclass(frozen=True, kw_only=True)
class SnapshotReference:
    """
    Where a snapshot is, and what is known of it.

    :param uri: Its URI; for ``before`` it may be a pattern.
    :param manifest: What its task said of it; empty if only the URI is known.
    """

    uri: str
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, value: Any) -> SnapshotReference | None:
        """
        Return what a rendered argument names; None if it names nothing, as XCom does where no task has pushed any.

        :raises ValueError: If it is neither; the text says what it has to be.
        """
        if isinstance(value, Sequence) and not isinstance(value, str | bytes) and len(value) == 1:
            value = value[0]
        if isinstance(value, os.PathLike):
            value = str(value)
        if value is None or (isinstance(value, str) and value.strip().lower() in _NOTHING):
            return None
        if isinstance(value, str):
            text = value.strip()
            if not text.startswith("{"):
                return cls(uri=_without_manifest(text))
            value = _mapping(text)
        if not isinstance(value, Mapping):
            raise ValueError("must be the URI or the manifest of one snapshot")
        uri = value.get("uri")
        if not isinstance(uri, str) or not uri:
            raise ValueError(
                "is a manifest without a uri: set a destination for the listing, so that there is a snapshot"
            )
        return cls(uri=_without_manifest(uri) if "parts" in value else uri, manifest=value)

    @property
    def may_be_folder(self) -> bool:
        """Whether it is a folder of parts, as far as its manifest or its name says."""
        if self.manifest:
            return "parts" in self.manifest
        try:
            resolve_format(self.uri)
        except ConfigurationError:
            return True
        return False

    def format(self) -> tuple[Format, Compression]:
        """
        Return how the snapshot is written: as its manifest says, or as its suffix does.

        :raises ConfigurationError: If neither says it.
        """
        if self.manifest.get("format") in set(Format):
            packed = self.manifest.get("compression") or Compression.NONE
            return Format(self.manifest["format"]), Compression(packed) if packed in set(
                Compression
            ) else Compression.NONE
        return resolve_format(self.uri)

    def expected(self) -> Expected:
        """Return what the manifest says of the file."""
        return Expected(
            rows=_whole(self.manifest.get("rows")),
            size=_whole(self.manifest.get("bytes")),
            sha256=self.manifest.get("sha256") if isinstance(self.manifest.get("sha256"), str) else None,
        )


def _without_manifest(uri: str) -> str:
    """Return the folder of a ``_manifest.json``, and any folder without a final slash."""
    folder = uri.removesuffix(f"/{MANIFEST}").rstrip("/")
    return uri if not folder or folder.endswith(":") else folder


def _mapping(text: str) -> Any:
    """Return the manifest that a template has made a text of, as JSON or as Python writes it."""
    try:
        return json.loads(text)
    except ValueError:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None


def _whole(value: Any) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 0 <= value < 2**63 else None
