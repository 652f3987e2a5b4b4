# SPDX-License-Identifier: Apache-2.0
"""Secrets and personal data inside text: what goes, what stays, and that no text is slow."""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_assistants.redaction.personal import redact_personal
from airflow_provider_assistants.redaction.text import redact_shapes, redact_text, redact_url, secret_parts

RANDOM = "Zk3vQ9xW2mT7pL5nB8cR4dF6hJ1sG0yA"
HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
UUID = "a7b3c942-5f1e-4d28-8c59-2e4f7a8b9c3d"


@pytest.mark.parametrize(
    ("url", "redacted"),
    [
        ("https://user:pw@crm.example.com/calls", "https://***@crm.example.com/calls"),
        ("https://pw@crm.example.com:8443/calls", "https://***@crm.example.com:8443/calls"),
        ("postgresql://app:p/w?d#x@db/prod", "postgresql://***@db/prod"),
        ("redis://:pw@cache:6379/0", "redis://***@cache:6379/0"),
        ("https://h/p?token=abc&v=1", "https://h/p?token=***&v=1"),
        ("https://h/p?flag&empty=", "https://h/p?flag&empty="),
        (f"https://h/p?{HEX}", "https://h/p?***"),
        ("https://h/p?t=12|abc", "https://h/p?t=***"),
        ("https://h/p?u=https://x:y@z/?t=1", "https://h/p?u=***"),
        ("https://h/p#access_token=abc&state=x", "https://h/p#access_token=***&state=***"),
        ("https://h/p#section", "https://h/p#section"),
        ("https://h/q;jsessionid=abc", "https://h/q;jsessionid=***"),
        (
            f"https://hooks.slack.com/services/T0AB12CD3/B0AB12CD3/{RANDOM}",
            "https://hooks.slack.com/services/T0AB12CD3/B0AB12CD3/***",
        ),
        ("https://hook.eu1.make.com/abcdefghijklmnopqrstuvwxyz012345", "https://hook.eu1.make.com/***"),
        ("https://hooks.zapier.com/hooks/catch/1234567/b0c1d2e/", "https://hooks.zapier.com/hooks/catch/***/***/"),
        (f"https://n8n.example.com/webhook/{UUID}", "https://n8n.example.com/webhook/***"),
        (f"https://n8n.example.com/webhook-test/{UUID}", "https://n8n.example.com/webhook-test/***"),
        (
            f"https://discord.com/api/webhooks/123456789012345678/{RANDOM}-x_y",
            "https://discord.com/api/webhooks/***/***",
        ),
        ("https://api.telegram.org/bot123456:ABC-DEF1234ghIkl/send", "https://api.telegram.org/***/send"),
        ("https://proxy/https://u:p@h/x", "https://proxy/https://***@h/x"),
        ("/relative?token=abc", "/relative?token=***"),
    ],
)
def test_urls_lose_their_secrets_and_keep_the_rest(url: str, redacted: str) -> None:
    assert redact_url(url) == redacted
    assert redact_url(redacted) == redacted
    if "://" in url:
        assert redact_shapes(f"Posting to ({url} failed") == f"Posting to ({redacted} failed"


@pytest.mark.parametrize(
    "url",
    [
        "https://yourcompany.com/api/webhooks/sales-calls",
        "https://app.autocalls.ai/api/user/assistants/get",
        "https://cdn.example.com/voices/adrian.mp3",
        f"https://app.example.com/assistants/{UUID}/edit",
        "https://[::1]:8080/v1/chat/completions",
        "https://medium.com/@somebody/a-long-story-about-voice-agents-in-2024",
        "wss://api.example.com:443/v2/realtime",
        "https://example.com/kb/how-to-book-an-appointment-2025-edition",
    ],
)
def test_plain_urls_stay(url: str) -> None:
    assert redact_url(url) == url
    assert redact_shapes(f"See {url} for more.") == f"See {url} for more."


