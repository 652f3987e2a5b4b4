# SPDX-License-Identifier: Apache-2.0
"""The operators of listings: siblings, whose arguments are all described and all templated."""

from __future__ import annotations

import inspect
import re

import pytest

from airflow_provider_assistants.operators.accounts import ListAccountsOperator
from airflow_provider_assistants.operators.base import BaseListingOperator
from airflow_provider_assistants.operators.calls import ListCallsOperator
from airflow_provider_assistants.operators.listing import ListAssistantsOperator, ListingOperator

OPERATORS = (ListAssistantsOperator, ListCallsOperator, ListingOperator)


@pytest.mark.parametrize("operator", [*OPERATORS, ListAccountsOperator])
def test_every_argument_is_described_and_templated(operator: type[BaseListingOperator]) -> None:
    classes = operator.__mro__[: operator.__mro__.index(BaseListingOperator) + 1]
    texts = [inspect.getdoc(each) or "" for each in {*classes, ListAssistantsOperator}]
    described = {name for text in texts for name in re.findall(r":param (\w+):", text)}
    taken = {name for each in classes for name in inspect.signature(each.__init__).parameters} - {"self", "kwargs"}
    fields = operator.template_fields
    assert len({*fields}) == len(fields)
    assert {*fields} <= described == taken
    assert described - {*fields} == ({"conn_id"} if operator is ListAccountsOperator else set())


def test_none_is_a_kind_of_another() -> None:
    assert not any(issubclass(one, other) for one in OPERATORS for other in OPERATORS if one is not other)
