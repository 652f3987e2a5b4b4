# SPDX-License-Identifier: Apache-2.0
"""Tokens of no listed shape by their general form, and the ids, digests and addresses that resemble them."""

from __future__ import annotations

import json

import pytest

from airflow_provider_assistants.redaction import Redactor, redact_text

MIXED = "Zk3vQ9xW2mT7pL5nB8cR4dF6hJ1sG0yAqE9uI2oP"
SMALL = "k3v9q2xw7mt5pl8nb4cr6df1hj0sg9ya3eu2io5z"
HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
UUID = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"


@pytest.mark.parametrize(
    "key",
    [
        # Groups of one length.
        "K7QPX-9RT2M-4VB8N-6HJ3D-2LS5W", "TKN-K7QPX9RT-2M4VB8N6-HJ3D2LS5", "k7qpx9rt-2m4vb8n6-hj3d2ls5-w8e4c6ya",
        "K7QP-9RT2-4VB8-6HJ3",
        # The id of an account, a mark, and its token.
        "562422593024:" + MIXED[:35], "562422593024115|" + MIXED[:27], "4179283.pt." + MIXED * 2, "48056424." + MIXED[:32],
        "acme-4711:" + HEX, "us-south1:" + MIXED[:27], UUID + ":" + HEX * 2,
        # Parts, none of which is long enough alone.
        "k1." + MIXED[:24] + "." + MIXED[8:32], "Zk3vQ9xW." + MIXED[:32], MIXED[:35] + "=-" + MIXED[2:35] + "=",
        # The words of a prefix, and marks in what follows.
        "acme-server-Zk3vQ9x_W2mT7pL-5nB8cR4dF", "TEST_Zk3vQ9xW2mT7pL5nB+8cR4dF6hJ1s/G0yAqE9uI2oPZk3v=",
        "stk_k3v9q2xw7mt5pl8n_" + SMALL[:36], "fr_sk_" + SMALL, "dnkey-" + SMALL[:26] + "-" + SMALL + SMALL[:12],
        "vapi_" + UUID, "hs_pat_eu1_" + UUID, "link-sandbox-" + UUID,
        # Few digits, and letters that are no words.
        "key_OBiGrtqNwFlYSaZdv3dJdr", "acme_pat_HsgJk_hD4cmERMcjSUbETG", "token-wxjzfqmbrktvhplncdgs3n7y",
        "API-3AKMZC65XBPXPXLCHWDADUMHCL",
        "QZXHVJWKPLMNBTRCGDFS3XKQ2JHVWQZTX", "2UGQWCFINHLARB25F3K3E764ABO4STUV",
        # One case only.
        SMALL[:36], SMALL[:36].upper(),
        # Without a second part.
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0.." + MIXED[:16] + "." + MIXED + "." + MIXED[:22],
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["{}", "used {} before", "crm={}", "'{}',", "| CRM | {} |", "see {}.", "x-crm: {}"])
def test_a_token_of_no_listed_shape_goes_wherever_it_stands(key: str, text: str) -> None:
    # A number before it may stay: it names an account.
    for clean in (json.dumps(Redactor().row({"reference": text.format(key)})), redact_text(text.format(key))):
        assert not any(key[at : at + 8] in clean for at in range(len(key) // 2, len(key) - 7)), clean


@pytest.mark.parametrize(
    "text",
    [
        # Groups that are no keys.
        UUID.upper(), "0F1E2D3C-4B5A6978-8796A5B4", "302-1234567-7654321", "1234-5678-9012-3456", "WH-1000XM5, SM-S928B",
        "Alpha-Bravo-Delta-Gamma", "forty-eight-hours", "api-7c9d8b6f5c-x2k9q", "ABC-123-XYZ",
        # Ids of several parts, as tables are joined by.
        UUID + "-" + UUID, UUID + "-21fefedc", "1732180000000:" + HEX, "Zk3vQ9xW2mT7-pL5nB8cR4dF6",
        MIXED[:22] + "." + MIXED[8:30],
        "xyz_" + MIXED[:24], "K7QPX-9RT2M-4VB8N",
        "crm|2026-11-21|" + UUID,
        # Words in capitals or with a number, and examples of keys.
        "HTTP_STATUS_CODE_429_TOO_MANY_REQUESTS_FROM_CLIENT", "key_PressedEventHandlerFactory1", "token-refresherservice2024eu1",
        "ghp_yourtokenhere", "sk-your-openai-key", "xoxb-your-bot-token", "sk-ant-api03-...", "https://x.example/?id=:fx",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/crm-AbCdEf",
        "arn:aws:lambda:us-east-1:123456789012:function:token-refresher:PROD",
        "hf_your_token_here", "SG.your-sendgrid-key", "eyJhbGciOiJIUzI1NiIs...", "cs_live_a1" + MIXED + MIXED[:18],
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + MIXED + "0aB",
        "DKIM p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ" + MIXED * 2, "google-site-verification=" + MIXED + "0aB",
        "Row key a3f9#2026-11-22T09:30:00Z#call", "colour tokens: brand-500", "cache key py311-linux-" + HEX * 2,
        "XAPI_SECRET = {{ $('Get token').item.json.access_token }}",
        # Digests.
        "sha256sum: " + HEX * 2 + " OK",
        "Zk3vQ9xW2mT7pL5nB8cR4dF6hJ1=",
        "sha256-" + MIXED + "abC=", "sha1-Zk3vQ9xW2mT7pL5nB8cR4dF6hJ1=", "blake2b_256=" + HEX * 2, "h1:" + MIXED + "9xZ=",
        f'Etag: W/"0f1e2d3c-{MIXED[:27]}"', "uses: actions/checkout@v4", "uses: acme/router@" + HEX + "01234567",
        # What a text calls an id.
        "X-Request-Id: " + MIXED[:32], "x-amz-id-2: " + MIXED * 2, "commit " + HEX + "01234567", "trace=" + HEX,
        "file 1" + MIXED + "0aB", f"<{MIXED}@mail.example.com>", "wamid.HBgMNDkx" + MIXED,
        # Files and objects of stores.
        f"recordings/2026/11/21/{HEX}.wav", f"s3://lake/year=2026/{HEX}_0_1.orc", f"gs://models/{HEX}01234567/model.bin",
        f"part-00000-{UUID}-c000.snappy.parquet", "Qm" + "Zk3vQ9xW2mT7pL5nB8cR4dF6hJ1sGyAqE9u2oPZk3vQ9",
    ],
)  # fmt: skip
def test_what_resembles_a_token_stays(text: str) -> None:
    row = {"notes": text, "items": [f"{text}\n"], "prompt": f"Read this: {text}"}
    assert redact_text(text) == text
    assert Redactor().row(row) is row


@pytest.mark.parametrize(
    "key",
    [
        "order",
        "slack_file",
        "s3_version",
        "playlists",
        "typeform_response",
        "callRecording",
        "tx",
        "fbc",
        "hashed_user",
    ],
)
def test_a_random_text_stays_under_the_name_of_what_is_known_by_its_id(key: str) -> None:
    row = {"x": [{key: MIXED}]}
    assert Redactor().row(row) is row
    assert Redactor().row({key: "sk_live_" + MIXED}) == {key: "***"}


@pytest.mark.parametrize(
    "key", ["notes", "reference", "value", "body", "label", "user", "account", "message", "session_key"]
)
def test_a_random_text_goes_under_any_other_name(key: str) -> None:
    assert Redactor().row({key: MIXED}) == {key: "***"}


@pytest.mark.parametrize(
    "url",
    [
        f"https://cdn.example.com/a/{MIXED}", "https://app.example.com/static/main-bZ4lVB53.css", "https://youtu.be/dQw4w9WgXcQ",
        f"https://api.example.com/v1/customers/cus_{MIXED[:14]}/charges/ch_{MIXED[:24]}",
        f"https://api.example.com/v1/contacts/{HEX}", f"https://api.example.com/v1/databases/{HEX}/query",
        f"https://api.example.com/v1/calls?voice_id={MIXED[:20]}&callSid=CA{HEX}",
        f"https://storage.googleapis.com/acme/{MIXED}/call.wav", f"https://a.blob.core.windows.net/x/{MIXED}",
        f"https://hub.example.com/layers/sha256-{HEX * 2}", f"https://github.com/acme/x/blob/{HEX}01234567/src/main.py",
        "https://example.com/channels/717555986894651209/9064166173818636104", f"https://www.notion.so/Call-script-{HEX}",
        f"https://docs.google.com/document/d/1{MIXED}0aB/edit", f"https://registry.example.com/a.tgz#{HEX}01234567",
        "https://airflow.example.com/dags/nightly/runs/scheduled__2026-11-22T00%3A00%3A00%2B00%3A00/tasks/list",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        f"https://etherscan.io/tx/0x{HEX * 2}", f"https://teams.microsoft.com/l/message/19:{HEX}@thread.tacv2/1732270000000",
        f"https://console.aws.amazon.com/states/home#/executions/details/arn:aws:states:eu-west-1:123456789012:execution:x:{UUID}",
        "https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fbook",
        f"https://acme.vault.azure.net/secrets/crm-api-key/{HEX}",
        f"https://docs.google.com/document/d/1{MIXED}0aB/edit#heading=h.3kx9q2xw7mt5",
        "https://airflow.example.com/grid?dag_run_id=manual__2026-11-22T09%3A30%3A51%2B00%3A00&task_id=export",
        "https://grafana.example.com/explore?left=%7B%22datasource%22:%22loki%22%7D", f"https://x.example/trace?trace_id={HEX}",
        f"https://api.example.com/v3/search?cursor={MIXED[:22]}", f"https://mail.google.com/mail/u/0/#inbox/FMfcgz{MIXED[:26]}",
        f"https://app.example.com/contacts/detail/{MIXED[:20]}", f"https://example.com/?gclid={MIXED}&fbclid=IwAR{MIXED}{HEX}",
        f"https://login.example.com/oauth/authorize?client_id={MIXED[:24]}&response_type=code&code_challenge={MIXED[:11]}{HEX}",
        "https://example.com/cb?next=https%3A%2F%2Fexample.com%2Foauth2%2Fdone%3Ftab%3Dcalls", f"https://x.example/#/calls?id={MIXED[:20]}",
        f"https://api.example.com/v1/calls?page[after]=itr{MIXED[:14]}/rec{MIXED[:14]}&filter[model]=gpt-4o-mini",
        "https://cal.example.com/new?dates=20250715T143000Z/20250715T150000Z&text=Dr.%20Lee%27s%20visit%2C%20room%2012",
    ],
)  # fmt: skip
def test_an_address_whose_random_part_is_a_name_stays(url: str) -> None:
    row = {"url": url, "prompt": f"Read {url} first.", "log": f'GET "{url}" 200'}
    assert redact_text(url) == url
    assert Redactor().row(row) is row


@pytest.mark.parametrize(
    "url",
    [
        f"https://api.example.com/v1/{MIXED}/items", f"https://hooks.example.com/calls/{HEX}", f"https://example.com/share/{MIXED}",
        f"https://example.com/sessions/{MIXED[:24]}", f"https://example.com/calls/{MIXED}", f"https://example.com/x#{MIXED}",
        f"https://cdn.example.com/x?sig={MIXED}", f"https://cdn.example.com/token/{MIXED}/x.png", f"https://a.example/x?ref={MIXED}",
        f"https://api.example.com/v1/keys/sk_live_{MIXED[:24]}", f"https://example.com/x?client_id={MIXED[:24]}",
        f"https://calendar.example.com/{HEX}/basic.ics", f"s3://lake/x?X-Amz-Signature={HEX * 2}", f"s3://lake/token/{MIXED}",
        f"https://x.example/translate?ref={UUID}%3Afx", f"https://x.example/secrets/crm/{MIXED}",
        f"https://x.example/cb?next=https%3A%2F%2Fx.example%2Fdone%3Ftoken%3D{MIXED[:20]}", f"https://x.example/#/in?token={MIXED[:20]}",
        f"https://x.example/cb?next=%2Fshare%2F{MIXED[:20]}", f"https://x.example/rpc/s/{MIXED}ab=/mcp",
        f"https://login.example.com/oauth/authorize?client_id=app&state={MIXED[:24]}", f"https://x.example/?text=open%20{MIXED[:24]}",
        f"https://x.example/q?f=%7B%22token%22:%22{MIXED[:20]}%22%7D", f"https://x.example/q?f=(password:{HEX})",
    ],
)  # fmt: skip
def test_an_address_whose_random_part_opens_something_loses_it(url: str) -> None:
    for clean in (redact_text(url), str(Redactor().row({"url": url})["url"])):
        assert MIXED[4:20] not in clean
        assert HEX[4:20] not in clean
        assert clean.startswith(url.partition("://")[0] + "://")


@pytest.mark.parametrize(
    "text",
    [
        "sonar.login={}", "sonar-scanner -Dsonar.login={} -X", "curl -u {}: https://api.example.com/v1/leads",
        "http -a {}: :8080", 'client = DeepgramClient("{}")', "twilio.Client('AC1', '{}')",
        "Deepgram api {}",
    ],
)  # fmt: skip
def test_a_key_in_the_place_of_a_user_or_of_an_argument_goes(text: str) -> None:
    assert redact_text(text.format(HEX + "01234567")) == text.format("***")
    assert redact_text(text.format("bob")) == text.format("bob")


def test_a_literal_of_a_secret_and_a_header_of_an_unknown_scheme_go() -> None:
    assert (
        redact_text(f"create secret generic crm --from-literal=a={MIXED}")
        == "create secret generic crm --from-literal=a=***"
    )
    assert redact_text(f"Authorization: Splunk {UUID}") == "Authorization: Splunk ***"
    assert redact_text(f"Use the apikey {UUID} there") == "Use the apikey *** there"


def test_an_address_under_the_name_of_what_may_be_a_key_keeps_what_is_no_secret() -> None:
    row = {"license": "https://creativecommons.example/licenses/by/4.0/A", "private": "https://API.example.com/v1/Chat"}
    assert Redactor().row(row) is row
    assert Redactor().row({"license": f"https://bob:{MIXED}@api.example.com/"}) == {
        "license": "https://***@api.example.com/"
    }
    assert Redactor().row({"pipedrive_api": HEX + "01234567"}) == {"pipedrive_api": "***"}
