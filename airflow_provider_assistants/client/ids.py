# SPDX-License-Identifier: Apache-2.0
"""Ids of assistants, as callers pass them: normalised, and validated before one becomes part of a URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from airflow_provider_assistants.exceptions import AssistantNotFoundError, ConfigurationError, quoted
from airflow_provider_assistants.parse_time import as_text
from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["can_be_in_a_path", "id_problem", "id_type_problem", "not_found", "read_ids"]

_LONGEST = 200
_INTEGER = re.compile(r"-?[0-9]+")
#: What would lead out of its segment of a path, at one server or another, even when it is escaped.
_LEADS_ELSEWHERE = re.compile(r"\.+|.*[/\\?#%;].*", re.DOTALL)


def read_ids(vendor: Vendor, ids: Any, *, conn_id: str | None = None) -> list[str]:
    """
    Return ids as texts without surrounding blanks, in the order given and each once.

    :param vendor: Whose ids they are; where it has an endpoint for one assistant, that says of what type they are.
    :param ids: Numbers, texts or UUIDs.
    :param conn_id: For the message.
    :raises ConfigurationError: If one cannot be an id of this vendor; the message lists all that cannot.
    """
    if isinstance(ids, str | bytes | Mapping) or not isinstance(ids, Iterable):
        raise ConfigurationError(
            f"The assistants' ids must be a list, got {quoted(ids, limit=80) if isinstance(ids, str) else type(ids).__name__}",
            vendor=vendor.title,
            conn_id=conn_id,
            advice="Put a single id into a list, or use get_assistant",
        )
    read: dict[str, None] = {}
    problems = []
    for each in ids:
        text = each.strip() if isinstance(each, str) else as_text(each)
        if problem := _problem(vendor, each, text):
            problems.append(problem)
        read[text] = None
    if problems:
        raise ConfigurationError(
            "; ".join(problems),
            vendor=vendor.title,
            conn_id=conn_id,
            advice="Ask for assistants by the ids of the vendor's listing",
        )
    return list(read)


def not_found(assistant_id: Any, *, status: int | None = None, advice: str | None = None) -> AssistantNotFoundError:
    """Return the error for an id under which the vendor shows no assistant."""
    return AssistantNotFoundError(
        f"There is no assistant {quoted(as_text(assistant_id), limit=80)} for this account",
        status=status,
        advice=advice or "Check the id, and that the connection is that of the account which owns it",
    )


def can_be_in_a_path(vendor: Vendor, assistant_id: str) -> bool:
    """Whether an id can become part of a URL; a vendor may list assistants under ids that cannot."""
    return id_problem(vendor, assistant_id) is None


def id_problem(vendor: Vendor, assistant_id: str) -> str | None:
    """Return in words why no one can ask this vendor for an assistant by an id; None if one can."""
    return _problem(vendor, assistant_id, assistant_id)


def id_type_problem(vendor: Vendor, assistant_id: str) -> str | None:
    """Return in words why no assistant of this vendor can have an id, by the type of its ids; None if one may."""
    item = vendor.assistants.item
    if item is not None and item.id_type == "integer" and not _INTEGER.fullmatch(assistant_id):
        return f"{vendor.title}'s assistants have integers for ids, got {quoted(assistant_id, limit=80)}"
    return None


def _problem(vendor: Vendor, given: Any, text: str) -> str | None:
    """Return in words why this is no id; None if it may be one."""
    if isinstance(given, bool) or not isinstance(given, int | str | UUID):
        return f"An id must be a number or a text, got {type(given).__name__}"
    if isinstance(given, int) and not _INTEGER.fullmatch(text):
        return f"Expected an id of an assistant, got {text}"
    if not text:
        return "An id must not be empty"
    if len(text) > _LONGEST or not text.isprintable() or _LEADS_ELSEWHERE.fullmatch(text):
        return f"Expected an id of an assistant, got {quoted(text, limit=80)}"
    return id_type_problem(vendor, text)
