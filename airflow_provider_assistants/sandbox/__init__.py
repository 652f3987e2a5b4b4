# SPDX-License-Identifier: Apache-2.0
"""
A local server that speaks every vendor's API: for the demo, for this package's tests, and for the tests of your Dags.

Written from the vendors' documents, and not from this package's client, so that the two check each other.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_assistants.sandbox.rows import Planted
    from airflow_provider_assistants.sandbox.server import Sandbox

__all__ = ["Planted", "Sandbox"]

_HOMES = {"Planted": "rows", "Sandbox": "server"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        try:
            return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        except ModuleNotFoundError as error:
            raise missing_server(error) from None
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def missing_server(error: ModuleNotFoundError) -> ModuleNotFoundError:
    """Return the error that says how to install what the sandbox's server stands on; any other one as it is."""
    package = (error.name or "").partition(".")[0]
    if package not in ("starlette", "uvicorn"):
        return error
    return ModuleNotFoundError(
        f"The sandbox needs {package}: pip install 'airflow-provider-assistants[sandbox]'", name=package
    )
