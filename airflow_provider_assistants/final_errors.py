# SPDX-License-Identifier: Apache-2.0
"""
The errors that a retry of the task cannot fix, in the form in which a task raises them.

Airflow fails a task at once, whatever its ``retries``, for an ``AirflowFailException``. The classes here derive from it and
from the error of the same name, so callbacks and logs see the error itself. Only operators and sensors raise them, at their
outermost: further in, Airflow would take an exception of its own for a reason to skip.
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
    """Raised for an invalid connection or argument; the next try would have the same."""


class AuthenticationError(exceptions.AuthenticationError, AirflowFailException):
    """Raised for a key that the vendor does not accept."""


class PermissionDeniedError(exceptions.PermissionDeniedError, AirflowFailException):
    """Raised for a key that is not permitted to do this."""


_FINAL: dict[type[exceptions.AssistantsError], type[exceptions.AssistantsError]] = {
    exceptions.ConfigurationError: ConfigurationError,
    exceptions.AuthenticationError: AuthenticationError,
    exceptions.PermissionDeniedError: PermissionDeniedError,
}


@contextmanager
def failing_at_once() -> Iterator[None]:
    """Fail the task without retries for an error that a retry cannot fix."""
    try:
        yield
    except tuple(_FINAL) as error:
        final = next((mine for theirs, mine in _FINAL.items() if type(error) is theirs), None)
        if final is None:
            raise
        fields = {name: value for name, value in vars(error).items() if name != "what" and not name.startswith("__")}
        raise final(error.what, **fields) from error
