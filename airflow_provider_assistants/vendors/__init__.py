# SPDX-License-Identifier: Apache-2.0
"""
The vendors, found by looking at the modules beside this one: adding a vendor is adding its file.

A module of this package that holds :class:`~airflow_provider_assistants.vendors.base.Vendor` values declares them.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["all_vendors", "get_vendor"]


@functools.cache
def all_vendors() -> Mapping[str, Vendor]:
    """Return every vendor by its name, in the order of the names."""
    from airflow_provider_assistants.vendors.base import Vendor

    found = {
        value.name: value
        for info in pkgutil.iter_modules(__path__)
        if not info.ispkg
        for value in vars(importlib.import_module(f"{__name__}.{info.name}")).values()
        if isinstance(value, Vendor)
    }
    return MappingProxyType(dict(sorted(found.items())))


def get_vendor(name: str) -> Vendor:
    """
    Give a vendor by its name.

    :raises LookupError: If there is none of that name; the message lists those which exist.
    """
    vendors = all_vendors()
    if name not in vendors:
        raise LookupError(f"There is no vendor {name!r}; there are {', '.join(vendors)}.")
    return vendors[name]
