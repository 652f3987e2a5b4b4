# SPDX-License-Identifier: Apache-2.0
"""
What the rows of two snapshots are: whose, in which shape, and whether they can be compared.

Manifests say it. Of a file without one, the names of its fields show the vendor's backend and the shape; account and redaction
stay unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.parse_time import as_text, shown
from airflow_provider_assistants.vendors import all_vendors
from airflow_provider_assistants.vendors.base import COMMON_CALL_COLUMNS, COMMON_COLUMNS, RowReader, Vendor
from airflow_provider_assistants.vendors.models.base import columns

__all__ = ["Layout", "Side", "read_layout"]

#: Two vendors have a few fields with common names; so many are a vendor's own.
_MANY_FIELDS = 8
#: A file is of another listing if that one documents so many more of its fields than assistants have.
_MORE_FIELDS = 2
#: What two manifests have to agree on, with the words for it.
_COMPARED = {"vendor": "vendor", "conn_id": "account", "record": "record", "fields": "fields", "redact": "redact"}


@dataclass(frozen=True, kw_only=True)
class Side:
    """
    What is known of one snapshot.

    :param manifest: Its manifest; empty if there is none.
    :param names: The names of its fields; empty if it has no row.
    """

    manifest: Mapping[str, Any]
    names: Sequence[str]

    @property
    def record(self) -> str | None:
        """The shape of its rows, ``vendor`` or ``common``; None if it cannot be known."""
        if self.manifest.get("record") in ("vendor", "common"):
            return str(self.manifest["record"])
        if not self.names:
            return None
        is_common = COMMON_COLUMNS.keys() >= {*self.names} and {"vendor", "account"} & {*self.names}
        return "common" if is_common else "vendor"

    @property
    def listing(self) -> str:
        """Which listing it is of; of a file without a manifest, what most of its fields are documented for."""
        if self.manifest or not self.names:
            return as_text(self.manifest.get("listing", "assistants"))
        fits = [(len(self._top & names), listing) for listing, names in _all_documented()]
        best, listing = max(fits)
        fit = max(count for count, name in fits if name == "assistants")
        return listing if best - fit >= _MORE_FIELDS else "assistants"

    @property
    def vendors(self) -> list[Vendor]:
        """The vendors whose rows these can be; empty if that cannot be known."""
        if self.manifest.get("vendor"):
            named = all_vendors().get(as_text(self.manifest["vendor"]))
            return [] if named is None else [named]
        if self.record != "vendor":
            return []
        fits = self._fits()
        return [all_vendors()[name] for name, count in fits.items() if count == max(fits.values())]

    @property
    def is_sure(self) -> bool:
        """Whether the vendors are known well enough to refuse others."""
        return "vendor" in self.manifest or max(self._fits().values(), default=0) >= _MANY_FIELDS

    def _fits(self) -> dict[str, int]:
        """Return how many fields each vendor documents of those that are here, if its id is among them."""
        names = self._top
        return {
            name: len(names & documented.keys())
            for name, documented in _documented().items()
            if all_vendors()[name].assistants.reader.id in names
        }

    @property
    def _top(self) -> set[str]:
        """The names of its fields at the top of a row."""
        return {name.partition(".")[0] for name in self.names}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """
    What the rows of both snapshots are.

    :param vendor: The vendor's name; None if it is not known, or if each row has it.
    :param account: The connection's id; likewise.
    :param is_common: Rows have the shape that all vendors share.
    :param reader: How to read a row.
    :param kinds: Its documented fields with their kinds; empty if the vendor is not known.
    :param volatile: What the vendor counts up by itself.
    :param secrets: Where rows hold secrets, by dotted path.
    :param personal: Likewise for personal data.
    """

    vendor: str | None
    account: str | None
    is_common: bool
    reader: RowReader
    kinds: Mapping[str, str]
    volatile: Sequence[str]
    secrets: Sequence[str]
    personal: Sequence[str]


def read_layout(before: Side | None, after: Side) -> Layout:
    """
    Return what the rows of both snapshots are.

    :param before: None if there is no earlier one.
    :raises ConfigurationError: If they cannot be compared; the message says what differs.
    """
    sides = [after] if before is None else [before, after]
    words = ("before", "after")[-len(sides) :]
    others = [
        f"{word} is one of {side.listing}"
        for word, side in zip(words, sides, strict=True)
        if side.listing != "assistants"
    ]
    if others:
        raise ConfigurationError(
            f"Expected snapshots of assistants, and {' and '.join(others)}",
            advice="Name snapshots that ListAssistantsOperator wrote: other listings are not compared",
        )
    problems = [] if before is None else _differences(before, after)
    if problems:
        raise ConfigurationError(
            f"The snapshots cannot be compared: {'; '.join(problems)}",
            advice="Compare snapshots that were made of one account in the same way",
        )
    records = [side.record for side in sides if side.record]
    is_common = "common" in records
    names = {name for side in sides for name in side.names}
    known = [side.vendors for side in sides if side.vendors]
    vendors = [each for each in known[0] if all(each in others for others in known)] if known else []
    every = vendors or list(all_vendors().values())
    named = [as_text(side.manifest["vendor"]) for side in sides if side.manifest.get("vendor")]
    accounts = [as_text(side.manifest["conn_id"]) for side in reversed(sides) if side.manifest.get("conn_id")]
    listings = {id(vendor.assistants): vendor.assistants for vendor in vendors}
    kinds: Mapping[str, str]
    volatile: Iterable[str] = (name for vendor in every for name in vendor.assistants.volatile)
    if is_common:
        reader, kinds, volatile = RowReader(), COMMON_COLUMNS, ("updated_at",)
    elif len(listings) == 1:
        [listing] = listings.values()
        reader, kinds = listing.reader, _documented().get(vendors[0].name, {})
    else:
        is_by_id = "assistant_id" not in names or "id" in names
        reader, kinds = RowReader(id="id" if is_by_id else "assistant_id"), {}
    return Layout(
        vendor=next(iter(named or [each.name for each in vendors if len(vendors) == 1]), None),
        account=accounts[0] if accounts else None,
        is_common=is_common,
        reader=reader,
        kinds=kinds,
        volatile=tuple(dict.fromkeys(volatile)),
        secrets=tuple(dict.fromkeys(path for vendor in every for path in vendor.sensitive.secrets)),
        personal=tuple(dict.fromkeys(path for vendor in every for path in vendor.sensitive.personal)),
    )


def _differences(before: Side, after: Side) -> list[str]:
    problems = []
    for key, word in _COMPARED.items():
        if key in before.manifest and key in after.manifest:
            one, other = _comparable(before.manifest[key]), _comparable(after.manifest[key])
            if one != other:
                problems.append(f"{word} is {_shown(one)} before and {_shown(other)} after")
    named = {word for word in ("vendor", "record") if any(each.startswith(word) for each in problems)}
    if "record" not in named and before.record and after.record and before.record != after.record:
        problems.append(f"record is {before.record!r} before and {after.record!r} after")
    elif "vendor" not in named and _are_others(before, after):
        problems.append(f"vendor is {_titles(before.vendors)} before and {_titles(after.vendors)} after")
    return problems


def _are_others(before: Side, after: Side) -> bool:
    if not (before.is_sure and after.is_sure and before.vendors and after.vendors):
        return False
    return not any(vendor in after.vendors for vendor in before.vendors)


def _comparable(value: Any) -> Any:
    return sorted(map(as_text, value)) if isinstance(value, list | tuple) else value


def _shown(value: Any) -> str:
    return "all" if value is None else shown(value)


def _titles(vendors: Sequence[Vendor]) -> str:
    return " or ".join(repr(vendor.name) for vendor in vendors)


def _documented() -> Mapping[str, Mapping[str, str]]:
    """Return the documented fields of each vendor's assistants with their kinds."""
    return {
        name: dict(columns(vendor.assistants.load_model()))
        for name, vendor in all_vendors().items()
        if vendor.assistants.model is not None
    }


def _all_documented() -> Iterator[tuple[str, set[str]]]:
    """Return the names of each listing with the fields that one vendor documents, or that its common record has."""
    yield "assistants", {*COMMON_COLUMNS}
    yield "calls", {*COMMON_CALL_COLUMNS}
    for vendor in all_vendors().values():
        for name, listing in {"assistants": vendor.assistants, **vendor.listings}.items():
            if listing.model is not None:
                yield name, {*columns(listing.load_model())}
