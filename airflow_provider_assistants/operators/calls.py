# SPDX-License-Identifier: Apache-2.0
"""The operator that lists the telephone calls of a range of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from airflow_provider_assistants.operators.base import BaseListingOperator
from airflow_provider_assistants.operators.static_arguments import CALL_CHECKS
from airflow_provider_assistants.parse_time import Check

__all__ = ["ListCallsOperator"]


class ListCallsOperator(BaseListingOperator):
    """
    List the calls of a range of time: each that began in it, none twice, or the task fails.

    The range is half-open: a call that began at ``until`` is of the next one. Where the vendor can only be asked for whole days,
    more is asked for, and the calls are cut here by their own time; so the files of consecutive ranges hold each call once. Its
    other arguments, and what it returns, are those of :class:`.ListAssistantsOperator`. Personal data is replaced by default.
    Status, cost and transcript of a call may come hours after it: read the last days again, each into its own object.

    .. seealso:: How-to: :ref:`howto/operator:ListCallsOperator`

    :param conn_id: The connection to the account; its type names the vendor. (templated)
    :param since: From this time on, with a time zone; ``{{ data_interval_start }}`` or made of the partition's key. (templated)
    :param until: Up to this time, which is not part of the range; with a time zone. (templated)
    :param destination: A path or URI; XCom if None. (templated)
    :param record: ``vendor`` writes calls as the vendor sent them, ``common`` in one shape for all vendors. (templated)
    :param redact: ``personal`` (numbers, names, what was said, the queries of links to recordings), ``secrets`` or ``none``.
        (templated)
    :param timezone: The time zone of the times that the Autocalls family sends without one. (templated)
    :param allow_full_scan: Accept that every call of the account is read, where the vendor has no filter by time. (templated)
    :param resolve_assistants: Ask the Autocalls family of which assistant each call is, with one more listing per assistant; its
        calls hold only a name. Other vendors' calls say it. (templated)
    """

    template_fields: Sequence[str] = (
        "since",
        "until",
        "timezone",
        "allow_full_scan",
        "resolve_assistants",
        *BaseListingOperator.template_fields,
    )
    listing = "calls"
    checks: ClassVar[Mapping[str, Check]] = CALL_CHECKS

    def __init__(
        self,
        *,
        conn_id: str,
        since: datetime | str,
        until: datetime | str,
        destination: str | None = None,
        record: str = "vendor",
        redact: str = "personal",
        timezone: str = "UTC",
        allow_full_scan: bool = False,
        resolve_assistants: bool = False,
        **kwargs: Any,
    ) -> None:
        self.since = since
        self.until = until
        self.timezone = timezone
        self.allow_full_scan = allow_full_scan
        self.resolve_assistants = resolve_assistants
        super().__init__(conn_id=conn_id, destination=destination, record=record, redact=redact, **kwargs)
