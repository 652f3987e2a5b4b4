# SPDX-License-Identifier: Apache-2.0
"""The decision, for every combination of a small world, against its own definition."""

from __future__ import annotations

import itertools

import pytest

from airflow_provider_assistants.watching.conditions import Conditions
from airflow_provider_assistants.watching.decision import Outcome, Past, decide
from tests.watching.snapshots import snapshot

STATUSES = ("active", "inactive", "deleted", None)


@pytest.mark.parametrize("require", ["all", "any"])
@pytest.mark.parametrize("until", ["status", "changed"])
@pytest.mark.parametrize("on_missing", ["wait", "fail"])
@pytest.mark.parametrize("failures", [(), ("deleted",), ("inactive",)])
@pytest.mark.parametrize("targets", [("active",), ("active", "deleted"), ()])
def test_every_case_of_two_assistants(
    require: str, until: str, on_missing: str, failures: tuple[str, ...], targets: tuple[str, ...]
) -> None:
    if {*failures} & {*targets} or (until == "status" and not targets):
        return
    conditions = Conditions(
        assistant_ids=("1", "2"),
        until=until,  # type: ignore[arg-type]
        target_statuses=targets,
        failure_statuses=failures,
        require=require,  # type: ignore[arg-type]
        on_missing=on_missing,  # type: ignore[arg-type]
    )
    worlds = itertools.product(STATUSES, STATUSES, STATUSES, STATUSES, [frozenset(), frozenset({"1"}), frozenset("12")])
    for now_1, now_2, before_1, before_2, known in worlds:
        now = {"1": now_1, "2": now_2}
        observations = snapshot({each: status for each, status in now.items() if status is not None}).observations
        baseline = {"1": before_1, "2": before_2}
        decision = decide(conditions, Past(baseline=baseline, known=known), observations)
        kinds = []
        for each in ("1", "2"):
            status = now[each] or ("deleted" if each in known else None)
            assert decision.statuses[each] == status
            if status in failures:
                kinds.append("failed")
            elif status is None and on_missing == "fail":
                kinds.append("missing")
            elif until == "status":
                kinds.append("hit" if status in targets else "waiting")
            else:
                wanted = not targets or status in targets
                kinds.append("hit" if wanted and status != baseline[each] else "waiting")
        lost = [kind for kind in kinds if kind in ("failed", "missing")]
        if (lost and require == "all") or len(lost) == 2:
            expected = Outcome.FAILED if "failed" in lost else Outcome.MISSING
        elif kinds.count("hit") >= (2 if require == "all" else 1):
            expected = Outcome.REACHED
        else:
            expected = Outcome.WAIT
        assert decision.outcome is expected, (conditions, now, baseline, known)
        assert decision.reason


def test_a_baseline_from_a_template_equals_the_value_it_was_made_of() -> None:
    conditions = Conditions(assistant_ids=("1",), until="changed", target_statuses=(), watch="max_duration")
    observations = snapshot({"1": "active"}, max_duration=600).observations
    past = {"known": frozenset({"1"})}
    assert decide(conditions, Past(baseline={"1": "600"}, **past), observations).outcome is Outcome.WAIT  # type: ignore[arg-type]
    assert decide(conditions, Past(baseline={"1": "601"}, **past), observations).outcome is Outcome.REACHED  # type: ignore[arg-type]
    flag = snapshot({"1": "active"}, max_duration=True).observations
    assert decide(conditions, Past(baseline={"1": "true"}, **past), flag).outcome is Outcome.WAIT  # type: ignore[arg-type]


def test_the_reason_names_few_and_counts_many() -> None:
    few = Conditions(assistant_ids=("1", "2"))
    now = snapshot({"1": "active", "2": "inactive"}).observations
    past = Past(baseline={}, known=frozenset())
    assert decide(few, past, now).reason == "1 is active, 2 is inactive"
    many = Conditions(assistant_ids=tuple(map(str, range(100))))
    observations = snapshot({str(n): "active" if n < 40 else "inactive" for n in range(99)}).observations
    assert decide(many, past, observations).reason == "59 are inactive, 40 are active, 1 are not there"
    changed = Conditions(assistant_ids=("1",), until="changed", target_statuses=())
    went = decide(changed, Past(baseline={"1": "inactive"}, known=frozenset({"1"})), now)
    assert went.reason == "1 went from inactive to active"