@pytest.mark.parametrize(
    "secret",
    [
        "abcDEF123456",
        "sk-abcdefghij0123456789",
        "sk-proj-abcdefghijk",
        "sk_live_abcdefgh",
        f"sk_{HEX}",
        f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{RANDOM}",
        "AKIAIOSFODNN7EXAMPLE",
        "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
        "xoxb-123456789012-abcdefghij",
        "ghp_" + RANDOM,
        "github_pat_11ABCDEFG0abcdefghij",
        "glpat-abcdefghij1234567890",
        "burki_live_abc123",
        "burki_" + RANDOM,
        "12|" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA2cE4gI6kM8oQ0s",
        "cal_live_0123456789abcdef",
        "SG." + RANDOM,
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/=\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIEow+/= and the rest was cut off",
    ],
)
def test_keys_that_their_shape_gives_away_go_from_prose(secret: str) -> None:
    text = f"It said: Bearer {secret}" if secret == "abcDEF123456" else f"It said ({secret}"
    redacted = redact_text(text)
    assert secret[-6:] not in redacted
    assert redacted.startswith("It said")
    assert redact_text(redacted) == redacted


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {RANDOM}",
        "authorization: Basic Y2FuYXJ5OmNhbmFyeQ==",
        "Basic dXNlcjpwYXNz",
        "X-API-KEY: canary",
        "api_key=canary",
        "Invalid API key: canary-0123",
        '{"api_key": "canary, canary", ',
        "{'authToken': 'can\"ary'}",
        '{\\"clientSecret\\": \\"canary\\"}',
        "Server=db;User Id=sa;Password=canary;Encrypt=yes",
        "Cookie: session=canary; canary=1",
        "password => 'canary'",
        "--token=canary",
    ],
)
def test_what_a_text_names_a_secret_goes(text: str) -> None:
    redacted = redact_text(text)
    assert "canary" not in redacted.replace("canary=1", "")
    assert RANDOM not in redacted
    assert "dXNlcjpwYXNz" not in redacted
    assert "Y2FuYXJ5" not in redacted
    assert "***" in redacted
    assert redact_text(redacted) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "The bearer of bad news, Bearer authentication, a Bearer token",
        "Basic information about basic JavaScript",
        "Password: ask the caller for it",
        "The vendor does not accept the API key: Unauthenticated – Put a valid key there",
        "The token: The key is unknown",
        "max_tokens=4000 token_count: 12 tokens: 7",
        "2025-07-15T14:32:15.000000Z",
        "risk-assessment-2024, task_force_2025, desk-booking",
        "America/Los_Angeles",
        "#2563eb",
        "text-embedding-3-small",
        "EXAVITQu4vr4xnSDxMaL",
        UUID,
        "Say: Hello! How are you today? token=None",
        "***",
        "",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "def connect(token: TIToken = CurrentTIToken, credentials: ReadOnlyCredentials) -> OpenLineageRedactor:",
        "    auth_token: str | None = None,\n    token: TIToken,",
        'waiter_args = {"applicationId": application_id, "sessionId": session_id}',
        'SECRET_KEY = b64encode(os.urandom(16)).decode("utf-8")',
        "if conn.password:\n    mask_secret(conn.password)",
        "access_token = fetch_access_token_for_cluster(",
        "token = (await initial_token_data.get_frozen_token()).token",
        "from fastapi.security import HTTPBearer, OAuth2PasswordBearer",
        'ACCESS_TOKEN = "access_token"',
        "self._secret_key = value",
        "endpoint = f'{scheme}://{host}:{port}/v1/traces'",
        "the task that is identified by the token",
        "echo 'Enter the PIN:' && read -rs PIN && ./verify",
        'secrets_client.get_secret_value(SecretId="prod/crm")',
        "aws ssm put-parameter --name /voice/key --type SecureString --value file://key.txt",
        ":type credentials: :py:class:`~botocore.credentials.Credentials`",
        "at security.password.DelegatingPasswordEncoder.matches(DelegatingPasswordEncoder.java:233)",
        "docker run --secret id=npm,src=.npmrc voice:1.4",
        "pin SMALLINT CHECK (pin BETWEEN 0 AND 9999)",
        "$cred = New-Object PSCredential($user, $password)",
        'self.password_input = page.get_by_label("Password2")',
        "kubectl get secrets --as=system:serviceaccount:voice:airflow",
    ],
)
def test_programs_that_handle_secrets_stay(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        'token = await get_token(client, "s3cr3tV4lue99")',
        'def connect(password: str = "s3cr3tV4lue99") -> Client:',
        'login(user="bob", password="s3cr3tV4lue99")',
        'print("password:", "s3cr3tV4lue99")',
        "create user bob identified by s3cr3tV4lue99;",
        '{"apiKey":"s3cr3tV4lue99","project":"voice"}',
        "config['token'] = 's3cr3tV4lue99'",
        "password = Variable.get('crm_password', default_var='s3cr3tV4lue99')",
        "password: s3cr3tV4lue99,",
    ],
)
def test_secrets_in_programs_go(text: str) -> None:
    assert "s3cr3tV4lue99" not in redact_text(text)


