# SPDX-License-Identifier: Apache-2.0
"""
The fields of a connection, declared once: the form in both ways that Airflow reads it, and the validation of the extras.

Airflow 3.2 and later read the form from the provider's info, Airflow 3.1 from two methods of the hook. Both are generated
from :data:`FIELDS`. No Airflow and no pydantic here: the provider's info is read in every Airflow process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.vendors.base import Vendor

__all__ = ["FIELDS", "FormField", "check_conn_id", "connection_fields", "field_behaviour", "fields_of", "form_widgets"]


@dataclass(frozen=True, kw_only=True)
class FormField:
    """
    An extra of a connection.

    :param label: Its label in the form.
    :param description: Its effect, and the default.
    :param type: ``integer``, ``number`` or ``string``.
    :param limits: Bounds, with the keywords of JSON schema.
    :param words: Values of another type, by the word that stands for each.
    """

    label: str
    description: str
    type: str
    limits: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)


FIELDS: Mapping[str, FormField] = {
    "timeout": FormField(
        label="Timeout (seconds)",
        description="How long to wait for a connection, and for each further part of a response. 30 if empty.",
        type="number",
        limits={"minimum": 0.1, "maximum": 600},
    ),
    "max_retries": FormField(
        label="Retries",
        description="Tries after the first, for what may go well next time. 5 if empty.",
        type="integer",
        limits={"minimum": 0, "maximum": 20},
    ),
    "concurrency": FormField(
        label="Concurrency",
        description="Requests in flight, and pages in memory, at most. 8 if empty.",
        type="integer",
        limits={"minimum": 1, "maximum": 64},
    ),
    "page_size": FormField(
        label="Page size",
        description="Assistants to ask for in a page, {maximum:,} at most. The vendor's best size if empty.",
        type="integer",
        limits={"minimum": 1, "maximum": 1_000},
    ),
    "max_requests_per_minute": FormField(
        label="Requests per minute",
        description="Requests begun within any 60 seconds at most. No limit if empty.",
        type="integer",
        limits={"minimum": 1, "maximum": 100_000},
    ),
    "verify": FormField(
        label="Verify TLS",
        description="true, false, or the path of a file with the certificates of your own authority. true if empty.",
        type="string",
        words={"true": True, "false": False},
    ),
    "proxy": FormField(
        label="Proxy",
        description=(
            "Such as http://proxy.example.com:3128, or none for no proxy. If empty, what HTTPS_PROXY and NO_PROXY of the "
            "environment say."
        ),
        type="string",
    ),
}


def check_conn_id(conn_id: Any, *, vendor: str | None = None) -> None:
    """
    Refuse a blank connection id: a template that renders to nothing must not lead to another account.

    :raises ConfigurationError: If it is blank, or not a string.
    """
    if not isinstance(conn_id, str) or not conn_id.strip():
        found = "is empty" if isinstance(conn_id, str) else f"must be a string, got {conn_id!r:.80}"
        raise ConfigurationError(
            f"conn_id {found}",
            vendor=vendor,
            advice="Set it to the id of a connection; if it comes from a template, check why that renders to nothing",
        )


def fields_of(vendor: Vendor) -> Mapping[str, FormField]:
    """Return the extras of a vendor's connections; the largest page size is the vendor's."""
    page_size = FIELDS["page_size"]
    maximum = vendor.assistants.page_size_limit
    described = page_size.description.format(maximum=maximum)
    return {
        **FIELDS,
        "page_size": replace(page_size, description=described, limits={**page_size.limits, "maximum": maximum}),
    }


def connection_fields(vendor: Vendor) -> dict[str, Any]:
    """Return a vendor's extras for the provider's info; all are optional."""
    return {
        name: {
            "label": each.label,
            "description": each.description,
            "schema": {"type": [each.type, "null"], **each.limits},
        }
        for name, each in fields_of(vendor).items()
    }


def field_behaviour(vendor: Vendor, *, snake_case: bool = False) -> dict[str, Any]:
    """
    Return the hidden fields, labels and placeholders of Airflow's own fields.

    :param snake_case: Name the keys as the hook's method does, instead of as the provider's info does.
    """
    return {
        # The port is shown: the Test icon of Airflow 3.3.1 and 3.3.2 needs a stored one (apache/airflow#73298).
        "hidden_fields" if snake_case else "hidden-fields": ["schema", "login"],
        "relabeling": {"password": "API key", "host": "Base URL"},
        "placeholders": {
            "host": vendor.base_url,
            "port": "443",
            "password": vendor.key_example or "API key",
        },
    }


def form_widgets(vendor: Vendor) -> dict[str, Any]:
    """Return a vendor's extras as widgets, for the form of Airflow 3.1."""
    from flask_appbuilder.fieldwidgets import BS3TextFieldWidget
    from flask_babel import lazy_gettext
    from wtforms import IntegerField, StringField
    from wtforms.validators import Optional

    return {
        name: (IntegerField if each.type == "integer" else StringField)(
            lazy_gettext(each.label),
            widget=BS3TextFieldWidget(),
            validators=[Optional()],
            description=each.description,
        )
        for name, each in fields_of(vendor).items()
    }
