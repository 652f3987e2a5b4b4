# SPDX-License-Identifier: Apache-2.0
"""What a segment of a URL's path names that looks random: a file, a version, a transaction, an object by its id."""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.values.object_ids import is_object_id, names_object

__all__ = ["DIGEST", "NAME", "is_name"]

#: A digest as it stands in a path, alone or as the name of a file; what a file is called; and what has digests of its own.
DIGEST: Final = re.compile(r"[0-9a-f]{32,64}(?:\.[a-z0-9]{2,5})?")
_FILE = re.compile(
    r"[\w\-.~@+]{1,160}\.(?:wav|mp3|ogg|opus|aac|m4a|m4v|mp4|mov|webm|flac|m3u8|log|txt|json|csv|tsv|pdf|docx?|xlsx?|pptx?|png"
    r"|jpe?g|gif|svg|webp|avif|heic|bmp|ico|m?js|jsx|tsx?|css|map|wasm|orc|avro|arrow|feather|ndjson|jsonl|ya?ml|toml|md|rst|py|ipynb|sql|sh|bin|safetensors|gguf|onnx|ckpt|whl|jar|deb|rpm|woff2?|ttf|otf|eot|html?|gz|tgz|zip|parquet|srt|vtt)"
)
#: A file of any kind that stands below a digest, but for feeds, which are subscribed to by it.
_FILE_OF_VERSION = re.compile(r"[\w\-.]{1,80}\.(?!ics|xml|rss|atom)[a-z][a-z0-9]{0,11}")
_VERSIONED = frozenset("commit commits tree blob blobs raw resolve sha256 digest hash".split())
#: What an id looks like behind the name of what it identifies: ``/payments/…``.
_ID = re.compile(
    r"[0-9a-f]{16,40}|[0-9A-F]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4,16}){3,5}|[A-Za-z0-9]{12,27}|[A-Za-z0-9_\-]{12,22}|1[A-Za-z0-9_\-]{32}(?:[A-Za-z0-9_\-]{11})?|v[0-9]:[A-Za-z0-9_\-]{20,90}|0x[0-9a-fA-F]{40,64}"
)
#: What names its place by itself: a number of any length, an address, a digest that says so.
NAME: Final = re.compile(
    r"[a-z]?[0-9]+|(?:[A-Za-z][a-z]{0,24}|[A-Z]{2,6}|[0-9]{1,20})(?:[\-_.+](?:[A-Za-z][a-z]{0,24}|[A-Z]{2,6}|[0-9]{1,20})){1,14}"
    r"|[0-9a-f]{40}\.{2,3}[0-9a-f]{40}|pfbid[A-Za-z0-9]{40,80}|[\w.+\-]{1,80}@[\w\-]+(?:\.[\w\-]+)+|sha(?:1|256|384|512)[\-:][0-9a-f]{40,128}"
    r"|(?:scheduled|manual|backfill|asset_triggered|dataset_triggered)__[\w:+.%\-]{8,80}|arn:aws[a-z\-]{0,7}:[\w:.*\-]{8,200}"
    r"|19(?::|%3a|%3A)[\w\-]{20,70}@(?:thread\.(?:v2|tacv2|skype)|unq\.gbl\.spaces)"
    r"|[A-Za-z]{2,20}(?:[_\-][A-Za-z]{2,20}){0,6}[_\-][0-9]{1,13}|0x[0-9a-fA-F]{40}|baf[a-z][a-z2-7]{50,60}|Qm[1-9A-HJ-NP-Za-km-z]{44}"
    r"|(?:[A-Za-z][a-z]{0,24}|[0-9]{1,8})(?:[\-_.](?:[A-Za-z][a-z]{0,24}|[0-9]{1,8})){0,8}:[a-z]{2,16}(?:[A-Z][a-z]{2,16}){0,4}"
    r"|[\w.\-]{1,80}@sha256:[0-9a-f]{64}|[A-Z]?[a-z]{2,15}(?:[A-Z][a-z]{2,15}){2,8}[0-9]{0,4}"
)
#: What is known by its hash, in a public ledger or in a store, and how hashes are written there.
_HASHED = frozenset("tx transaction transactions block blocks file entry entries address addresses hash".split())
_HASH = re.compile(r"(?:0x)?[0-9a-f]{40,128}|[1-9A-HJ-NP-Za-km-z]{32,88}")
#: What is shown of an object, whose id follows.
_PAGES = frozenset("detail details view edit show id overview profile by-id get".split())


def is_name(segments: list[str], number: int) -> bool:
    """Whether a segment that looks random names a file, a version or an object rather than opens something."""
    segment, before = segments[number], segments[number - 1] if number else ""
    if NAME.fullmatch(segment) or (number == len(segments) - 1 and _FILE.fullmatch(segment)):
        return True
    if DIGEST.fullmatch(segment) and (before in _VERSIONED or _FILE_OF_VERSION.fullmatch(segments[-1])):
        return True
    if is_object_id(segment):
        return True
    if before in _HASHED and _HASH.fullmatch(segment):
        return True
    is_named = (
        before == "id"
        or names_object(before)
        or (before in _PAGES and number > 1 and names_object(segments[number - 2]))
    )
    return is_named and _ID.fullmatch(segment) is not None
