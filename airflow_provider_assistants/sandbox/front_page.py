# SPDX-License-Identifier: Apache-2.0
"""The page at the sandbox's root, for whoever opens it in a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from airflow_provider_assistants.sandbox.apis import ROOTS, api_key
from airflow_provider_assistants.sandbox.control import describe_commands

__all__ = ["front_page"]

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}"
)


def front_page() -> str:
    """Return the page: which APIs there are, with a key each, and how to control the sandbox."""
    apis = [
        (vendor, f"<code>{root}</code>", f"<code>{html.escape(api_key(vendor, 1))}</code>")
        for vendor, root in ROOTS.items()
    ]
    commands = [
        (name or "(none)", f"<code>{html.escape(parameters)}</code>", _text(about))
        for name, parameters, about in describe_commands()
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Assistants sandbox</title>'
        f"<style>{_STYLE}</style><h1>Assistants sandbox</h1>"
        "<p>A local server that speaks the vendors' APIs. Nothing here is real: neither the assistants nor the keys.</p>"
        f"<h2>APIs</h2>{_table(('Vendor', 'Root', 'Key of account 1'), apis)}"
        "<h2>Control</h2><p>Below <code>/_sandbox/</code>, with parameters as a JSON body or in the query.</p>"
        f"{_table(('Command', 'Parameters', 'What it does'), commands)}"
    )


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["".join(f"<th>{cell}" for cell in headings)] + ["".join(f"<td>{cell}" for cell in row) for row in rows]
    return "<table>" + "".join(f"<tr>{line}" for line in lines) + "</table>"


def _text(about: str) -> str:
    return re.sub(r"`(.+?)`", r"<code>\1</code>", html.escape(about))