@pytest.mark.parametrize("secret", ["1|abc", 'p/w d+ä&"x', "plainsecret", "x" * 64])
@pytest.mark.parametrize("before", ["", "u:", "me:", "user:"])
def test_known_secrets_go_in_every_form(secret: str, before: str) -> None:
    encoded = b64encode(f"{before}{secret}".encode()).decode()
    texts = [secret, quote(secret, safe=""), quote(secret, safe="").lower(), json.dumps(secret), json.dumps([secret])]
    for text in texts:
        redacted = redact_text(f"a{text}b", known_secrets=[secret, ""])
        assert text.strip('[]"') not in redacted
        assert redacted.startswith("a")
        assert redacted.endswith("b")
    core = encoded.rstrip("=")[len(before) * 2 : -2]
    if len(core) > 8:
        assert core not in redact_text(encoded, known_secrets=[secret])


def test_short_known_secrets_do_not_blot_out_text() -> None:
    assert redact_text("abc", known_secrets=["a", "", "***", "*****"]) == "abc"


@pytest.mark.parametrize(
    ("secret", "parts"),
    [
        ("12|aB3dE5gH7jK9", ("12|aB3dE5gH7jK9", "aB3dE5gH7jK9")),
        ("12%7CaB3dE5gH7jK9", ("12%7CaB3dE5gH7jK9", "12|aB3dE5gH7jK9", "aB3dE5gH7jK9")),
        ("plainsecret\n", ("plainsecret\n", "plainsecret")),
        ("Bearer 1|aB3dE5gH7jK9", ("Bearer 1|aB3dE5gH7jK9", "1|aB3dE5gH7jK9", "aB3dE5gH7jK9")),
        ("proxy-user:p%40ssword", ("proxy-user:p%40ssword", "proxy-user:p@ssword", "p%40ssword", "p@ssword")),
        ("1|short", ("1|short",)),
        ("", ()),
    ],
)
def test_a_part_that_opens_the_same_door_is_known(secret: str, parts: tuple[str, ...]) -> None:
    assert secret_parts(secret) == parts
    for part in parts:
        for form in (part, quote(part, safe=""), json.dumps(part)[1:-1], b64encode(part.encode()).decode()):
            assert redact_text(f"<{form}>", known_secrets=[secret]) == "<***>"


@pytest.mark.parametrize(
    "number",
    [
        "+15550101234", "+1 (555) 010-1234", "+49 171 2345678", "+44 20 7946 0958",
        "tel:+15550101234", "(555) 212-1234",
        "555-212-1234", "555.212.1234", "1-800-555-0199", "0171 2345678", "030/1234567", "06 12 34 56 78",
        "0049 171 2345678", "(11) 98765-4321", "11 98765-4321", "98765 43210", "phone:+15550101234",
        "https://wa.me/?text=%2B15550101234",
    ],
)  # fmt: skip
def test_telephone_numbers_go(number: str) -> None:
    redacted = redact_personal(f"Call {number} now")
    assert not [digits for digits in ("1234", "5678", "0958", "4321", "0199", "3210", "56 78") if digits in redacted]
    assert redacted.startswith("Call ")
    assert redacted.endswith(" now")
    assert redact_personal(redacted) == redacted


@pytest.mark.parametrize(
    "mail", ["a@b.co", "jane.doe+x@mail.example.com", "jürgen@müller.de", "a%40b.example", "x@[127.0.0.1]"]
)
def test_mail_addresses_go(mail: str) -> None:
    assert redact_personal(f"Write to <{mail}>, please") == "Write to <***>, please"


