# SPDX-License-Identifier: Apache-2.0
"""
The provider's metadata for Airflow, generated from the vendors' declarations.

Called in every Airflow process, so nothing here imports Airflow, httpx, pydantic or a hook.
"""

from __future__ import annotations

from typing import Any

from airflow_provider_assistants import __version__
from airflow_provider_assistants.hooks.connection_form import connection_fields, field_behaviour
from airflow_provider_assistants.vendors import all_vendors
from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["get_provider_info", "vendor_info"]

_PACKAGE = "airflow_provider_assistants"


def get_provider_info() -> dict[str, Any]:
    """Return the provider's info in Airflow's schema."""
    vendors = all_vendors().values()
    integrations = [vendor.title for vendor in vendors]
    return {
        "package-name": "airflow-provider-assistants",
        "name": "AI assistants",
        "description": (
            "Hooks, operators, a sensor and event triggers for AI-assistant (voice-agent) platforms: "
            f"{', '.join(integrations)}."
        ),
        "versions": [__version__],
        **vendor_info(*vendors),
        "operators": _modules(
            integrations, *(f"{_PACKAGE}.operators.{name}" for name in ("listing", "accounts", "calls", "diff"))
        ),
        "sensors": _modules(integrations, f"{_PACKAGE}.sensors.status"),
        "triggers": _modules(integrations, f"{_PACKAGE}.triggers.status"),
        "extra-links": [f"{_PACKAGE}.links.{name}" for name in ("VendorConsoleLink", "DestinationLink", "ReportLink")],
        # From Airflow 3.2 on; 3.1 has the console script.
        "cli": [f"{_PACKAGE}.cli.definition.get_assistants_cli_commands"],
        "config": {
            "assistants": {
                "description": "Settings of the provider for AI-assistant platforms.",
                "options": {
                    "max_listing_rows": {
                        "description": "A listing with more rows is an error.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": "100000",
                        "default": "10000000",
                    },
                    "max_listing_seconds": {
                        "description": "A listing that takes longer, waits and retries included, is an error.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": "900",
                        "default": "3600",
                    },
                    "max_request_seconds": {
                        "description": (
                            "A try of a request whose response is not complete after so many seconds has failed, however "
                            "steadily it comes in; the connection's timeout, if that is longer."
                        ),
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": "60",
                        "default": "120",
                    },
                    "max_response_bytes": {
                        "description": "A response larger than this, after decompression, is an error.",
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": "134217728",
                        "default": "67108864",
                    },
                    "max_xcom_bytes": {
                        "description": (
                            "How many bytes of rows ListAssistantsOperator may push to XCom; above it the task fails "
                            "and asks for a destination."
                        ),
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": "98304",
                        "default": "49152",
                    },
                },
            },
        },
    }


def vendor_info(*vendors: Vendor) -> dict[str, Any]:
    """
    Return the part of a provider's info that declares vendors: their integrations, connection types and hooks.

    For the ``get_provider_info`` of a package that declares a vendor of its own.
    """
    return {
        "integrations": [_integration(vendor) for vendor in vendors],
        "connection-types": [_connection_type(vendor) for vendor in vendors],
        "hooks": [
            {"integration-name": vendor.title, "python-modules": [vendor.hook_class.rpartition(".")[0]]}
            for vendor in vendors
        ],
    }


def _integration(vendor: Vendor) -> dict[str, Any]:
    links = {"external-doc-url": vendor.docs_url} if vendor.docs_url else {}
    return {"integration-name": vendor.title, **links, "tags": ["service"]}


def _connection_type(vendor: Vendor) -> dict[str, Any]:
    return {
        "connection-type": vendor.name,
        "hook-class-name": vendor.hook_class,
        "hook-name": vendor.title,
        "ui-field-behaviour": field_behaviour(vendor),
        "conn-fields": connection_fields(vendor),
    }


def _modules(integrations: list[str], *modules: str) -> list[dict[str, Any]]:
    return [{"integration-name": name, "python-modules": [*modules]} for name in integrations]
