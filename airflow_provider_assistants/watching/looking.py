# SPDX-License-Identifier: Apache-2.0
"""One look at an account: the cheapest requests that show all that is asked for, and what is gone beyond doubt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.watching.observation import Observation, RowObserver, Snapshot

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
    client: AssistantsClient, wanted: Wanted, *, doubts: Doubts | None = None, secrets: tuple[str, ...] = ()
) -> Snapshot:
    """
    Look once.

    A page boundary can hide a row from a listing that moves, so an assistant that was there before and is missing from
    a listing is looked for once more before it is taken for gone.

    :param doubts: Tells the assistants that were there before and were not seen now.
    :param secrets: What must never be seen, such as the key.
    :raises AssistantsError: As each case demands; nothing is half seen.
    """
    observer = RowObserver(client.vendor, watches=wanted.watches, secrets=secrets)
    seen: dict[str, Observation] = {}
    if wanted.everything:
        async with aclosing(client.pages()) as pages:
            async for page in pages:
                for row in page.rows:
                    observation = observer.observe(row)
                    own, *others = observer.ids(row)
                    seen[own] = observation
                    seen.update((other, observation) for other in others if other in wanted.ids)
    else:
        seen = await _look_for(client, wanted.ids, observer)
    # A listing can miss an assistant; an answer that there is none under an id cannot.
    sure = not wanted.everything and client.asks_singly(wanted.ids)
    if doubts and not sure and (doubtful := await doubts(seen)):
        seen |= await _look_for(client, doubtful, observer)
    return Snapshot(
        seen=seen,
        asked=wanted.ids,
        everything=wanted.everything,
        watches=wanted.watches,
        observed_at=datetime.now(UTC),
    )


async def _look_for(client: AssistantsClient, ids: Set[str], observer: RowObserver) -> dict[str, Observation]:
    return {each: observer.observe(row) for each, row in (await client.rows(ids)).items()}
