# SPDX-License-Identifier: Apache-2.0
"""
The one redirect that is followed: to the same URL with, or without, a slash at its end.

Django and others redirect so where all their routes end in a slash, and no host could be set that works. The redirected
request is made of the first one and not of ``Location``, so its key cannot go anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urljoin, urlsplit

from airflow_provider_assistants.client.origin import origin_of

__all__ = ["is_slash_redirect", "with_other_end"]


def with_other_end(path: str) -> str:
    """Return a path with a slash at its end if it had none, and without if it had one; its query stays."""
    path, mark, query = path.partition("?")
    return (path[:-1] if path.endswith("/") else f"{path}/") + mark + query


def is_slash_redirect(url: str, headers: Mapping[str, str]) -> bool:
    """
    Whether a redirect leads to the same origin, path and query but for the slash at the path's end.

    :param url: The URL of the request.
    :param headers: The redirect's headers, case-insensitive.
    """
    location = headers.get("location", "").strip()
    if not location:
        return False
    try:
        target = urlsplit(urljoin(url, location))
        asked = urlsplit(url)
        return (
            "@" not in target.netloc
            and origin_of(target.geturl()) == origin_of(url)
            and target.path == with_other_end(asked.path)
            and parse_qsl(target.query, keep_blank_values=True) == parse_qsl(asked.query, keep_blank_values=True)
        )
    except ValueError:
        return False
