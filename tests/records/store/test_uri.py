# SPDX-License-Identifier: Apache-2.0
"""A destination is its author's: what is shown of it can be opened, and holds no password and no value of a query."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airflow_provider_assistants.records.store.uri import Location, display_uri, file_name

PARTS = [
    "dt=2026-11-21",
    "run_id=scheduled__2026-11-21T00:00:00+00:00",
    "manual__2026-11-21T03:04:05.678901+00:00",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "api_key=yes",
    "token=none",
    "hooks",
    "year=2026",
    "account@example.com",
    "user:name@host",
    "100%",
    "%2F%3D",
    "what?",
    "#1",
    "a b",
    "ünï-çødé",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
]
names = st.sampled_from(PARTS) | st.text(
    alphabet=st.characters(exclude_characters="/", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20
)
paths = st.lists(names, min_size=1, max_size=5).map("/".join)
buckets = st.from_regex(r"[a-z0-9][a-z0-9\-]{1,20}[a-z0-9]", fullmatch=True)


@given(path=paths)
def test_a_path_is_shown_as_it_is(path: str) -> None:
    for destination in (f"/lake/{path}", f"file:///lake/{path}", path):
        assume("://" not in destination.partition("/")[0])
        if not destination.startswith(path) or "://" not in path:
            assert display_uri(destination) == destination
    location = Location.parse(f"/lake/{path}.jsonl")
    assert (location.path, location.problem) == (f"/lake/{path}.jsonl", None)


@given(
    scheme=st.sampled_from(["s3", "gs", "abfs", "S3"]),
    user=st.sampled_from(["", "my_conn@"]),
    bucket=buckets,
    path=paths,
)
def test_what_can_be_written_is_shown_as_it_is(scheme: str, user: str, bucket: str, path: str) -> None:
    uri = f"{scheme}://{user}{bucket}/{path}.jsonl"
    location = Location.parse(uri)
    if location.problem is None:
        assert display_uri(uri) == location.uri == uri
        assert (location.path, location.bucket) == (f"{bucket}/{path}.jsonl", bucket)
        assert location.conn_id == (user.rstrip("@") or None)
    elif "query" in location.problem:
        assert "?" in path
    elif "backslash" in location.problem:
        assert scheme == "abfs"
        assert "\\" in path
    else:
        assert "as a folder" in location.problem
        assert {".", ".."} & {*path.split("/")}


@given(
    scheme=st.sampled_from(["s3", "gs", "abfs", "sftp", "https"]),
    user=st.sampled_from(["", "me", "AKIAIOSFODNN7EXAMPLE"]),
    password=st.from_regex(r"zq[A-Za-z0-9+/=!?#:@%]{0,20}qz", fullmatch=True),
    path=st.lists(st.sampled_from([part for part in PARTS if "@" not in part]), min_size=1, max_size=3).map("/".join),
)
def test_no_password_is_shown(scheme: str, user: str, password: str, path: str) -> None:
    uri = f"{scheme}://{user}:{password}@host/{path}"
    shown = display_uri(uri)
    assert not any(password[start : start + 4] in shown for start in range(len(password) - 3))
    assert Location.parse(uri).problem
    assert shown.startswith(f"{scheme}://{user}:***@")


@given(
    value=st.from_regex(r"zq[A-Za-z0-9+/=!?#:@%]{0,20}qz", fullmatch=True),
    name=st.sampled_from(["token", "sig", "a&b", "X-Amz-Signature"]),
)
def test_no_value_of_a_query_is_shown(value: str, name: str) -> None:
    for scheme in ("s3", "https", "sftp"):
        uri = f"{scheme}://host/dt=2026/x.jsonl?sv=1&{name}={value}&flag"
        shown = display_uri(uri)
        assert shown.startswith(f"{scheme}://host/dt=2026/x.jsonl?sv=***&")
        assert not any(value[start : start + 4] in shown for start in range(len(value) - 3))
    assert "query" in str(Location.parse(f"s3://host/x.jsonl?{name}={value}").problem)


@pytest.mark.parametrize(
    ("destination", "problem"),
    [
        ("out.jsonl", "relative path"),
        ("./out.jsonl", "relative path"),
        ("~/out.jsonl", "relative path"),
        ("file://lake/out.jsonl", "relative path"),
        ("file:/lake/out.jsonl", "relative path"),
        ("/lake/", "directory"),
        ("s3://lake/2026/", "directory"),
        ("s3://lake/..", "directory"),
        ("s3://key:secret@lake/x.jsonl", "password"),
        ("s3://key:sec/ret@lake/x.jsonl", "password"),
        ("s3://lake/x.jsonl?versionId=1", "query"),
        ("/lake/a\nb.jsonl", "control character"),
        ("s3://lake/a\tb.jsonl", "control character"),
    ],
)
def test_what_cannot_be_written_is_said(destination: str, problem: str) -> None:
    assert problem in str(Location.parse(destination).problem)


def test_a_container_of_an_azure_account() -> None:
    location = Location.parse("abfs://rows@lake.dfs.core.windows.net/dt=1/x.jsonl")
    assert (location.bucket, location.path, location.account) == (
        "rows",
        "rows/dt=1/x.jsonl",
        "lake.dfs.core.windows.net",
    )
    assert location.conn_id is None
    assert Location.parse("abfs://my_conn@rows/x.jsonl").conn_id == "my_conn"


@pytest.mark.parametrize(
    ("destination", "name"),
    [
        ("/lake/what?.csv", "what?.csv"),
        ("what?.csv", "what?.csv"),
        ("s3://lake/a?b/c#d.jsonl.gz", "c#d.jsonl.gz"),
        ("sftp://host/x.csv?k=v.json", "x.csv"),
        ("/lake/x.jsonl?v=1.csv", "x.jsonl?v=1.csv"),
        ("s3://lake/", ""),
    ],
)
def test_the_last_name(destination: str, name: str) -> None:
    assert file_name(destination) == name


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("s3://lake/a/../x.jsonl", "'.' or '..' as a folder"),
        ("gs://lake/./x.jsonl", "'.' or '..' as a folder"),
        ("abfs://lake/a/../x.jsonl", "'.' or '..' as a folder"),
        ("abfs://lake/a\\x.jsonl", "a backslash, and Azure would write a slash"),
        ("s3://lake/a\\x.jsonl", None),
        ("s3://lake/a../.x/x.jsonl", None),
        ("/lake/a/../x.jsonl", None),
    ],
)
def test_a_name_that_a_library_or_a_store_would_change_is_refused(uri: str, problem: str | None) -> None:
    found = Location.parse(uri).problem
    assert (problem in found) if problem and found else problem is found
