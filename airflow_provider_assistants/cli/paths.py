# SPDX-License-Identifier: Apache-2.0
"""Paths as a person types them: relative to the working directory, which a task must not depend on and a command may."""

from __future__ import annotations

import os

__all__ = ["absolute", "relative"]


def absolute(uri: str | None) -> str | None:
    """Return a path as an absolute one; a URI, a manifest and nothing as they are."""
    if not uri or "://" in uri or uri.lstrip().startswith("{"):
        return uri
    path = os.path.abspath(uri)
    return f"{path}/" if uri.endswith("/") and path != "/" else path


def relative(uri: str) -> str:
    """Return a path below the working directory as a person would type it; anything else as it is."""
    here = f"{os.getcwd()}/"
    return uri.removeprefix(here)
