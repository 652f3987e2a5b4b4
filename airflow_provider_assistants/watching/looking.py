# SPDX-License-Identifier: Apache-2.0
"""One look at an account: the cheapest requests that show all that is asked for, and what is gone beyond doubt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.event_loop import one_at_a_time
from airflow_provider_assistants.watching.snapshots import Observation, RowObserver, Snapshot

__all__ = ["Doubts", "Wanted", "look"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """
    What a look is for.

    :param ids: Assistants that are asked for by these ids.
    :param everything: All assistants besides.
    :param watches: What is watched of them.
    """

    ids: frozenset[str] = field(default_factory=frozenset)
    everything: bool = False
    watches: frozenset[str] = field(default_factory=frozenset)


#: Given what was seen, gives the ids that were there before and are not now.
Doubts = Callable[[Mapping[str, Observation]], Awaitable[Set[str]]]


async def look(
    client: AssistantsClient,
    wanted: Wanted,
    *,
    doubts: Doubts | None = None,
    secrets: tuple[str, ...] = (),
    last: Snapshot | None = None,
) -> Snapshot:
    """
    Poll once.

    An assistant that was there before and is not any more is looked for once more, and in another way, before it is taken
    for gone: a page boundary can hide a row from a listing that moves, and a proxy that has lost its way answers "not
    found" to anything.

    :param doubts: Tells the assistants that were there before and were not seen now.
    :param secrets: What must never be seen, such as the key.
    :param last: The last look, whose observations stand for those that are equal: to make thousands of new ones that stay
        is what calls for Python's cycle collector, and all who share the event loop wait for that.
    :raises AssistantsError: As each case demands; nothing is half seen.
    """
    observer = RowObserver(client.vendor, watches=wanted.watches, secrets=secrets)
    before = last.seen if last else {}
    seen: dict[str, Observation] = {}
    if wanted.everything:
        async with aclosing(client.pages(fields=observer.fields)) as pages:
            async for page in pages:
                async with one_at_a_time():
                    for row in page.rows:
                        own, *others = observer.ids(row)
                        observation = _kept(observer.observe(row), before.get(own))
                        seen[own] = observation
                        seen.update((other, observation) for other in others if other in wanted.ids)
    else:
        rows = await client.rows(wanted.ids, fields=observer.fields)
        seen = {each: _kept(observer.observe(row), before.get(each)) for each, row in rows.items()}
    if doubts and (doubtful := await doubts(seen)):
        listed = wanted.everything or not client.asks_singly(wanted.ids)
        # What cannot be asked for by its id was listed under it, so it can only be looked for in the listing again.
        singly = listed and client.asks_singly(doubtful)
        again = (client.rows if singly else client.find)(doubtful, fields=observer.fields)
        seen |= {each: observer.observe(row) for each, row in (await again).items()}
    return Snapshot(
        seen=seen,
        asked=wanted.ids,
        everything=wanted.everything,
        watches=wanted.watches,
        observed_at=datetime.now(UTC),
    )


def _kept(observation: Observation, before: Observation | None) -> Observation:
    return before if before is not None and before == observation else observation
