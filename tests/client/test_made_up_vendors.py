# SPDX-License-Identifier: Apache-2.0
"""
Vendors that are declared here and nowhere else: what other platforms do fits as data.

Between them: a cursor, a link, a time window, a body that is posted, pages from zero, another header for the key and no
scheme, further headers, filters in the body, and listings other than assistants.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from airflow_provider_assistants.client.client import AssistantsClient
from airflow_provider_assistants.exceptions import ConfigurationError
from airflow_provider_assistants.vendors import get_vendor
from airflow_provider_assistants.vendors.base import (
    AssistantStatus,
    Auth,
    Filter,
    Listing,
    RowReader,
    StatusField,
    Vendor,
)
from airflow_provider_assistants.vendors.paging_styles import (
    CursorStyle,
    NextUrlStyle,
    PageStyle,
    TimeWindowStyle,
)

ROWS = [
    {"agent_id": f"a{n:03d}", "made": f"2026-01-01T00:{59 - n // 4:02d}:00Z", "archived": n % 3 == 0} for n in range(95)
]

POSTED = Vendor(
    name="posted",
    title="Posted",
    base_url="",
    auth=Auth(header="xi-api-key", scheme=None),
    headers={"X-Version": "2026-03-01"},
    assistants=Listing(
        path="/v2/list-agents",
        rows=("items",),
        method="POST",
        body={"sort": "asc"},
        paging=CursorStyle(
            cursor_param="pagination_key", next_cursor="pagination_key", size_param="limit", has_more="has_more"
        ),
        filters=(Filter(name="archived", type="boolean", in_body=True),),
        default_page_size=20,
        reader=RowReader(
            id="agent_id",
            status=StatusField(
                path="archived", values={"true": AssistantStatus.INACTIVE, "false": AssistantStatus.ACTIVE}
            ),
        ),
    ),
    listings={
        "linked": Listing(
            path="/api/agents",
            rows=("results",),
            paging=NextUrlStyle(next="next", size_param="pageSize"),
            default_page_size=30,
            reader=RowReader(id="agent_id"),
        ),
        "windows": Listing(
            path="/assistant",
            rows=(),
            paging=TimeWindowStyle(before_param="createdAtLe", field="made", size_param="limit"),
            default_page_size=10,
            reader=RowReader(id="agent_id"),
        ),
        "zero": Listing(
            path="/v0/configs",
            rows=("configs_page",),
            paging=PageStyle(
                page_param="page_number",
                size_param="page_size",
                first_page=0,
                page_count="total_pages",
                page_echo="page_number",
            ),
            params={"restrict_to_most_recent": True},
            default_page_size=25,
            reader=RowReader(id="agent_id"),
        ),
    },
)


class MadeUp(BaseHTTPRequestHandler):
    """Stands in for all of them."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        query = self._query()
        assert body["sort"] == "asc"
        rows = [row for row in ROWS if body.get("archived") in (None, row["archived"])]
        start = int(query.get("pagination_key", 0))
        end = start + int(query["limit"])
        self._send({"items": rows[start:end], "has_more": end < len(rows), "pagination_key": str(end)})

    def do_GET(self) -> None:
        query = self._query()
        match urlsplit(self.path).path:
            case "/api/agents":
                start, size = int(query.get("cursor", 0)), int(query["pageSize"])
                link = f"http://{self.headers['host']}/api/agents?cursor={start + size}"
                self._send({"results": ROWS[start : start + size], "next": link if start + size < len(ROWS) else None})
            case "/assistant":
                bound = query.get("createdAtLe", "9")
                self._send([row for row in ROWS if row["made"] <= bound][: int(query["limit"])])
            case "/v0/configs":
                assert query["restrict_to_most_recent"] == "true"
                page, size = int(query["page_number"]), int(query["page_size"])
                rows = ROWS[page * size : (page + 1) * size]
                self._send({"configs_page": rows, "page_number": page, "total_pages": -(-len(ROWS) // size)})

    def _query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def _send(self, payload: Any) -> None:
        right = self.headers.get("xi-api-key") == "k-123" and self.headers.get("x-version") == "2026-03-01"
        body = json.dumps(payload if right else {"detail": "no"}).encode()
        self.send_response(200 if right else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), MadeUp)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def listed(url: str, listing: str, **options: Any) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        async with AssistantsClient(POSTED, api_key="k-123", base_url=url) as client:
            return [row async for page in client.pages(listing, **options) for row in page.rows]

    return asyncio.run(read())


@pytest.mark.parametrize("listing", ["assistants", *POSTED.listings])
def test_a_listing_arrives_whole(url: str, listing: str) -> None:
    assert listed(url, listing) == ROWS


def test_filters_in_a_body(url: str) -> None:
    rows = listed(url, "assistants", filters={"archived": True})
    assert rows == [row for row in ROWS if row["archived"]]
    assert {POSTED.assistants.reader.row_status(row) for row in rows} == {"inactive"}


@pytest.mark.parametrize(
    ("vendor", "listing", "filters", "problem"),
    [
        ("autocalls", "calls", {"date_from": "2026-01-01", "status": "completed", "assistant_id": 7}, None),
        ("autocalls", "calls", {"date_from": "someday"}, "'date_from' must be of type date"),
        ("autocalls", "calls", {"status": "odd"}, "'status' must be one of initiated"),
        ("burki", "calls", {"date_from": "2026-01-01T10:00:00+02:00", "min_duration": 3}, None),
        ("puretalk", "calls", {"date_from": "2026-01-01"}, "no filter 'date_from'"),
        ("puretalk", "campaigns", {}, None),
        ("burki", "campaigns", {"status": "running"}, None),
        ("autocalls", "conversations", {"type": "widget"}, None),
    ],
)
def test_the_vendors_other_listings_fit(
    vendor: str, listing: str, filters: dict[str, Any], problem: str | None
) -> None:
    from airflow_provider_assistants.client.filters import checked_filters

    spec = get_vendor(vendor).listing(listing)
    if problem:
        with pytest.raises(ConfigurationError, match=problem):
            checked_filters(get_vendor(vendor), listing, spec, filters)
    else:
        query, body = checked_filters(get_vendor(vendor), listing, spec, filters)
        assert {*query} == {*filters}
        assert body is None
