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

    Its arguments are those of :class:`~.base.BaseListingOperator`.

    .. seealso:: How-to: :ref:`howto/operator:ListAssistantsOperator`
    """

    listing = "assistants"


class ListingOperator(BaseListingOperator):
    """
    List anything else that a vendor lists, such as its campaigns: complete, counted and free of duplicates, or the task fails.

    Personal data is replaced by default. Its other arguments, and what it returns, are those of
    :class:`~.base.BaseListingOperator`.

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
