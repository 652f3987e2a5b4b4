# SPDX-License-Identifier: Apache-2.0
"""Formats and compressions by name: which ones a destination asks for, and what must be installed for them."""

from __future__ import annotations

import importlib.util
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TypeVar

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.records.store.uri import display_uri, file_name

__all__ = ["Compression", "Format", "check_available", "part_suffix", "resolve_format", "resolve_part_format"]

Name = TypeVar("Name", bound=StrEnum)


class Format(StrEnum):
    """How rows are written."""

    JSONL = "jsonl"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


class Compression(StrEnum):
    """How a file is compressed; Parquet compresses inside."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


_FORMATS = {".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".json": Format.JSON, ".csv": Format.CSV}
_FORMATS[".parquet"] = Format.PARQUET
_COMPRESSIONS = {
    ".gz": Compression.GZIP,
    ".gzip": Compression.GZIP,
    ".zst": Compression.ZSTD,
    ".zstd": Compression.ZSTD,
}

#: What a format or compression needs that is not installed with the package: module, and the extra that brings it.
_NEEDS = {Format.PARQUET: ("pyarrow", "parquet"), Compression.ZSTD: ("zstandard", "zstd")}


def resolve_format(
    destination: str, *, format: str | None = None, compression: str | None = None
) -> tuple[Format, Compression]:
    """
    Return the format and compression of a destination: by its suffix, or as the arguments say.

    :param destination: A path or URI; its suffixes count, such as ``.jsonl``, ``.csv.gz``, ``.parquet``.
    :param format: One of ``jsonl``, ``json``, ``csv``, ``parquet``; needed where the suffix says nothing.
    :param compression: One of ``none``, ``gzip``, ``zstd``; Parquet compresses inside, with zstd by default.
    :raises ConfigurationError: If neither names a format, or the suffix contradicts the arguments.
    """
    shown = display_uri(destination)
    suffixes = [suffix.lower() for suffix in PurePosixPath(file_name(destination)).suffixes]
    named_compression = _COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    if named_compression:
        suffixes.pop()
    named_format = _FORMATS.get(suffixes[-1]) if suffixes else None
    chosen = _agreed("format", format, Format, named_format, shown)
    if chosen is None:
        if file_name(destination) in ("", ".", ".."):
            raise ConfigurationError(f"{shown!r} is a directory", advice="Name a file, such as assistants.jsonl in it")
        raise ConfigurationError(
            f"The format of {shown!r} is not known",
            advice=f"Let it end in {', '.join(_FORMATS)}, or set format",
        )
    if chosen is Format.PARQUET and named_compression:
        raise ConfigurationError(
            f"A Parquet file is compressed inside and {shown!r} would be compressed again",
            advice="Let it end in .parquet, and set compression='gzip' or 'zstd' for the codec inside",
        )
    packed = _agreed("compression", compression, Compression, named_compression, shown)
    return chosen, packed or (Compression.ZSTD if chosen is Format.PARQUET else Compression.NONE)


def resolve_part_format(
    folder: str, *, format: str | None = None, compression: str | None = None
) -> tuple[Format, Compression]:
    """
    Return the format and compression of parts below a folder, whose name says neither.

    :raises ConfigurationError: If ``format`` is missing or unknown, or the folder has the name of a file.
    """
    shown = display_uri(folder)
    suffix = PurePosixPath(file_name(folder.rstrip("/"))).suffix.lower()
    if suffix in _FORMATS or suffix in _COMPRESSIONS:
        raise ConfigurationError(
            f"rows_per_file writes parts below a folder, and {shown!r} names a file",
            advice=f"Take {suffix} off the name and set format, or leave rows_per_file out",
        )
    chosen = _agreed("format", format, Format, None, shown)
    if chosen is None:
        raise ConfigurationError(
            f"The format of the parts below {shown!r} is not known", advice="Set format, such as format='parquet'"
        )
    packed = _agreed("compression", compression, Compression, None, shown)
    return chosen, packed or (Compression.ZSTD if chosen is Format.PARQUET else Compression.NONE)


def part_suffix(format: Format, compression: Compression) -> str:
    """Return the suffix of a file of this format."""
    packed = {Compression.GZIP: ".gz", Compression.ZSTD: ".zst"} if format is not Format.PARQUET else {}
    return f".{format}{packed.get(compression, '')}"


def _agreed(name: str, argument: str | None, kind: type[Name], suffix: Name | None, destination: str) -> Name | None:
    """Return what an argument and a suffix name together; None if neither names anything."""
    if argument is None:
        return suffix
    if argument not in set(kind):
        raise ConfigurationError(f"{name} must be one of {', '.join(map(repr, map(str, kind)))}, got {argument!r}")
    if suffix is not None and suffix != argument:
        raise ConfigurationError(
            f"{name} is {argument!r}, but the suffix of {destination!r} says {str(suffix)!r}",
            advice=f"Change the suffix, or leave {name} out",
        )
    return kind(argument)


def check_available(format: Format, compression: Compression) -> None:
    """
    Check that the packages that a format needs are installed, before any request is made.

    :raises ConfigurationError: If one is not; the message names the extra that installs it.
    """
    needed = [_NEEDS[each] for each in (format, compression) if each in _NEEDS]
    if format is Format.PARQUET:
        needed = [_NEEDS[Format.PARQUET]]
    for module, extra in needed:
        if importlib.util.find_spec(module) is None:
            raise ConfigurationError(
                f"Writing this needs {module}, which is not installed",
                advice=f"pip install 'airflow-provider-assistants[{extra}]'",
            )
