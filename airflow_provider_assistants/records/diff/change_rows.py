# SPDX-License-Identifier: Apache-2.0
"""Changes as rows of a file: one for each field, and one for an assistant that came or went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from airflow_provider_assistants.dotted_path import MISSING
from airflow_provider_assistants.records.columns import Column, Row, Table, json_text
from airflow_provider_assistants.records.diff.comparison import AssistantChange

__all__ = ["ChangeRows", "change_table"]

_COLUMNS = ("change_type", "vendor", "account", "assistant_id", "name", "path", "before", "after")


def change_table() -> Table:
    """Return the columns of CSV and Parquet; ``before`` and ``after`` are JSON there, and null where a field was absent."""
    return Table([Column(name, "string") for name in _COLUMNS], extra=False)


class ChangeRows:
    """
    Makes rows of changes.

    :param vendor: The vendor's name, where a row does not have it.
    :param account: The account, where a row does not have it.
    :param name_of: Returns the name of a row's assistant.
    :param is_common: The snapshots hold the common record, whose rows have vendor and account.
    :param as_table: The rows are for CSV or Parquet.
    """

    def __init__(
        self,
        *,
        vendor: str | None,
        account: str | None,
        name_of: Callable[[Row], str | None],
        is_common: bool = False,
        as_table: bool = False,
    ) -> None:
        self._vendor = vendor
        self._account = account
        self._name_of = name_of
        self._is_common = is_common
        self._as_table = as_table

    def place(self, change: AssistantChange) -> tuple[str | None, str | None]:
        """Return the vendor and the account of an assistant."""
        if not self._is_common:
            return self._vendor, self._account
        row = change.row
        return _text(row.get("vendor")) or self._vendor, _text(row.get("account")) or self._account

    def name(self, change: AssistantChange) -> str | None:
        """Return the assistant's name."""
        return self._name_of(change.row)

    def rows(self, change: AssistantChange) -> Iterator[Row]:
        """
        Return the rows of a change.

        In JSON a side on which a field was absent is left out, so that it is not taken for null.
        """
        vendor, account = self.place(change)
        row: Row = {
            "change_type": change.change_type,
            "vendor": vendor,
            "account": account,
            "assistant_id": change.assistant_id,
            "name": self.name(change),
        }
        if change.change_type != "update":
            yield {**row, "path": "", "before": self._whole(change.before), "after": self._whole(change.after)}
            return
        for each in change.fields:
            sides = {"before": each.before, "after": each.after}
            yield {
                **row,
                "path": each.path,
                **{side: self._value(value) for side, value in sides.items() if value is not MISSING},
            }

    def _value(self, value: Any) -> Any:
        return json_text(value) if self._as_table else value

    def _whole(self, row: Row | None) -> Any:
        return None if row is None else self._value(row)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
