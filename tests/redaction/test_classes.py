# SPDX-License-Identifier: Apache-2.0
"""Secrets by class: names in many languages, pairs, shapes, prose and commands; and what stays byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_provider_assistants.redaction.redactor import REDACTED, Redactor
from airflow_provider_assistants.redaction.text import redact_text

CANARY = "canary7x"
ALNUM = "Zk3vQ9xW2mT7pL5nB8cR4dF6hJ1sG0yAqE9uI2oP"
HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
#: As people choose one, so that only its place gives it away.
KEY = "Falcon-harbor-39"


@pytest.mark.parametrize(
    "key",
    [
        "senha", "chaveDeAcesso", "chave_api", "contraseña", "clave-de-acceso", "mot de passe", "cléAPI", "jeton",
        "Zugriffsschlüssel", "API-Schluessel", "Kennwort", "toegangssleutel", "hasło", "klucz_dostępu", "пароль", "ключ API",
        "κωδικός_πρόσβασης", "API密钥", "访问令牌", "パスワード", "APIキー", "비밀번호", "액세스_토큰", "şifre", "chiave_api",
        "lösenord", "jelszó", "mật_khẩu", "סיסמה", "पासवर्ड", "clientSecret2", "hubspot.access_token", "root_pw",
    ],
)  # fmt: skip
def test_a_name_in_any_language_hides_its_value(key: str) -> None:
    assert Redactor().row({"x": [{key: CANARY}]}) == {"x": [{key: REDACTED}]}
    assert Redactor().row({"x": {"name": key, "value": CANARY}}) == {"x": {"name": key, "value": REDACTED}}
    assert CANARY not in redact_text(f"{key} = {CANARY}")


@pytest.mark.parametrize(
    "pair",
    [
        {"header_name": "X-Api-Key", "header_value": CANARY}, {"HeaderName": "token", "HeaderValue": CANARY},
        {"Name": "password", "Value": CANARY}, {"k": "api_key", "v": CANARY}, {"nome": "senha", "valor": CANARY},
        {"type": "bearer", "value": CANARY}, {"secret": True, "value": CANARY}, {"название": "пароль", "значение": CANARY},
        {"authentication": {"type": "bearer", "value": CANARY}}, {"auth": {"scheme": "basic", "login": "x", "pw": CANARY}},
        {"pairs": [["X-Api-Key", CANARY], ["Accept", "json"]]}, {"args": ["run", "--token", "9f8a7b6c", "--v"]},
    ],
)  # fmt: skip
def test_one_member_names_what_another_one_holds(pair: dict[str, Any]) -> None:
    clean = json.dumps(Redactor().row({"x": pair}))
    assert CANARY not in clean
    assert "9f8a7b6c" not in clean
    assert all(kept in clean for kept in ("bearer", "basic") if kept in json.dumps(pair))


@pytest.mark.parametrize(
    "key",
    [
        "AC" + HEX, "GOCSPX-" + ALNUM[:28], "1//0" + ALNUM, "hvs." + ALNUM, "pypi-AgE" + ALNUM * 2, "123456789:AA" + ALNUM[:33],
        HEX * 2, "dapi" + HEX, "glc_" + ALNUM, "NRAK-" + ALNUM[:27].upper(), "gsk_" + ALNUM, ALNUM + "==",
        "MIIEvgIBADANBgkqhkiG9w0BAQEFAASC\nBKgwggSkAgEAAoIBAQC7\nVJTUt9Us8c==\n-----END PRIVATE KEY-----",
    ],
)  # fmt: skip
def test_a_known_shape_goes_wherever_it_stands(key: str) -> None:
    middle = key[len(key) // 3 :][:8]
    assert middle not in json.dumps(Redactor().row({"note": f"use {key}, please"}))


@pytest.mark.parametrize(
    "text",
    [
        f"cli --password {CANARY} --user bob", f"curl -u bob:{CANARY} https://x.example", f"sip:bob:{CANARY}@host",
        f"the password is {CANARY}.", f"a senha é {CANARY}", f"hasło to {CANARY}", f"密码是{CANARY}",
        f"パスワードは {CANARY} です",
        f"name: API_KEY\n  value: {CANARY}", f"<password>{CANARY}</password>", f"ENV API_KEY {CANARY}",
        f"define('DB_PASSWORD', '{CANARY}')",
        f"docker login -u bob -p {CANARY} reg", f"Cookie: a={CANARY}; b={CANARY}",
        f'Authorization: Digest username="u", response="{CANARY}"', f"mysql -u bob -p{CANARY} db", "the PIN is 4711",
        f"a1 LOGIN bob@example.com {CANARY}", f"331 go on\nPASS {CANARY}\n230 in", f"user bob on >{CANARY} ~* +@all",
        f"[smtp.example.com]:587 bob:{CANARY}", f"kubectl create secret generic x --from-literal=crm={CANARY}",
        f"sipp -au 1001 -ap {CANARY} pbx.example.com", f"openssl enc -d -aes-256-cbc -in a -out b -k {CANARY}",
        f'--b\nContent-Disposition: form-data; name="password"\nContent-Type: text/plain\n\n{CANARY}\n--b--',
    ],
)  # fmt: skip
def test_prose_commands_and_settings_that_name_a_secret(text: str) -> None:
    clean = redact_text(text)
    assert CANARY not in clean
    assert "4711" not in clean
    assert redact_text(clean) == clean


@pytest.mark.parametrize("secret", ["Kx7pQ2mZ9vR4tW8b", "canary#7x", "Falcon-canary-39"])
@pytest.mark.parametrize(
    "text",
    [
        "Auth with the value {} on each call.", "The portal lets you in with {}.", "The file opens with {}.",
        "Every request carries {} as its key.", "{} (password of the fax server)", "Auth: {}",
        "The guest portal for staff: bob - {}", "fs_cli -H pbx -P 8021 -p {} -x status", 'zfs load-key tank <<< "{}"',
        "if {{{{password}}}} is {} go on", "const apiKey = process.env.KEY || '{}';", 'val token: String = "{}"',
        "Q: API key? A: {}", "api_keys:\n  crm: {}",
    ],
)  # fmt: skip
def test_what_lets_somebody_in_goes_although_its_name_says_little(text: str, secret: str) -> None:
    assert redact_text(text.format(secret)) == text.format("***")


@pytest.mark.parametrize(
    "text",
    [
        "Bearer {{token}}", "Bearer {{ token }} and go on", "https://h.example/x?id={{id}}&t={{ t }}", "password=${PASSWORD}",
        "token: {token}", "use <token> as token: <token>", "%TOKEN%", "https://{{user}}:{{pw}}@h/x", "api_key=YOUR_API_KEY",
        "Authorization: ask a manager", "token_expiry_seconds: 3600", "max_tokens=4000", "The token limit is 128000 tokens",
        "password (min. 8 characters)", "sha256:" + HEX * 2, "Password: required",
        "curl -H 'Authorization: Bearer $TOKEN' https://h/v1",
        "最大トークン数: 128000", "https://h.example/orders?page=2&per_page=100", "s3://lake/dt=2026-11-21/x.parquet",
        "abfss://lake@account.dfs.core.windows.net/calls", "pass the token to user123@example.com",
        "The webhook is signed with HMAC-SHA256.", "Sign in with Google2 or Office365.", "The PDF opens with Acrobat 2024.",
        "Partition key is dt=2026-11-21/hour=07.", "Prior authorization: PA-2026-00123 is approved.", "api_key: ENC[PKCS7,abc]",
        "gcloud secrets versions access latest --secret=deepgram",
        "const token = await auth.getToken({ template: 'supabase-v2' });",
        "PASS tests/auth2.test.ts", "The file opens with LibreOffice-24.8 too.", "docker compose -p voice2 up -d",
        "const token = process.env.TOKEN || '';", '"password": { "type": "string", "minLength": 12 }', "bc <<< '12*365+1'",
        "Login via /oauth2/authorize?response_type=code only.",
        "sed 's/API_KEY=.*/API_KEY=$NEW/' .env",
        f"https://app.box.com/s/{HEX}", f"https://acme.notion.site/{HEX}?v={HEX}", f"https://airtable.com/shr{HEX[:14]}",
        "https://help.example.com/articles/4400000000000-Reset-password",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_secret_survives_byte_for_byte(text: str) -> None:
    assert redact_text(text) == text
    row = {"system_prompt": text, "json": json.dumps({"note": text})}
    assert Redactor().row(row) is row


@pytest.mark.parametrize(
    "row",
    [
        {"token_expiry_seconds": 3600, "cookie_max_age": 60, "password_min_length": 8, "auth_type": "bearer"},
        {
            "access_token_expires_in": 86400,
            "api_key_name": "production",
            "palabras_clave": "agenda",
            "キーワード": "予約",
        },
        {
            "properties": {"password": {"type": "string", "description": "The caller's password"}},
            "required": ["password", "token"],
        },
        {"authentication": {"type": "oauth2", "token_url": "https://h.example/token"}, "sha256": HEX * 2},
        {"headers": {"Content-Type": "application/json", "Authorization": "Bearer {{token}}"}},
        {
            "table_headers": ["Name", "Phone"],
            "name": "Password reset",
            "content": "Tell them to open the page and click reset.",
        },
        {
            "adminPassword": {
                "reference": {"keyVault": {"id": "/subscriptions/0/vaults/kv"}, "secretName": "vmPassword"}
            }
        },
        {"strings": {"password": "Mot de passe", "otp": "Code à usage unique"}},
        {"city": "Pune", "location": {"pincode": "411001"}},
        {"otp": {"label": "One-time code", "resend": "Send again"}},
        {"validity_units": {"AccessToken": "minutes", "RefreshToken": "days"}},
        {"headers": {"X-Api-Version": "2024-10", "Cookie": "sid=${sid}"}},
    ],
)
def test_settings_schemas_and_templates_stay(row: dict[str, Any]) -> None:
    assert Redactor().row(row) is row


@pytest.mark.parametrize(
    "row",
    [
        {"properties": {"password": {"type": "string", "enum": [KEY]}}},
        {"dynamic_variable_placeholders": {"api_token": KEY, "city": "Berlin"}},
        {"strings": {"password": "Password"}, "defaults": {"password": KEY}},
        {"otp": {"label": "One-time code", "secret": KEY}},
        {"password": {"reference": {"note": "see vault"}, "fallback": KEY}},
        {"login": {"label": "Password", "password": "Falcon"}},
    ],
)
def test_a_secret_among_what_only_describes_one_goes(row: dict[str, Any]) -> None:
    clean = json.dumps(Redactor().row(row))
    assert KEY not in clean
    assert "Falcon" not in clean


@pytest.mark.parametrize("number", ["1e400", "-1E999", "1.50", "123456789012345678901234567890", "1e-400"])
def test_json_in_a_text_keeps_all_that_is_not_redacted_as_it_is_written(number: str) -> None:
    text = f' {{"n" : {number}, "api_key":"canary",\n "x": ["\\u00e9", {{ "token" : "y" }}]}} '
    expected = text.replace("canary", "***").replace('"y"', '"***"')
    assert Redactor().row({"config": text}) == {"config": expected}


@pytest.mark.parametrize(
    "key",
    [
        "cko_" + ALNUM[:30], "shippo_live_" + HEX + "01234567", "bb_live_" + ALNUM[:27], "infr_" + ALNUM[:32], "dd_" + HEX,
        "glhf_" + HEX, "api-0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", "1000." + HEX + "." + HEX,
        "2/1204567890123/1205567890123:" + HEX,
        HEX + HEX[:24], HEX + ":" + HEX, HEX + "." + ALNUM[:16], "access_token$production$abcd1234efgh5678$" + HEX,
    ],
)  # fmt: skip
def test_a_key_of_an_unlisted_shape_goes_by_its_randomness(key: str) -> None:
    for text in (f"used {key} before", key):
        assert key[-10:] not in json.dumps(Redactor().row({"note": text}))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "xyz_" + ALNUM[:30]), ("version_id", ALNUM[:32]), ("containerId", HEX * 2), ("request_id", ALNUM[:32]),
        ("cache_key", HEX * 2), ("gclid", "Cj0KCQ" + ALNUM * 2), ("integrity", "sha384-" + (ALNUM * 2)[:64]),
        ("note", "call_" + HEX), ("note", "price_" + ALNUM[:24]), ("note", HEX * 2 + "  file.tar.gz"),
        ("note", HEX + ":0123456789abcdef"),
        ("transaction_hash", "0x" + HEX * 2),
    ],
)  # fmt: skip
def test_an_id_stays_where_its_key_or_its_prefix_calls_it_one(key: str, value: str) -> None:
    row = {"x": [{key: value}]}
    assert Redactor().row(row) is row


@pytest.mark.parametrize("key", ["id", "requestId", "cache_key"])
def test_a_key_of_a_known_shape_goes_under_an_id_too(key: str) -> None:
    assert Redactor().row({key: "sk-proj-" + ALNUM}) == {key: REDACTED}
    assert Redactor(known_secrets=["xyz_" + ALNUM]).row({key: "xyz_" + ALNUM}) == {key: REDACTED}


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer @token@", "Authorization: Bearer $accessToken", "api_key: TODO", "password: CHANGE_ME",
        "api_key: projects/crm/secrets/stripe/versions/latest", "api_key = module.crm.api_key", "token = get_token()",
        "password: /run/secrets/password", "password: file:///run/secrets/password", "api_key: op://vault/item/key",
        "Authorization: Bearer $(gcloud auth print-access-token)", "https://x.example/v1?token=__TOKEN__",
        "https://x.example/v1?token=YOUR_TOKEN", "https://x.example/v1?token=xxxx", "token = self.token", "api_key: sk-YOUR_KEY",
        "https://x.example/v?v=1.2.3&lang=pt-BR&tz=America%2FNew_York&w=640&h=480",
        "https://x.example/v?start=2026-11-21T10:00:00Z&utm_campaign=Spring2026&utm_source=Newsletter",
        "https://x.example/v?id=42&order_id=10023&api-version=2024-10-21&debug=true",
    ],
)  # fmt: skip
def test_references_templates_and_harmless_queries_stay(text: str) -> None:
    assert redact_text(text) == text
    row = {"note": text}
    assert Redactor().row(row) is row
