# SPDX-License-Identifier: Apache-2.0
"""Where in a row, or in a text of the log, a case is put."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

#: Stands for the secret in the tables.
MARK: Final = "§"

#: Beside every planted value, and unharmed in what comes out.
BASE_ROW: Final[dict[str, Any]] = {
    "id": 127,
    "name": "Sales Outreach Assistant",
    "status": "active",
    "uuid": "a7b3c942-5f1e-4d28-8c59-2e4f7a8b9c3d",
    "timezone": "America/Los_Angeles",
    "llm_settings": {"model": "gpt-4-turbo", "temperature": 0.7, "max_tokens": 250},
    "created_at": "2025-07-15T14:32:15.000000Z",
}

Row = dict[str, Any]
#: A row, or the text of a log line or an error.
Planted = Row | str


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _row(**planted: Any) -> Row:
    return {**BASE_ROW, **planted}


#: A secret by itself, under a name that says nothing.
TOKEN: Final[dict[str, Callable[[str], Planted]]] = {
    "top level": lambda secret: _row(notes=secret),
    "nested": lambda secret: _row(settings={"integration": {"reference": secret, "enabled": True}}),
    "list item": lambda secret: _row(values=["first", secret]),
    "JSON in a string": lambda secret: _row(config=_json({"reference": secret, "enabled": True})),
    "prose": lambda secret: _row(
        system_prompt=f"You book visits. Our CRM is reached with {secret} at any hour. Be brief."
    ),
    "URL query": lambda secret: _row(webhook_url=f"https://hooks.example.com/in?ref={quote(secret, safe='')}&v=2"),
    "log text": lambda secret: f"The vendor refused the request of tool 'crm' (used {secret}): 401 Unauthorized",
}

#: A name that gives it away, and an arbitrary secret.
KEY: Final[dict[str, Callable[[str, str], Planted]]] = {
    "top level": lambda name, secret: _row(**{name: secret}),
    "nested": lambda name, secret: _row(settings={"integration": {name: secret, "enabled": True}}),
    "list item": lambda name, secret: _row(tools=[{"type": "webhook", "data": {"timeout": 5, name: secret}}]),
    "JSON in a string": lambda name, secret: _row(config=_json({"enabled": True, name: secret})),
    "name and value": lambda name, secret: _row(fields=[{"name": name, "value": secret}]),
    "URL query": lambda name, secret: _row(
        webhook_url=f"https://hooks.example.com/in?v=2&{quote(name, safe='')}={quote(secret, safe='')}"
    ),
    "prose": lambda name, secret: _row(
        system_prompt=f"You book visits for a clinic. {name}: {secret}\nBe brief and kind."
    ),
    "log text": lambda name, secret: f"POST /v1/tools failed with 422: {_json({'tool': 'crm', name: secret})}",
}

#: A structure of any kind.
PART: Final[dict[str, Callable[[Any], Planted]]] = {
    "top level": lambda part: _row(**part) if isinstance(part, dict) else _row(extra=part),
    "nested": lambda part: _row(settings={"integration": part, "enabled": True}),
    "list item": lambda part: _row(entries=[{"order": 1}, part]),
    "JSON in a string": lambda part: _row(config=_json({"enabled": True, "part": part})),
}

#: A text with a secret somewhere in it.
TEXT: Final[dict[str, Callable[[str], Planted]]] = {
    "prompt": lambda text: _row(system_prompt=text),
    "list item": lambda text: _row(tools=[{"type": "note", "lines": ["Read this first.", text]}]),
    "JSON in a string": lambda text: _row(config=_json({"enabled": True, "note": text})),
    "log text": lambda text: text,
}

#: The same for what fits one line of a log only as part of another text.
KINDS: Final[dict[str, dict[str, Callable[..., Planted]]]] = {"token": TOKEN, "key": KEY, "part": PART, "text": TEXT}
