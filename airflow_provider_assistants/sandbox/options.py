# SPDX-License-Identifier: Apache-2.0
"""The options of the sandbox, validated when they are set: from Python, the command line, or over HTTP as texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from airflow_provider_assistants.sandbox.apis import check_vendor

__all__ = ["Count", "Options", "Order", "VendorName", "plain"]

Order = Literal["oldest", "newest", "updated", "unstable"]
VendorName = Annotated[str, AfterValidator(check_vendor)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # the latter for a directory of zones
        raise ValueError(f"There is no time zone {name!r}; one is Europe/Berlin") from None
    return name


class Options(BaseModel):
    """
    How the sandbox behaves.

    :param assistants: How many each account has at first.
    :param accounts: How many accounts each vendor has.
    :param seed: Same seed, same assistants.
    :param latency: Seconds before each response.
    :param page_cap: Rows of a page at most, whatever is requested.
    :param padding: Characters to add to each assistant's prompt.
    :param row_bytes: Lengthen the prompt of each assistant until its row has so many bytes; longer ones stay as they are.
    :param requests_per_minute: Respond with 429 beyond this, for each key; None for no limit.
    :param order: In which order a listing comes, by vendor: as made (``oldest`` or ``newest`` first) or ``updated``, the
        last changed first. ``unstable`` is what a database does with rows that are equal in what it sorts by: all have one
        ``created_at``, and each request gets another order. Burki's newest come first unless set otherwise, the others'
        oldest.
    :param puretalk_limit: Rows of a Puretalk page for which no usable ``limit`` is asked.
    :param puretalk_max_limit: The most rows of a Puretalk page; a larger ``limit`` is read as this.
    :param calls: How many telephone calls each account has had.
    :param calls_from: When the first of them began.
    :param calls_days: Over how many days they are spread.
    :param calls_now: What the clock of calls says: later ones have not begun, earlier ones go on, are over, or are settled.
        None if all are settled.
    :param calls_step: Seconds that this clock moves on with each request for calls.
    :param zone: The time zone of the Autocalls family's days and of its times without a zone.
    :param others: How many campaigns, leads, conversations, telephone numbers and folders each account has.
    :param kept_bytes: Bytes of encoded rows to keep for further requests; rows beyond that are made each time.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    assistants: Count = 47
    accounts: Annotated[int, Field(ge=1, le=999_999)] = 100
    seed: int = 1
    latency: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    page_cap: Annotated[int, Field(ge=1)] | None = None
    padding: Annotated[int, Field(ge=0)] = 0
    row_bytes: Annotated[int, Field(ge=1)] | None = None
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    order: dict[VendorName, Order] = Field(default_factory=dict)
    puretalk_limit: Annotated[int, Field(ge=1)] = 10
    puretalk_max_limit: Annotated[int, Field(ge=1)] = 100
    calls: Count = 40
    calls_from: AwareDatetime = datetime(2026, 3, 1, tzinfo=UTC)
    calls_days: Annotated[float, Field(gt=0, le=3_660)] = 14.0
    calls_now: AwareDatetime | None = None
    calls_step: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    zone: Annotated[str, AfterValidator(_check_zone)] = "UTC"
    others: Annotated[int, Field(ge=0, le=100_000)] = 23
    kept_bytes: Annotated[int, Field(ge=0)] = 512 * 1024 * 1024


def plain(error: ValidationError) -> str:
    """Return in one line what is invalid."""
    return "; ".join(_plain_part(each) for each in error.errors(include_url=False))


def _plain_part(error: Any) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    name = ".".join(str(part) for part in error["loc"]) or "the parameters"
    given = "" if "missing" in error["type"] else f", not {error['input']!r}"
    return f"{name}: {error['msg']}{given}"
