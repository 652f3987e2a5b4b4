# SPDX-License-Identifier: Apache-2.0
"""The operator that lists the assistants of many small accounts in one task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.final_errors import failing_at_once
from airflow_provider_assistants.lineage import TaskLineage
from airflow_provider_assistants.operators.listing import ListAssistantsOperator

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

__all__ = ["PLACEHOLDER", "ListAccountsOperator"]

#: What stands for the account in the destination.
PLACEHOLDER = "{conn_id}"


class ListAccountsOperator(ListAssistantsOperator):
    """
    List every assistant of several accounts, one account after the other, each into a file of its own.

    For accounts so small that a task for each would mostly cost its start: map over batches of them. Each account is complete
    or not published, as with :class:`~.listing.ListAssistantsOperator`, whose other parameters this operator has. An account
    that fails does not keep the others from being listed; the task fails at the end, and its error names each. A retry lists
    all accounts of the batch again. The XCom is the list of manifests, in the order of ``conn_ids``; of a task that failed, the
    XCom ``manifests`` is the list of those that succeeded.

    .. seealso:: How-to: :ref:`howto/operator:ListAccountsOperator`

    :param conn_ids: The connections to the accounts, of one vendor or several. (templated)
    :param destination: As for ``ListAssistantsOperator``, with ``{conn_id}`` in the place of the account. (templated)
    """

    template_fields: Sequence[str] = (
        "conn_ids",
        *(name for name in ListAssistantsOperator.template_fields if name != "conn_id"),
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {
        **ListAssistantsOperator.template_fields_renderers,
        "conn_ids": "json",
    }
    operator_extra_links = ()

    def __init__(self, *, conn_ids: Sequence[str], destination: str, **kwargs: Any) -> None:
        super().__init__(conn_id=PLACEHOLDER, destination=destination, **kwargs)
        self.conn_ids = conn_ids
        if isinstance(destination, str) and PLACEHOLDER not in destination:
            raise ConfigurationError(
                f"destination must have {PLACEHOLDER} where the account's id belongs, got {destination!r}",
                advice=f"Correct the arguments of the task {self.task_id!r}",
            )

    def execute(self, context: Context) -> Any:
        """
        List the accounts; return their manifests.

        :raises AssistantsError: At the end, if any account was not listed; without retries if none of them could be listed in
            another try.
        """
        from airflow_provider_assistants.operators.accounts_run import list_accounts

        self._lineage = TaskLineage()
        with failing_at_once():
            return list_accounts(
                self,
                context,
                kill_switch=self._kill_switch,
                max_xcom_bytes=self.configured_xcom_limit(),
                lineage=self._lineage,
            )
