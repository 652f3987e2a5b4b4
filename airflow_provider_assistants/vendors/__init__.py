# SPDX-License-Identifier: Apache-2.0
"""
The vendors: those of this package, and those that other packages register.

A module beside this one that holds :class:`~airflow_provider_assistants.vendors.base.Vendor` values declares them. A vendor of
another package is registered by the definition of its hook.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["all_vendors", "find_vendor", "get_vendor", "register"]

_registered: dict[str, Vendor] = {}


@functools.cache
def all_vendors() -> Mapping[str, Vendor]:
    """Return every vendor of this package by its name, in the order of the names."""
    found = {
        value.name: value
        for info in pkgutil.iter_modules(__path__)
        if not info.ispkg
        for value in vars(importlib.import_module(f"{__name__}.{info.name}")).values()
        if isinstance(value, Vendor)
    }
    return MappingProxyType(dict(sorted(found.items())))


def register(vendor: Vendor) -> None:
    """Make a vendor of another package known by its name; a vendor of this package keeps its own."""
    if vendor.name not in all_vendors():
        _registered[vendor.name] = vendor


def find_vendor(name: str | None) -> Vendor | None:
    """Return a vendor by its name; None if there is none of that name."""
    return all_vendors().get(name or "") or _registered.get(name or "")


def get_vendor(name: str) -> Vendor:
    """
    Return a vendor by its name.

    :raises LookupError: If there is none of that name; the message lists those which exist.
    """
    vendor = find_vendor(name)
    if vendor is None:
        raise LookupError(f"There is no vendor {name!r}; there are {', '.join([*all_vendors(), *_registered])}.")
    return vendor
