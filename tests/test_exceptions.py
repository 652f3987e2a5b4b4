# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pickle

import pytest

from airflow_provider_assistants import exceptions
from airflow_provider_assistants.exceptions import AssistantsError, RateLimitedError, XComTooLargeError

EVERY = [getattr(exceptions, name) for name in exceptions.__all__]


def test_a_message_says_what_where_and_what_to_do() -> None:
    error = AssistantsError(
        "It broke",
        vendor="Burki",
        conn_id="b",
        request="GET https://x/y",
        status=500,
        advice="Try later",
    )
    assert str(error) == "It broke (Burki, connection 'b', GET https://x/y, HTTP 500). Try later."


@pytest.mark.parametrize("kind", EVERY)
def test_no_error_is_one_that_airflow_turns_into_a_skip(kind: type[AssistantsError]) -> None:
    from airflow.exceptions import AirflowException

    assert issubclass(kind, AssistantsError)
    assert not issubclass(kind, AirflowException)


@pytest.mark.parametrize("kind", EVERY)
def test_an_error_survives_another_process(kind: type[AssistantsError]) -> None:
    error = kind("It broke", vendor="Burki", conn_id="b", advice="Try later")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_errors_carry_what_a_handler_needs() -> None:
    assert pickle.loads(pickle.dumps(RateLimitedError("x", retry_after=7.5))).retry_after == 7.5
    assert XComTooLargeError("x", size=3, limit=2).size == 3


def test_an_outer_layer_fills_in_where_and_does_not_overwrite() -> None:
    error = AssistantsError("It broke", vendor="Burki").located(vendor="Other", conn_id="c")
    assert (error.vendor, error.conn_id) == ("Burki", "c")
