# SPDX-License-Identifier: Apache-2.0
"""The work of ``ListAccountsOperator``: one listing after the other, and one error at the end."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_assistants.cancellation import KillSwitch
from airflow_provider_assistants.exceptions import (
    AssistantsError,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    counted,
)
from airflow_provider_assistants.lineage import TaskLineage
from airflow_provider_assistants.operators.run import ListingRun
from airflow_provider_assistants.storable import one_line

if TYPE_CHECKING:
    from airflow.providers.common.compat.sdk import Context

    from airflow_provider_assistants.operators.accounts import ListAccountsOperator

__all__ = ["list_accounts"]

#: Errors that the next try would have too.
_FINAL = (AuthenticationError, ConfigurationError, PermissionDeniedError)
#: So many failed accounts are named in the error; the log has all.
_NAMED = 20


def list_accounts(
    operator: ListAccountsOperator,
    context: Context,
    *,
    kill_switch: KillSwitch,
    max_xcom_bytes: int,
    lineage: TaskLineage,
) -> list[dict[str, Any]]:
    """
    List the accounts; return their manifests.

    :raises ConfigurationError: If ``conn_ids`` are no ids, or no failed account could be listed by another try.
    :raises AssistantsError: If any account failed.
    """
    conn_ids, destination = _checked(operator)
    manifests: list[dict[str, Any]] = []
    failures: dict[str, AssistantsError] = {}
    # Links and asset events are of the batch, and not of the last account.
    alone: Any = {"dag_run": context.get("dag_run")}
    for number, conn_id in enumerate(conn_ids, 1):
        operator.log.info("Account %d of %d: %s", number, len(conn_ids), conn_id)
        one = copy.copy(operator)
        one.conn_id, one.destination = conn_id, destination.replace("{conn_id}", conn_id)
        try:
            run = ListingRun(one, kill_switch, max_xcom_bytes=max_xcom_bytes, lineage=lineage)
            manifests.append(run.execute(alone))
        except AssistantsError as error:
            failures[conn_id] = error
            operator.log.error("%s was not listed: %s", conn_id, one_line(str(error)))
    if failures:
        if context.get("ti"):
            context["ti"].xcom_push(key="manifests", value=manifests)
        raise _error(failures, listed=len(manifests))
    events: Any = context.get("outlet_events")
    for outlet in operator.outlets:
        if events is not None and hasattr(outlet, "uri") and hasattr(outlet, "extra"):
            events[outlet].extra = {"manifests": manifests}
    return manifests


def _checked(operator: ListAccountsOperator) -> tuple[list[str], str]:
    conn_ids, destination = operator.conn_ids, operator.destination
    problems = []
    if isinstance(conn_ids, str | Mapping) or not all(isinstance(each, str) and each for each in conn_ids):
        problems.append(f"conn_ids must be a list of connection ids, got {type(conn_ids).__name__}")
    elif len({*conn_ids}) < len(list(conn_ids)):
        problems.append("conn_ids has an id twice")
    if not destination or "{conn_id}" not in destination:
        problems.append("destination must have {conn_id} where the account's id belongs")
    if problems:
        raise ConfigurationError("; ".join(problems), advice=f"Correct the arguments of the task {operator.task_id!r}")
    return list(conn_ids), str(destination)


def _error(failures: Mapping[str, AssistantsError], *, listed: int) -> AssistantsError:
    named = [f"{conn_id} ({type(error).__name__}: {error.what})" for conn_id, error in failures.items()]
    more = f", and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    is_final = all(isinstance(error, _FINAL) for error in failures.values())
    kind = ConfigurationError if is_final else AssistantsError
    return kind(
        f"{counted(len(failures), 'account')} of {listed + len(failures)} not listed: {'; '.join(named[:_NAMED])}{more}",
        advice="The others were published; the log has the whole error of each",
    )
