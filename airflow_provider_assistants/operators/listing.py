# SPDX-License-Identifier: Apache-2.0
"""The operators that list every assistant of an account, or anything else, into XCom or object storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_assistants.operators.base import BaseListingOperator
from airflow_provider_assistants.operators.static_arguments import LISTING_CHECKS
from airflow_provider_assistants.parse_time import Check

__all__ = ["ListAssistantsOperator", "ListingOperator"]


class ListAssistantsOperator(BaseListingOperator):
    """
    List every assistant of an account: complete, counted and free of duplicates, or the task fails.

    Without a destination the rows are the task's XCom, and the manifest is pushed under the key ``manifest``. With one,
    the rows are streamed there, page by page, and the manifest is the XCom. The destination is written atomically, and
    a rerun is safe: the same listing gives the same bytes. Secrets in the rows are replaced by ``***`` by default.

    .. seealso:: How-to: :ref:`howto/operator:ListAssistantsOperator`

    :param conn_id: The connection to the account; its type names the vendor. Map over it for several accounts. (templated)
    :param destination: A path, or a URI of any store that Airflow's object storage knows; XCom if None. (templated)
    :param rows_per_file: Write parts of so many rows below the destination, a folder, and ``_manifest.json`` last; one
        file if None. (templated)
    :param object_storage_conn_id: The connection to that store. (templated)
    :param format: ``jsonl``, ``json``, ``csv`` or ``parquet``; by the destination's suffix if None. (templated)
    :param compression: ``none``, ``gzip`` or ``zstd``; by the suffix if None. (templated)
    :param record: ``vendor`` writes rows as the vendor sent them, ``common`` in one shape for all vendors. (templated)
    :param fields: Only these fields, by dotted path, such as ``llm_settings.model``. (templated)
    :param where: Only rows with this status, one of these, or these values of fields (a mapping). (templated)
    :param changed_since: Only rows changed at or after this time; those without ``updated_at`` are kept. (templated)
    :param filters: The vendor's own query parameters, such as Burki's ``active_only``. (templated)
    :param page_size: Rows per page; the connection's, or the vendor's best size, if None. (templated)
    :param concurrency: Pages in flight at most, 1 to 64; the connection's if None, and never more than that. (templated)
    :param redact: ``secrets``, ``personal`` (e-mail addresses, telephone numbers, names, prompts too) or ``none``. (templated)
    :param on_drift: If the listing kept changing while it was read: ``fail``, or ``warn`` and mark the manifest. (templated)
    :param overwrite: Whether an existing object may be replaced. (templated)
    :param csv_formulas: ``escape`` puts a ``'`` before CSV cells that a spreadsheet would run, ``keep`` does not. (templated)
    :param max_xcom_bytes: Bytes of rows that may go to XCom; ``[assistants] max_xcom_bytes`` if None. (templated)
    """

    listing = "assistants"


class ListingOperator(BaseListingOperator):
    """
    List anything else that a vendor lists, such as its campaigns: complete, counted and free of duplicates, or the task fails.

    Personal data is replaced by default. Its other arguments, and what it returns, are those of
    :class:`.ListAssistantsOperator`.

    .. seealso:: How-to: :ref:`howto/operator:ListingOperator`

    :param conn_id: The connection to the account; its type names the vendor. (templated)
    :param listing: ``campaigns``, ``leads``, ``conversations``, ``phone_numbers`` or ``folders``; not every vendor has each, and
        the message of a wrong one lists those it has. (templated)
    :param redact: ``personal``, ``secrets`` or ``none``. (templated)
    """

    template_fields: Sequence[str] = ("listing", *BaseListingOperator.template_fields)
    checks: ClassVar[Mapping[str, Check]] = LISTING_CHECKS

    def __init__(self, *, conn_id: str, listing: str, redact: str = "personal", **kwargs: Any) -> None:
        self.listing = listing
        super().__init__(conn_id=conn_id, redact=redact, **kwargs)
