# SPDX-License-Identifier: Apache-2.0
"""What holds for each case besides being hidden or unharmed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from tests.redaction_corpus.cases import Case
from tests.redaction_corpus.measure import Engine, redact
from tests.redaction_corpus.search import serialized
from tests.redaction_corpus.shapes import BASE_ROW, Planted

#: JSON in a string whose numbers and escapes a decoder and an encoder do not give back, beside a secret.
_EMBEDDED: Final = [
    json.dumps({"config": text.replace("SECRET", "sk_live_4eC39HqLyjWDarjtT1zdp7dc")})
    for text in (
        '{"api_key": "SECRET", "limit": 1e400}',
        '{"api_key": "SECRET", "limit": -1e400, "list": [1E999]}',
        '{"password": "SECRET", "big": 123456789012345678901234567890}',
        '{"token": "SECRET", "price": 1.10, "exact": 0.1000000000000000055511151231257827}',
        '{"token": "SECRET", "text": "\\ud83d\\ude00 \\u0000 \\/ \\"quoted\\""}',
        '{"token": "SECRET", "lone": "\\ud83d"}',
        '{"nested": "{\\"api_key\\": \\"SECRET\\", \\"limit\\": 1e400}"}',
        '[{"name": "api_key", "value": "SECRET"}, 1e400, null, true]',
    )
]


class Check(NamedTuple):
    """
    Of how many cases something does not hold.

    :param name: What should hold.
    :param cases: How many cases were checked.
    :param failures: The titles of those for which it does not hold.
    """

    name: str
    cases: int
    failures: list[str]


def run_checks(cases: Iterable[Case], engine: Engine = redact) -> list[Check]:
    """Return what holds for how many of the cases."""
    cases = list(cases)
    # What is held out is not shown.
    results = [
        (case.title if case.half == "tuned" else "(held out)", case.planted, engine(case.planted)) for case in cases
    ]
    embedded = [(text, json.loads(text), engine(json.loads(text))) for text in _EMBEDDED]
    rows = [each for each in results if isinstance(each[1], dict)]
    return [
        _check(
            "redacting twice is redacting once",
            results,
            lambda _, clean: serialized(engine(clean)) == serialized(clean),
        ),
        _check("JSON in a string stays JSON", [*rows, *embedded], _is_still_json),
        _check("fields beside a secret are unharmed", rows, _has_base_row),
    ]


def _check(name: str, results: list[tuple[str, Any, Any]], holds: Callable[[Any, Any], bool]) -> Check:
    return Check(name, len(results), [title for title, planted, clean in results if not holds(planted, clean)])


def _has_base_row(planted: dict[str, Any], clean: dict[str, Any]) -> bool:
    return all(clean.get(key) == value for key, value in BASE_ROW.items() if planted.get(key) == value)


def _is_still_json(planted: Planted, clean: Planted) -> bool:
    pairs = zip(_texts(planted), _texts(clean), strict=False)
    return all(_is_json(after) for before, after in pairs if before[:1] in ("{", "[") and _is_json(before))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _is_json(text: str) -> bool:
    def refuse(name: str) -> None:
        raise ValueError(f"{name} is not JSON")

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True


#: Beginnings that a pattern might try anew at each of many places.
_BEGINNINGS: Final = {
    "letters": "a",
    "digits": "7",
    "spaces": " ",
    "newlines": "\n",
    "names": "password ",
    "names and colons": "api_key: ",
    "names and equals signs": "token=",
    "quotes": '"key": "',
    "backslashes": '\\"',
    "braces": '{"a":',
    "brackets": "[",
    "tags": "<password>",
    "options": "--password ",
    "URLs": "https://a:b@",
    "queries": "https://a.b/?k=v&",
    "percent signs": "%25",
    "PEM": "-----BEGIN PRIVATE KEY-----\n",
    "PEM without an end": "-----BEGIN ",
    "base64": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.",
    "bearer": "Authorization: Bearer ",
    "prefixes": "sk-",
    "placeholders": "{{token}} ",
    "open placeholders": "{{",
    "bars": "12|",
    "SIP": "sip:a:",
    "curl": "curl -u ",
    "Cyrillic": "пароль: ",
    "Chinese": "密码：",
    "Korean": "비밀번호: ",
    "wide colons": "token ：",
    "arrows": "token => ",
    "cookies": "Cookie: ",
    "cookies without a value": "Cookie: a; ",
    "headers": "Authorization: ",
    "signatures": "Authorization: AWS4 a=",
    "queries without URLs": "token=a&b=",
    "examples": "token=your_",
    "shell variables": "token: ${",
    "words after names": "api key: test, ",
}


class Growth(NamedTuple):
    """
    How the time of a text grows with its length.

    :param name: What the text repeats.
    :param short: Seconds of CPU for 10 KB.
    :param long: Seconds for 100 KB; ten times as many are linear.
    """

    name: str
    short: float
    long: float


def measure_growth(engine: Engine = redact, *, kilobytes: int = 10) -> list[Growth]:
    """Return how long adversarial texts take, each as the value of a row; the slowest growth first."""
    found = []
    for name, unit in _BEGINNINGS.items():
        texts = [{"notes": unit * (size * 1_000 // len(unit))} for size in (kilobytes, kilobytes * 10)]
        found.append(Growth(name, *(min(_seconds(engine, text) for _ in range(3)) for text in texts)))
    return sorted(found, key=lambda each: each.long / each.short, reverse=True)


def _seconds(engine: Engine, row: dict[str, Any]) -> float:
    before = time.process_time()
    engine(row)
    return time.process_time() - before
