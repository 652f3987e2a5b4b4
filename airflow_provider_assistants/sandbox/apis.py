# SPDX-License-Identifier: Apache-2.0
"""Which APIs there are, where each lies on the server, and the form of its keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from airflow_provider_assistants.sandbox.fake_values import SECRET

__all__ = ["FAMILY", "KEY_FORMS", "ROOTS", "VENDORS", "account_of_key", "api_key", "check_vendor", "connection", "root"]

#: Below which path of the server each vendor's API lies.
ROOTS: Mapping[str, str] = {
    "autocalls": "/autocalls/api",
    "otonistark": "/otonistark/api",
    "intellixent": "/intellixent/api",
    "burki": "/burki",
    "puretalk": "/puretalk/api",
}
VENDORS = tuple(ROOTS)

#: Those that are one backend, whose web pages lie beside ``/api``.
FAMILY = ("autocalls", "otonistark", "intellixent")

#: The form of each vendor's keys; the number is that of the account.
KEY_FORMS: Mapping[str, str] = {
    "autocalls": f"{{account}}|{SECRET}key-autocalls-{{account}}",
    "otonistark": f"{{account}}|{SECRET}key-otonistark-{{account}}",
    "intellixent": f"{{account}}|{SECRET}key-intellixent-{{account}}",
    "burki": f"burki_live_{SECRET}key-{{account}}",
    "puretalk": f"pt_{SECRET}key-{{account}}",
}


def check_vendor(vendor: str) -> str:
    """
    Return the name of a vendor, if there is one of that name.

    :raises ValueError: If there is none of that name; it lists those that there are.
    """
    if vendor not in ROOTS:
        raise ValueError(f"There is no vendor {vendor!r}; there are {', '.join(VENDORS)}")
    return vendor


def root(vendor: str) -> str:
    """Return the path below which a vendor's API lies."""
    return ROOTS[check_vendor(vendor)]


def api_key(vendor: str, account: int) -> str:
    """Return the key of an account."""
    return KEY_FORMS[check_vendor(vendor)].format(account=account)


def account_of_key(vendor: str, key: str, accounts: int) -> int | None:
    """Return which of so many accounts a key belongs to; None for a wrong one."""
    digits = re.search(r"[1-9][0-9]{0,8}$", key)
    if digits is None or int(digits.group()) > accounts or key != api_key(vendor, int(digits.group())):
        return None
    return int(digits.group())


def connection(vendor: str, url: str, *, account: int = 1, **extra: Any) -> dict[str, Any]:
    """Return the Airflow connection to an account of a sandbox at ``url``, in Airflow's JSON form."""
    given: dict[str, Any] = {"conn_type": vendor, "host": url + root(vendor), "password": api_key(vendor, account)}
    # The host names the port already; the Test icon of Airflow 3.3.1 and 3.3.2 needs it stored as well.
    given["port"] = urlsplit(url).port or 443
    return {**given, "extra": extra} if extra else given
