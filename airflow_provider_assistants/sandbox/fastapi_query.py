# SPDX-License-Identifier: Apache-2.0
"""How a FastAPI backend reads the parameters of a request, and what it says of those it cannot read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow_provider_assistants.sandbox.call import Call, Reply, integer

__all__ = ["Query", "error", "unparsed"]

_BOOLEANS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}


class Query:
    """
    The parameters of a request, and what is wrong with them.

    :param call: The request.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self.errors: list[dict[str, Any]] = []

    def refusal(self) -> Reply | None:
        """Return the reply that says what is wrong; None if nothing is."""
        return Reply(status=422, body={"detail": self.errors}) if self.errors else None

    def whole(self, name: str, default: int, *, least: int, most: int | None = None) -> int:
        """Read a number."""
        given = self._call.query.get(name)
        number = integer(given, default)
        if number is None:
            self.errors.append(unparsed(["query", name], given))
            return default
        if number < least:
            message = f"Input should be greater than or equal to {least}"
            self.errors.append(error(["query", name], message, "greater_than_equal", given, ge=least))
        elif most is not None and number > most:
            message = f"Input should be less than or equal to {most}"
            self.errors.append(error(["query", name], message, "less_than_equal", given, le=most))
        return number

    def number(self, name: str) -> int | None:
        """Read an optional number."""
        return self.whole(name, 0, least=0) if name in self._call.query else None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a switch."""
        given = self._call.query.get(name)
        if given is not None and given.lower() not in _BOOLEANS:
            message = "Input should be a valid boolean, unable to interpret input"
            self.errors.append(error(["query", name], message, "bool_parsing", given))
        return _BOOLEANS.get((given or "").lower(), default)

    def time(self, name: str) -> datetime | None:
        """Read an optional time; one without a zone is UTC."""
        given = self._call.query.get(name)
        try:
            moment = None if given is None else datetime.fromisoformat(given)
        except ValueError:
            message = "Input should be a valid datetime or date, invalid character in year"
            self.errors.append(error(["query", name], message, "datetime_from_date_parsing", given))
            return None
        return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def unparsed(place: list[str], given: str | None) -> dict[str, Any]:
    """Return what is wrong with something that is no number."""
    return error(place, "Input should be a valid integer, unable to parse string as an integer", "int_parsing", given)


def error(place: list[str], message: str, kind: str, given: str | None, **limits: int) -> dict[str, Any]:
    """Return one error of a reply's ``detail``."""
    return {"type": kind, "loc": place, "msg": message, "input": given} | ({"ctx": limits} if limits else {})
