# SPDX-License-Identifier: Apache-2.0
"""What surrounds a random run and says that it is no key: the name of a checksum, of a file, of an address or of an id."""

from __future__ import annotations

import re

from airflow_provider_assistants.redaction.urls import is_in_url

__all__ = ["is_in_resource", "is_named_otherwise"]

#: The line that a program for checksums prints.
_FILE_AFTER = re.compile(r"[ ][ *][\w./\-]{0,200}\w\.\w")
_CHECKSUM_BEFORE = re.compile(
    r"(?i)(?:sha-?[0-9]{0,3}(?:sum)?|blake[23][bs]?(?:[_\-]?[0-9]{3})?|crc32c?|md5(?:sum)?|digest|checksum|hash|etag|fingerprint|commit"
    r"|revision|rev|integrity|boundary|base64"
    r"|sec-websocket-(?:key|accept)|site-verification|acme-challenge(?:[a-z0-9.\-]* txt)?|(?<![a-z0-9])h1|did:[a-z]{2,8}"
    r"|ssh-(?:rsa|dss|ed25519)|(?:PUBLIC KEY|CERTIFICATE)-----\\?n?)[\"'\s]{0,3}[:=,\-@(/]{0,2}[\"'\s]{0,3}(?:W/\\?\")?\Z"
)
#: The end of a file's name, or the host of an address.
_NAME_AFTER = re.compile(r"\.[a-z][a-z0-9]{1,7}(?![A-Za-z0-9]|-[0-9a-f]{4}-)|@(?:[A-Za-z0-9\-]+\.)+[A-Za-z][A-Za-z0-9]")
#: What a text calls an id, or by the name of what has one.
_NAMED_ID = re.compile(
    r"(?i)(?:(?:^|[^a-z])(?:(?:cache|restore|dedup|idempotency|partition|primary|foreign|sort|routing)[_\- ]?keys?"
    r"|ids?|uuid|guid|sid|cid|etag|cursor|page_?token|ray|wamid|gclid|fbclid)(?:-2)?[\"'\s]{0,3}[:=(#.][\"'\s]{0,3}"
    r"|(?:^|[^a-z])(?:cache|restore|partition|row)[_\- ]keys?[ ]"
    r"|(?:^|[^a-z])(?:document|file|sheet|spreadsheet|folder|commit|revision|trace|span|request|run|message|ticket|order|object"
    r"|tx|transaction|block|version|build|release|snapshot|calendar|workspace|page|ids?)[\"']?[ :=]{1,2}[\"'(#]?)\Z"
)


#: Addresses of files and accounts in public ledgers, and the ids of clicks, which say so at their beginning.
_PUBLIC_RUN = re.compile(
    r"_ZN?[A-Z]{0,2}[0-9]{1,3}[A-Za-z_]|Qm[1-9A-HJ-NP-Za-km-z]{44}(?![A-Za-z0-9])|(?i:sha-?[0-9]{1,3}|md5)[\-:_/]|R0lGOD|iVBORw0KGgo|UklGR|JVBERi0"
    r"|(?:AAMk|AAQk|A[gw]AC|B[AQ]AC|CQAC|DQAC)[A-Za-z0-9_\-]{40,}|baf[a-z][a-z0-9]{50,}|bc1[a-z0-9]{38,58}|did:"
    r"|npub1[a-z0-9]{58}|age1[a-z0-9]{58}|[xyz]pub[A-Za-z0-9]{100}|AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh)"
    r"|MIGfMA0GCSqGSIb3DQEBAQUAA4GN|MII[BC]IjANBgkqhkiG9w0BAQEFAAOC|MFkwEwYHKoZIzj0CAQ|MCowBQYDK2V|0AAAAA|(?:Cj[0wgk]KC|EAIaIQ|IwAR|IwY2xjaw)[A-Za-z0-9_\-]{30,}"
)


#: What stands before a part of the name of a resource of a cloud, which refers to a secret and holds none.
_RESOURCE = re.compile(r"(?<![\w:])(?:(?:arn|urn|acs|qcs|crn|trn|ocid1):[\w:.\-/*]{1,140}|did:)\Z")
_LONGEST_RESOURCE = 150


def is_in_resource(text: str, start: int) -> bool:
    """Whether a part of the name of a resource begins at a place of a text: ``arn:aws:…:secret:…``."""
    return text[start - 1 : start] in (":", "/") and (
        _RESOURCE.search(text, max(0, start - _LONGEST_RESOURCE), start) is not None
    )


def is_named_otherwise(text: str, start: int, end: int) -> bool:
    """Whether what surrounds a run says that it is a checksum, a file, an address or an id; or has been judged as a URL."""
    return (
        _is_checksum(text, start, end)
        or _PUBLIC_RUN.match(text, start) is not None
        or (_NAME_AFTER.match(text, end) is not None and text[start - 1 : start] not in (":", "|"))
        or _NAMED_ID.search(text, max(0, start - 24), start) is not None
        or is_in_url(text, start)
    )


def _is_checksum(text: str, start: int, end: int) -> bool:
    return (
        _CHECKSUM_BEFORE.search(text, max(0, start - 24), start) is not None or _FILE_AFTER.match(text, end) is not None
    )
