# SPDX-License-Identifier: Apache-2.0
"""The options of a listing: one frozen value, validated once and before the first request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, TypedDict

from airflow_provider_assistants.client.filters import filter_problems
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.vendors.base import Listing, Vendor

__all__ = [
    "MAX_CONCURRENCY",
    "MAX_PASSES",
    "ON_DRIFT",
    "ListingKeywords",
    "ListingOptions",
    "OnDrift",
    "ProjectedKeywords",
    "find_listing",
    "integer_problem",
]

OnDrift = Literal["fail", "warn"]
ON_DRIFT: tuple[OnDrift, ...] = ("fail", "warn")

MAX_CONCURRENCY = 64
#: More passes than this only repeat what the ones before have shown.
MAX_PASSES = 20


class ListingKeywords(TypedDict, total=False):
    """The options of a listing as keyword arguments; see :class:`ListingOptions`."""

    filters: Mapping[str, Any] | None
    page_size: int | None
    concurrency: int | None
    max_passes: int
    on_drift: OnDrift


class ProjectedKeywords(ListingKeywords, total=False):
    """The same with a projection, for callers that do not need whole rows."""

    fields: frozenset[str] | None


@dataclass(frozen=True, kw_only=True)
class ListingOptions:
    """
    How a listing is read. Make one with :meth:`read`, which validates.

    :param filters: The vendor's own query parameters.
    :param page_size: Rows to ask for in a page; the connection's, or the vendor's best size, if None.
    :param concurrency: Pages in flight at most, 1 to 64; the connection's if None, and never more than that.
    :param max_passes: How often to read the listing at most until a pass is quiet, 1 to 20.
    :param on_drift: ``fail`` or ``warn`` where no pass was quiet.
    :param fields: The rows' fields that are needed, the one with the id among them; all if None.
    :param within: Whether a row is one of those that have to be complete, where others may come and go meanwhile; None if
        all have to be.
    """

    filters: Mapping[str, Any] = field(default_factory=dict)
    page_size: int | None = None
    concurrency: int | None = None
    max_passes: int = 3
    on_drift: OnDrift = "fail"
    fields: frozenset[str] | None = None
    within: Callable[[dict[str, Any]], bool] | None = None

    @classmethod
    def read(
        cls,
        vendor: Vendor,
        listing: str = "assistants",
        *,
        filters: Any = None,
        page_size: Any = None,
        concurrency: Any = None,
        max_passes: Any = 3,
        on_drift: Any = "fail",
        fields: Any = None,
        conn_id: str | None = None,
    ) -> Self:
        """
        Validate the options of a vendor's listing.

        :param vendor: Whose filters and bounds hold.
        :param listing: The name of the listing.
        :param conn_id: For the message.
        :raises ConfigurationError: If any option is invalid; the message lists all that are.
        """
        spec = find_listing(vendor, listing, conn_id=conn_id)
        problems = []
        for name, value, high in (
            ("page_size", page_size, spec.page_size_limit),
            ("concurrency", concurrency, MAX_CONCURRENCY),
            ("max_passes", 0 if max_passes is None else max_passes, MAX_PASSES),
        ):
            problems += integer_problem(name, value, high=high)
        if not (isinstance(on_drift, str) and on_drift in ON_DRIFT):
            problems.append(f"on_drift must be one of {', '.join(map(repr, ON_DRIFT))}, got {on_drift!r}")
        if not (filters is None or isinstance(filters, Mapping)):
            problems.append(f"filters must be a mapping of the vendor's parameters to values, got {filters!r}")
        else:
            problems += filter_problems(vendor, listing, spec, filters or {})
        if fields is not None and not (isinstance(fields, frozenset) and all(isinstance(one, str) for one in fields)):
            problems.append(f"fields must be a frozenset of field names, got {fields!r}")
        if problems:
            raise ConfigurationError(
                "; ".join(problems), vendor=vendor.title, conn_id=conn_id, advice="Correct the options of the listing"
            )
        return cls(
            filters=dict(filters or {}),
            page_size=page_size,
            concurrency=concurrency,
            max_passes=max_passes,
            on_drift=on_drift,
            fields=fields,
        )


def find_listing(vendor: Vendor, name: Any, *, conn_id: str | None = None) -> Listing:
    """
    Return a vendor's listing by its name.

    :raises ConfigurationError: If there is none of that name; the message lists those that exist.
    """
    try:
        return vendor.listing(name if isinstance(name, str) else repr(name))
    except LookupError as error:
        raise ConfigurationError(str(error.args[0]), vendor=vendor.title, conn_id=conn_id) from None


def integer_problem(name: str, value: Any, *, low: int = 1, high: int | None = None) -> list[str]:
    """Return in words what is wrong with an optional integer; nothing if all is well. A bool or a float is none."""
    if value is None:
        return []
    if isinstance(value, int) and not isinstance(value, bool) and value >= low and (high is None or value <= high):
        return []
    bounds = f">= {low:,}" if high is None else f"from {low:,} to {high:,}"
    # Python refuses to write out integers of thousands of digits.
    shown = "one of too many digits" if isinstance(value, int) and abs(value) >= 10**18 else repr(value)
    return [f"{name} must be an integer {bounds}, got {shown}"]