@pytest.mark.parametrize(
    "text",
    [
        UUID, "2025-07-15T14:32:15.000000Z", "2025-08-04 14:30:00", "2023-11-07T05:31:56+00:00",
        "01-02-2024", "31.12.2024",
        "1752589935", "15550101234567", "0.02000000", "-0.35", "12 000 000", "1,234,567.89", "#2563eb", "#123456789",
        "10.20.30.40", "9:00-17:00", "asst_a1b2c3d4e5f67890", "v1.2.3456789", "98765-4321", "in 2024 - 2025", "@handle",
        "1234567890123456", "order 1234567890", "200 x 300 x 4000", "000123456789", "gpt-4-0125-2024",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_or_an_address_stays(text: str) -> None:
    assert redact_personal(text) == text


PIECES = [
    "://", "https://", "a", "@", ":", "?", "#", "=", "&", "/", "'", '"', " ", "***", "Bearer ",
    "Basic ", "token", "api_key",
    "password", "1|", RANDOM, HEX, UUID, "eyJ", "sk-", "sk_live_", "hook", "\\", ",", ";", "0",
    "+", "-", ".", "\n", "{", "}",
    "-----BEGIN PRIVATE KEY-----", "%40", "%", "Authorization", "dXNlcjpwYXNz", "known-secret", "AKIA", "é", "x1y2",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("://'Authorization::https://")
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact_text(text, known_secrets=["known-secret"])
    assert "known-secret" not in once
    assert redact_text(once, known_secrets=["known-secret"]) == once


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    redact_text(text)
    redact_url(text)
    redact_personal(text)


HOSTILE = [
    "a", " ", "0", "-", "_", ".", "@", ":", "=", "/", "://", "a@", "a.", "a@a.", "+1", "1 ", "(1",
    "eyJ-", "sk-a-", "sk_a_",
    "Bearer ", "Basic a", "-----BEGIN PRIVATE KEY", "-----BEGIN PRIVATE KEY-----", "password:",
    "password=", "token='", 'token="',
    "api_key : ", "https://a/", "://a:b", "http://a@b/?c=d&", "1|", "%40", "&a", "a,", "\\", "{",
    "[", '"', "hook/", "0 1", "ghp_",
    "xoxb-", "key-", "token=a&", "password: bearer ", "\u00e9", "A9-",
    "api_key: ", "пароль: ", "密码：", "비밀번호: ", "token ：", "token=your_", "token: ${", "token: a b ", "api key: test, ",
    "Cookie: ", "Cookie: a; ", "Authorization: ", "Authorization: AWS4 a=", "token=a&b=", "token => ", "x_key=",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_of_a_megabyte_come_to_an_end(piece: str) -> None:
    """Nothing is timed: a pattern that is not linear would keep the suite from ending."""
    text = piece * (1_000_000 // len(piece)) + "\x00"
    assert redact_personal(redact_text(text, known_secrets=["1|known-secret"])).endswith(("\x00", "***"))


@pytest.mark.parametrize(
    "text",
    [
        f"token={'x' * 300}y",
        f"token={'X*' * 150}!",
        f"see https://a.example/{{{{id}}}}{'a' * 300}!!",
        f"see https://a.example/{{{{id}}}}{'1' * 300}{{",
    ],
)
def test_what_is_almost_a_placeholder_comes_to_an_end(text: str) -> None:
    """Nothing is timed: a pattern that tries every way to part a run would take longer than there is time."""
    assert redact_text(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Cookie: Cookie: Cookie: a=b; c=d\nnext: 1", "Cookie: ***\nnext: 1"),
        (f"token={'Ab1' * 2_000} and more", "token=*** and more"),
        (f"token={'a,b;' * 300} and more", "token=***; and more"),
        ("Authorization: AWS4 a=1, b=Zx81kQm2 Authorization: AWS4 b=Zx81kQm2", "Authorization: ***"),
    ],
)
def test_a_long_secret_goes_to_its_end(text: str, clean: str) -> None:
    assert redact_text(text) == clean
