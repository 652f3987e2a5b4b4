# SPDX-License-Identifier: Apache-2.0
"""
The errors that no retry of the task can mend, in the form in which a task ends with them.

Airflow fails a task at once, whatever its ``retries``, for an ``AirflowFailException``. The classes here are that besides
what they are anyway, under the same name, so callbacks and logs see the error itself. They are raised by operators and sensors
alone and at their outermost: further in, Airflow would take an exception of its own for a reason to skip.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airflow_provider_assistants import exceptions

try:
    from airflow.sdk.exceptions import AirflowFailException
except ImportError:  # Airflow 3.1
    from airflow.exceptions import AirflowFailException  # type: ignore[no-redef]

__all__ = ["AuthenticationError", "ConfigurationError", "PermissionDeniedError", "failing_at_once"]


class ConfigurationError(exceptions.ConfigurationError, AirflowFailException):
    """A connection or an argument that cannot be right; the next try would have the same."""


class AuthenticationError(exceptions.AuthenticationError, AirflowFailException):
    """A key that the vendor does not accept."""


class PermissionDeniedError(exceptions.PermissionDeniedError, AirflowFailException):
    """A key that may not do this."""


_FINAL: dict[type[exceptions.AssistantsError], type[exceptions.AssistantsError]] = {
    exceptions.ConfigurationError: ConfigurationError,
    exceptions.AuthenticationError: AuthenticationError,
    exceptions.PermissionDeniedError: PermissionDeniedError,
}


@contextmanager
def failing_at_once() -> Iterator[None]:
    """Let a task fail without retries for an error that none can mend."""
    try:
        yield
    except tuple(_FINAL) as error:
        final = next((mine for theirs, mine in _FINAL.items() if type(error) is theirs), None)
        if final is None:
            raise
        fields = {name: value for name, value in vars(error).items() if name != "what" and not name.startswith("__")}
        raise final(error.what, **fields) from error
