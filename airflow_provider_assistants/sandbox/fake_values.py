# SPDX-License-Identifier: Apache-2.0
"""
Fake values of rows: the same for the same seed, and marked where they are secret or personal.

Whatever is secret contains :data:`SECRET`, whatever is personal :data:`PERSONAL` (telephone numbers begin with
:data:`PHONE`, a range reserved for fiction), so that a test can search for what must not be there.
"""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["PERSONAL", "PHONE", "SECRET", "TOPICS", "ZONES", "FakeValues"]

SECRET = "sandbox-secret-"  # noqa: S105 - the mark of planted secrets
PERSONAL = "sandbox-personal-"
PHONE = "+1555010"

TOPICS = ("Sales Outreach", "Appointment Desk", "Support Line", "Lead Qualifier", "Survey", "Collections", "Reception")
ZONES = ("America/Los_Angeles", "Europe/Berlin", "America/Sao_Paulo", "UTC", "Europe/Istanbul")

_FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)


class FakeValues:
    """
    The random values of one row.

    :param vendor: Whose row.
    :param account: Of which account.
    :param index: Its index within the account, from 0.
    :param seed: Same seed, same values.
    :param kind: What kind of row, so that two of one index differ; empty for an assistant.
    """

    def __init__(self, vendor: str, account: int, index: int, seed: int, *, kind: str = "") -> None:
        self.random = random.Random(f"{seed}/{vendor}/{account}/{kind}{index}")  # noqa: S311 - not for cryptography
        self.mark = f"{vendor}-{account}-{kind}{index}"
        self.created = _FIRST_DAY + timedelta(minutes=11 * index, seconds=self.random.randrange(60))
        self.updated = self.created + timedelta(seconds=self.random.randrange(1, 10**7))

    def pick(self, *choices: Any) -> Any:
        """Return one of these."""
        return self.random.choice(choices)

    def secret(self, kind: str) -> str:
        """Return a planted secret."""
        return f"{SECRET}{kind}-{self.mark}"

    def personal(self, kind: str) -> str:
        """Return a planted personal datum."""
        return f"{PERSONAL}{kind}-{self.mark}"

    def phone(self) -> str:
        """Return a telephone number that nobody has."""
        return f"{PHONE}{self.random.randrange(10**4):04d}"

    def hook(self, kind: str) -> str:
        """Return a URL with a secret in its user-info and one in its query."""
        return f"https://hook:{self.secret(kind + '-password')}@crm.example.com/calls?token={self.secret(kind)}&v=1"

    def uuid(self) -> str:
        """Return a UUID."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))
