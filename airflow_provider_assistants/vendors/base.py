# SPDX-License-Identifier: Apache-2.0
"""
What a vendor is: data that says where its API lies, how it takes the key, what it lists and how its rows read.

No I/O, no Airflow, no pydantic: provider discovery imports this in every Airflow process. The pydantic model of a
listing's rows is named, and imported when it is first needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from airflow_provider_assistants.vendors.calls import COMMON_CALL_COLUMNS, CallReader, TimeRange
from airflow_provider_assistants.vendors.paging_styles import PagingStyle, UnpagedStyle
from airflow_provider_assistants.vendors.rows import COMMON_COLUMNS, AssistantStatus, RowReader, StatusField

if TYPE_CHECKING:
    from airflow_provider_assistants.vendors.models.base import AssistantModel

__all__ = [
    "COMMON_CALL_COLUMNS",
    "COMMON_COLUMNS",
    "AssistantStatus",
    "Auth",
    "CallReader",
    "Count",
    "Filter",
    "Item",
    "Listing",
    "RowReader",
    "Sensitive",
    "StatusField",
    "TimeRange",
    "Vendor",
]

#: How many rows a page may be asked for where a vendor documents no maximum.
UNDOCUMENTED_PAGE_SIZE = 1_000

FilterType = Literal["string", "integer", "number", "boolean", "date", "datetime"]


@dataclass(frozen=True, kw_only=True)
class Auth:
    """
    How the key travels.

    :param header: The header that carries it.
    :param scheme: The word before it, such as ``Bearer``; None for the bare key.
    """

    header: str = "Authorization"
    scheme: str | None = "Bearer"

    def headers(self, api_key: str) -> dict[str, str]:
        """Return the header that carries this key."""
        return {self.header: f"{self.scheme} {api_key}" if self.scheme else api_key}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """
    A query parameter that the vendor documents for a listing.

    :param name: Its name on the wire and for the user.
    :param type: What values it takes.
    :param choices: The values it takes, where the vendor closes the list.
    :param in_body: Sent as a key of a POST listing's body instead of in the query.
    """

    name: str
    type: FilterType = "string"
    choices: tuple[str, ...] = ()
    in_body: bool = False


@dataclass(frozen=True, kw_only=True)
class Count:
    """
    An endpoint that returns how many rows a listing has.

    :param path: Its path below the API's root.
    :param key: Where the response holds the number.
    :param filters: Which of the listing's filters it takes; with any other it cannot be asked.
    """

    path: str
    key: str = "count"
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """
    An endpoint that returns one row by its id.

    :param path: Its path below the API's root, with ``{id}``.
    :param row: Where the response holds the row; the empty path is the response itself.
    :param id_type: What it takes for an id: an ``integer`` in its path, or any ``text``.
    """

    path: str
    row: str = ""
    id_type: Literal["integer", "text"] = "text"


@dataclass(frozen=True, kw_only=True)
class Sensitive:
    """
    Sensitive fields of a vendor's rows that the names of keys do not reveal.

    Dotted paths; ``[]`` stands for the items of a list, ``*`` for any key, a trailing ``.*`` for all below.

    :param secrets: Other people's keys and the like.
    :param personal: What identifies or quotes a person.
    :param personal_links: Links that open for whoever has them, such as recordings: without personal data only their query
        goes. Names of fields.
    """

    secrets: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    personal_links: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Listing:
    """
    One listing of a vendor.

    :param path: Its path below the API's root, exactly as documented: a slash more or less is a redirect.
    :param rows: Where a response holds its rows, in the order tried; a bare array is always accepted.
    :param paging: How it pages.
    :param method: ``POST`` for vendors that list by posting a body.
    :param body: The body of a ``POST`` listing, before filters.
    :param params: Parameters that are always sent.
    :param filters: What the vendor lets a caller filter by.
    :param default_page_size: What we ask for: the documented maximum, unless that would be unkind.
    :param max_page_size: The documented maximum; None where none is documented.
    :param count: The endpoint that counts, where there is one.
    :param item: The endpoint that returns one row, where there is one.
    :param reader: How to read a row.
    :param model: ``module:class`` of the pydantic model of a row.
    :param volatile: Fields that the vendor sets or counts up by itself, by dotted path: a diff passes over them.
    :param sensitive: What its rows hold that must not leave, beside what the vendor's rows hold in general.
    :param time_range: How it can be asked for a range of time; None where nobody asks for one.
    :param assistant_filter: The filter by assistant, where the rows themselves do not say of which assistant they are.
    :param docs_url: Where it is documented, where that is not the vendor's ``docs_url``.
    """

    path: str
    rows: tuple[str, ...]
    paging: PagingStyle = field(default_factory=UnpagedStyle)
    method: Literal["GET", "POST"] = "GET"
    body: Mapping[str, Any] | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    filters: tuple[Filter, ...] = ()
    default_page_size: int = 100
    max_page_size: int | None = None
    count: Count | None = None
    item: Item | None = None
    reader: RowReader = field(default_factory=RowReader)
    model: str | None = None
    volatile: tuple[str, ...] = ()
    sensitive: Sensitive = field(default_factory=Sensitive)
    time_range: TimeRange | None = None
    assistant_filter: str | None = None
    docs_url: str | None = None

    @property
    def page_size_limit(self) -> int:
        """How many rows a page may be asked for."""
        return self.max_page_size or UNDOCUMENTED_PAGE_SIZE

    def load_model(self) -> type[AssistantModel]:
        """Import the pydantic model of this listing's rows."""
        if self.model is None:
            raise LookupError(f"The listing {self.path} declares no model.")
        module, _, name = self.model.partition(":")
        model: type[AssistantModel] = getattr(importlib.import_module(module), name)
        return model


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """
    One vendor, or one brand of a backend that several share.

    :param name: Its name in code: the connection type, and the ``vendor`` of manifests and events.
    :param title: Its name for people.
    :param base_url: The documented root of its API.
    :param api_root: The path that this root has on every host of this backend: added where a connection names only a
        host.
    :param hook_class: The dotted path of its hook's class.
    :param assistants: The listing that the package is about.
    :param listings: Its other listings, by name.
    :param auth: How the key travels.
    :param headers: Further headers that its API requires.
    :param failure_flag: Where a response with a status of 2xx says by true that it is a failure.
    :param sensitive: What its rows hold that must not leave.
    :param console_url: The vendor's web console.
    :param docs_url: Where its API is documented.
    :param key_hint: Where a user finds the key.
    :param key_example: A made-up key of the vendor's form, for messages and the connection form.
    """

    name: str
    title: str
    base_url: str
    api_root: str = ""
    hook_class: str = ""
    assistants: Listing
    listings: Mapping[str, Listing] = field(default_factory=dict)
    auth: Auth = field(default_factory=Auth)
    headers: Mapping[str, str] = field(default_factory=dict)
    failure_flag: str | None = None
    sensitive: Sensitive = field(default_factory=Sensitive)
    console_url: str | None = None
    docs_url: str | None = None
    key_hint: str = ""
    key_example: str = ""

    @property
    def key_help(self) -> str:
        """Where a user finds the key, with an example where there is one."""
        return f"{self.key_hint}; it looks like {self.key_example}" if self.key_example else self.key_hint

    @property
    def default_conn_id(self) -> str:
        """The connection id used when none is given."""
        return f"{self.name}_default"

    def listing(self, name: str) -> Listing:
        """
        Return a listing by its name.

        :raises LookupError: If this vendor has none of that name.
        """
        every = {"assistants": self.assistants, **self.listings}
        if name not in every:
            raise LookupError(f"{self.title} has no listing {name!r}; it has {', '.join(sorted(every))}.")
        return every[name]
