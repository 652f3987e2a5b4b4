# SPDX-License-Identifier: Apache-2.0
"""A night between two listings: what the sandbox says has changed is what has changed."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_assistants.sandbox import Sandbox
from airflow_provider_assistants.sandbox.rows import ID_FIELDS
from airflow_provider_assistants.vendors import all_vendors

VENDORS = sorted(all_vendors())


def by_id(sandbox: Sandbox, vendor: str) -> dict[Any, dict[str, Any]]:
    return {row[ID_FIELDS[vendor]]: row for row in sandbox.rows(vendor)}


def prompt_of(row: dict[str, Any]) -> str:
    holder = row.get("llm_settings", row)
    return str(holder.get("system_prompt", holder.get("prompt")))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_night_changes_what_it_says(vendor: str) -> None:
    with Sandbox(assistants=40) as sandbox:
        for _ in range(3):
            before = by_id(sandbox, vendor)
            done = sandbox.pass_night(vendor, added=2, removed=3, edited=4, prompts=5)
            after = by_id(sandbox, vendor)
            assert [len(done[name]) for name in ("added", "removed", "edited", "prompts")] == [2, 3, 4, 5]
            assert set(after) - set(before) == set(done["added"])
            assert set(before) - set(after) == set(done["removed"])
            changed = {each for each in before if each in after and before[each] != after[each]}
            assert changed == set(done["edited"]) | set(done["prompts"])
            reworded = {each for each in changed if prompt_of(before[each]) != prompt_of(after[each])}
            assert reworded == set(done["prompts"])


@pytest.mark.parametrize("vendor", VENDORS)
def test_nights_are_the_same_for_the_same_seed(vendor: str) -> None:
    done = []
    for _ in range(2):
        with Sandbox(assistants=20) as sandbox:
            done.append([sandbox.pass_night(vendor) for _ in range(2)])
    assert done[0] == done[1]
    assert done[0][0] != done[0][1]


def test_a_small_account_changes_as_far_as_it_goes() -> None:
    with Sandbox(assistants=4) as sandbox:
        done = sandbox.pass_night("burki", added=1, removed=5, edited=1, prompts=2)
        assert [len(done[name]) for name in ("added", "removed", "edited", "prompts")] == [1, 1, 1, 2]
        assert len(sandbox.rows("burki")) == 4
