# SPDX-License-Identifier: Apache-2.0
"""Which values of a query stay, by the name that they stand under and by what they are."""

from __future__ import annotations

import pytest

from airflow_provider_assistants.redaction import Redactor, redact_text, redact_url

RANDOM = "Zk3vQ9xW2mT7pL5nB8cR"
DIGITS = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
UUID = "a7b3c942-5f1e-4d28-8c59-2e4f7a8b9c3d"


@pytest.mark.parametrize(
    "query",
    [
        f"gclid={RANDOM}&msclkid={DIGITS}&_gl=1*ab12*_ga*{RANDOM}..", "page[after]=" + RANDOM, f"offset=itr{RANDOM}/rec{RANDOM}",
        f"marker={RANDOM}%3D%3D", "filter[model]=gpt-4o-mini", "default_model=nova-3", "size=600x300", "colour_hex=ff8800",
        "dates=20250715T143000Z/20250715T150000Z", "snapshot=2025-07-15T14:32:15.1234567Z", "cc=front.desk%40example.com",
        "text=I%27d%20like%20to%20book%20for%203%20people", "content_type=audio/x-raw;layout=interleaved;rate=16000;format=S16LE",
        "next=%2Fcalls%3Ftab%3Dlive", "referrer=utm_source%3Dvoice%26utm_medium%3Dsms",
        "voice=s3%3A%2F%2Fvoices%2Fjennifer%2Fmanifest.json",
        f"place_id=ChIJ{RANDOM}_-a", f"ids=call_{RANDOM},call_{DIGITS}", f"thread={RANDOM}", f"etag={DIGITS}", "add-to-cart=*",
        f"context=%7b%22Tid%22%3a%22{UUID}%22%7d", "pb=!1m18!1m12!1m3!1d3153.0!2d-122.39!3d37.79!2sAcme",
        "markers=color:red%7Clabel:A%7C37.7955,-122.3937", "cid=C04AB12CD3E",
    ],
)  # fmt: skip
def test_what_opens_nothing_stays(query: str) -> None:
    url = f"https://example.com/v1/x?{query}"
    assert redact_url(url) == url
    assert redact_text(f"Open [this]({url}), or <{url}>.") == f"Open [this]({url}), or <{url}>."
    assert Redactor().row({"next": url})["next"] == url


@pytest.mark.parametrize(
    "query",
    [
        f"ref={RANDOM}", f"state={RANDOM}", f"client_id={RANDOM}", f"session_id={RANDOM}", f"user={RANDOM}",
        f"api_token={RANDOM}",
        f"text=the+key+is+{RANDOM}", f"filter[token]={RANDOM}", f"next=https%3A%2F%2Fx.example%2F%3Ftoken%3D{RANDOM}",
        f"next=https%3A%2F%2Fann%3A{RANDOM}%40x.example", f"referrer=token%3D{RANDOM}", f"next=%2Freset%2F{RANDOM}",
        f"invite={RANDOM[:12].upper()}",
        f"voice=s3%3A%2F%2Fa%2Fb%3FSignature%3D{RANDOM}", f"ids=call_{DIGITS},{RANDOM}", f"f=(token:{RANDOM})",
        f"content=a;token={RANDOM}",
        f"ref=admin:{RANDOM}", f"x={UUID}:{RANDOM}", f"hash={DIGITS}",
        f"X-Amz-Signature={DIGITS[:12]}", f"X-Goog-Signature={DIGITS[:12]}", f"request_sig={RANDOM[:12]}", f"hmac={DIGITS[:12]}",
        f"ref={RANDOM[:12].lower()}",
    ],
)  # fmt: skip
def test_what_may_open_something_goes(query: str) -> None:
    clean = redact_text(f"https://example.com/v1/x?{query}")
    assert not any(part in clean.lower() for part in (RANDOM[:12].lower(), DIGITS[:12]))
