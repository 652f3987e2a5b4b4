# SPDX-License-Identifier: Apache-2.0
"""
Secrets inside URLs: user-info, the values of queries and fragments, and path segments that are tokens.

Scheme, host, plain path and the names of parameters stay, so that it is still known where a URL leads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from airflow_provider_assistants.redaction.names import KeyMeaning, secret_meaning
from airflow_provider_assistants.redaction.object_ids import is_object_id, names_object
from airflow_provider_assistants.redaction.placeholders import is_placeholder
from airflow_provider_assistants.redaction.randomness import (
    REDACTED,
    SHORTEST_RANDOM,
    has_random_run,
    is_uuid,
    looks_random,
)
from airflow_provider_assistants.redaction.url_frames import UrlFrames
from airflow_provider_assistants.redaction.url_hosts import (
    FILE_HOST,
    OPENING_PATH,
    PAGE_FRAGMENT,
    PAGE_HOST,
    PAGE_QUERY,
    VAULT_HOST,
)
from airflow_provider_assistants.redaction.url_names import DIGEST, NAME, is_name

__all__ = [
    "SUSPICIOUS_RELATIVE_URL",
    "SUSPICIOUS_URL",
    "is_in_url",
    "redact_relative_urls",
    "redact_url",
    "redact_urls",
    "url_frame",
]

#: What follows a scheme, up to where prose goes on. A single quote ends it unless the URL visibly continues.
_QUOTE = r"'(?=[\w%&=/@])"
#: A placeholder may hold what else ends a URL.
_TEMPLATED = r"\{\{[^{}\n]{1,80}\}\}"
_AFTER_SCHEME = re.compile(
    rf"://(?=[^\s\"'<>\\]|{_QUOTE})(?:[^\s\"'<>\\{{]+|{_TEMPLATED}|\{{)*(?:{_QUOTE}(?:[^\s\"'<>\\{{]+|{_TEMPLATED}|\{{)*)*"
)
#: What follows the scheme of a text that is one URL.
_ALL_OF_IT = re.compile(r"[!#-&(-;=?-\[\]-z|}~]+")
_PART_OF_URL = re.compile(r"[^\s\"'<>\\]*")
_LONGEST_URL: Final = 2_048
_DIGIT = re.compile(r"[0-9]")
#: By these names nobody is let in, so that a harmless value may mix letters and digits: a model, a version, a campaign.
_HARMLESS_NAMES = frozenset(
    """
    page per_page perpage limit offset skip size page_size sort sort_by order order_by direction status from to since until
    start end date month year day lang language locale format encoding sample_rate channels type mode view tab q query search
    filter fields include expand version utm_source utm_id utm_medium utm_campaign utm_content utm_term model voice region country
    city zoom width height w h timezone tz currency quantity count max min page_number interim_results punctuate
    v ver api_version api-version hl gl locales time at after before period interval duration step quality dpr fit crop auto
    color colour theme variant units unit lat lng lon ll z level category topic tag tags source medium campaign ref_src embed
    autoplay loop muted controls debug verbose pretty dry_run draft preview output output_format response_format file_format
    bitrate channel container smart_format diarize profanity_filter endpointing multichannel numerals utterances vad_events
    optimize_streaming_latency sslmode connect_timeout timeout retrywrites charset useunicode usessl ssl application_name
    pool_size action title name id ids order_id customer_id product_id item_id user_id account_id agent_id assistant_id
    calendar_id event_id campaign_id lead_id contact_id call_id location_id store_id shop_id include_deleted with_count
    tier role group groupby group_by aggregate metric metrics dimensions columns select distinct orderby sortby sort_dir
    sort_order ascending desc asc transport protocol amount price size_id cursor_type weekday hour minute family display
    provider event operationname operation service product text subject body usp
    """.split()
)
#: Names of what lets somebody in, though none of them is a secret's name elsewhere.
_OPENING_NAMES = frozenset("key code sig sign signature auth ticket access login state nonce k p pw u h s".split())
_HARMLESS_NUMBER = re.compile(r"[0-9]{1,3}")
_LONGEST_OF_PAGE: Final = 100
#: A number, a date, a time, coordinates, a telephone number, a version.
_FIGURES = re.compile(
    r"(?:[+\-]|%2B)?[0-9]{1,20}(?:(?:[.,:\-/]|%2C|%3A)[+\-]?[0-9]{1,10}){0,6}|v?[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|%20|\+)[0-9:]{2,8}(?:%3A[0-9]{2}){0,2}(?:[.][0-9]{1,6})?(?:Z|[+\-][0-9:]{4,5})?"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|sha(?:1|256)?[\-:][0-9a-f]{7,64}"
    r"|(?:scheduled|manual|backfill|asset_triggered|dataset_triggered)__[\w:+.%\-]{8,80}"
)
_JOINT = r"(?:[_+,.\-/:;@|*]|%20|%2[BCF]|%3[AB]|%7C){1,3}"
_WORD = r"(?:[a-z]{1,16}|[A-Z][a-z]{1,15}|[A-Z]{1,8}|[a-z]{1,12}[A-Z][a-z]{2,12})"
#: Words, of any case; and words in lower case among numbers, as slugs have them.
_WORDS = re.compile(rf"-?(?:/|%2F)?{_WORD}(?:{_JOINT}{_WORD}){{0,9}}")
_SLUG = re.compile(
    rf"(?:/|%2F)?[a-z]{{1,16}}(?:{_JOINT}(?:[a-z]{{1,16}}|[0-9]{{1,8}})){{1,9}}|[a-z]{{1,4}}[0-9]{{1,4}}|[0-9]{{1,6}}[a-z]{{1,4}}"
)
#: The same with letters and digits in one word, but no more than a model or a version has: ``gpt-4o``, ``spring2026``.
_MIXED = r"(?:[A-Za-z]{1,24}|[0-9]{1,8}|[A-Za-z]{0,3}[0-9]{1,4}[a-zA-Z]{0,4}|[A-Z]?[a-z]{1,12}[0-9]{1,4}|linear(?:8|16|24|32))"
_NUMBERED_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Z]?[a-z]{3,12}[0-9]{1,4}(?![A-Za-z0-9])")
_NAMED_SLUG = re.compile(rf"-?{_MIXED}(?:{_JOINT}{_MIXED}){{0,11}}")
_LONGEST_HARMLESS_VALUE = 120
#: Values of a data lake's partitions.
_MAP = re.compile(r"(?:![0-9]{1,2}[a-z][^!/]{0,60}){1,40}")
_PARTITION = re.compile(r"[0-9]{1,4}(?:-[0-9]{2}){0,2}|[a-z]{1,16}(?:_[a-z]{1,16}){0,3}")
_SAYS_SIGNED = re.compile(r"(?i)token|hmac|sig|secret|policy|auth|key|private|pass|hook")
_SHORT_ID = re.compile(r"[A-Za-z0-9]{8,27}|[0-9a-f]{32}")
_ID_NAME = re.compile(
    r"(?!app|client|account|user|session|key|oauth|token)([a-z][A-Za-z_\-]{1,20}?)[_\-]?(?:[iI]d|ID|[sS]id|SID)"
)
_EXAMPLES = frozenset("user username usr login password passwd pass pwd".split())
#: Addresses of storage, whose user is a container.
_CONTAINERS = ("abfs", "abfss", "wasb", "wasbs")
#: Addresses of stores and of what is pinned by its digest: nothing in them opens anything.
_SCHEME_BEFORE = re.compile(r"(?<![A-Za-z0-9+.\-])(?i:s3[an]?|gs|gcs|abfss?|wasbs?|hdfs|dbfs|az|adl|ipfs)\Z")
_TEMPLATE_MARK = re.compile(r"[{<\[$%:_]|[xX*]{4}")
_FLAG = re.compile(r"[a-z_\-]{1,16}")
#: A host and a path of short words, which only the word hook can make worth a close inspection.
_PLAIN = re.compile(r"[A-Za-z0-9.\-]+(?::[0-9]+)?(?:/[A-Za-z0-9_.\-]{0,11})*")
#: What finds, in Rust's regex, every URL that is more than that.
SUSPICIOUS_URL: Final = (
    r"://[A-Za-z0-9.\-]*(?:[^A-Za-z0-9.\-/:\s\"<>\\]|:[0-9]*[^0-9/\s\"<>\\]"
    r"|(?::[0-9]*)?(?:/[A-Za-z0-9_.\-]{0,11})*/(?:[A-Za-z0-9_.\-]{12}|[A-Za-z0-9_.\-]{0,11}[^A-Za-z0-9_.\-/\s\"<>\\])"
    r"|[^\s\"<>\\]*(?i:hook|catch|callback|incoming|trigger))"
)
_RELATIVE = re.compile(r"(?<![^\s\"'=(\[,])/[\w\-./~+%]{0,200}\?(?=[\w\-.\[\]%]{1,60}=)[^\s\"'<>\\)]+")
#: What finds each of those in Rust's regex.
SUSPICIOUS_RELATIVE_URL: Final = r"(?:^|[\x00\s\"'=(\[,])/[^\s?\"'<>]*\?[^\s=]*="
_HOOK_HOST = re.compile(r"(?:^|[.@])(?:web)?hooks?[.\-]")
_HOOK_SEGMENT = re.compile(r"(?i)(?:web)?hooks?(?:[\-_b].*)?|catch|callbacks?|incoming|triggers?")
#: What stands behind the word hook and is no secret: a version, or the workspace and channel of a Slack hook.
_HOOK_WORD = re.compile(r"[vV][0-9.]{1,4}|[TB][0-9A-Z]{4,11}")


#: Paths, and hosts with paths, in which nothing secret was found: the assistants of an account share most of them.
_harmless: set[str] = set()
_MAX_HARMLESS, _LONGEST_HARMLESS = 2_048, 128


def redact_url(url: str) -> str:
    """Take the secrets out of one URL, absolute or relative."""
    scheme, mark, rest = url.partition("://")
    return scheme + mark + _rest(rest) if mark else _rest("/" + url)[1:]


def redact_relative_urls(text: str) -> str:
    """Take the secrets out of every path with a query, as in the line of a request: ``GET /callback?code=… HTTP/1.1``."""
    return _RELATIVE.sub(lambda match: redact_url(match[0]), text)


def url_frame(text: str) -> Callable[[str], object] | None:
    """Return what finds, among texts without a run of ``x``, those that become the same as this one, if that is known."""
    return _frames.frame_of(text)


def is_in_url(text: str, start: int) -> bool:
    """Whether a place of a text is part of an absolute URL, so that :func:`redact_urls` has judged what stands there."""
    if text.startswith("//", start) and text[start - 1 : start] == ":":
        return True
    at = text.rfind("://", max(0, start - _LONGEST_URL), start)
    return at >= 0 and _PART_OF_URL.fullmatch(text, at + 3, start) is not None


def redact_urls(text: str) -> str:
    """Take the secrets out of every absolute URL inside a text."""
    parts: list[str] = []
    done = 0
    at = text.find("://")
    if at >= 0:
        clean = _frames.find(text)
        if clean is not None:
            return clean
        if _ALL_OF_IT.fullmatch(text, at + 3):
            clean = text[: at + 3] + _behind_scheme(text, at, len(text))
            if clean != text:
                _frames.learn(text, clean)
            return clean
    while at >= 0:
        url = _AFTER_SCHEME.match(text, at)
        if url is None:
            at = text.find("://", at + 3)
            continue
        parts += (text[done : at + 3], _behind_scheme(text, at, url.end()))
        done = url.end()
        at = text.find("://", done)
    return "".join((*parts, text[done:])) if parts else text


def _behind_scheme(text: str, at: int, end: int) -> str:
    """Redact what follows the ``://`` at a place of a text."""
    rest = text[at + 3 : end]
    if rest in _harmless:
        return rest
    scheme = _SCHEME_BEFORE.search(text, max(0, at - 8), at)
    if scheme is not None and "@" not in rest and "?" not in rest and _SAYS_SIGNED.search(rest) is None:
        return rest
    if "@" in rest and text[max(0, at - 5) : at].lower().endswith(_CONTAINERS):
        container, _, storage = rest.partition("@")
        if container.isalnum():
            return f"{container}@{_rest(storage)}"
    return _rest(rest)


def _rest(rest: str) -> str:
    """Redact what follows the scheme."""
    if rest in _harmless:
        return rest
    if "?" not in rest and "@" not in rest and _PLAIN.fullmatch(rest) and not _has_hook_word(rest):
        _remember_harmless(rest)
        return rest
    parts, hash_mark, fragment = rest.partition("#")
    parts, question_mark, query = parts.partition("?")
    slash = parts.find("/")
    authority, path = (parts[:slash], parts[slash:]) if slash >= 0 else (parts, "")
    user, at, host = authority.rpartition("@")
    if user:
        if not _holds_only_placeholders(user):
            authority = f"{REDACTED}{at}{host}"
    elif ":" in authority and not _ends_in_port(authority):
        if "@" in rest[len(authority) :]:
            # A password with an unescaped slash, hash or question mark in it.
            return f"{REDACTED}@" + _rest(rest.rpartition("@")[2])
        authority = f"{authority.partition(':')[0]}:{REDACTED}"
    is_page = PAGE_HOST.fullmatch(authority) is not None and OPENING_PATH.search(path) is None
    is_public = is_page or authority.endswith(VAULT_HOST)
    is_public = is_public or (FILE_HOST.fullmatch(authority) is not None and _SAYS_SIGNED.search(path) is None)
    if len(path) > 5 and not is_public:
        in_hook = "hook" in authority and _HOOK_HOST.search(authority) is not None
        if in_hook or path not in _harmless:
            clean = _path(path, in_hook=in_hook)
            if clean == path and not in_hook:
                _remember_harmless(path)
            path = clean
    if query:
        query = _values(query, is_page=is_page)
    if is_page and ("=" not in fragment or PAGE_FRAGMENT.fullmatch(fragment)):
        pass  # the part of a page
    elif fragment.startswith("/") and "=" not in fragment:
        fragment = _path(fragment, in_hook=False)
    elif "/" in fragment and "=" not in fragment and not has_random_run(unquote(unquote(fragment.replace("$", "%")))):
        pass  # a page of a console
    elif fragment and ("=" in fragment or (looks_random("#" + fragment) and not DIGEST.fullmatch(fragment))):
        fragment = _values(fragment)
    return f"{authority}{path}{question_mark}{query}{hash_mark}{fragment}"


def _holds_only_placeholders(user: str) -> bool:
    for part in user.split(":"):  # noqa: SIM110 - a generator takes longer than the first part, which decides
        if part and not is_example_login(part):
            return False
    return True


def is_example_login(part: str) -> bool:
    """Whether a user or a password is a placeholder, or the word for what belongs there: ``user:password@``."""
    return part.lower() in _EXAMPLES or is_placeholder(part)


def _remember_harmless(part: str) -> None:
    if len(part) <= _LONGEST_HARMLESS:
        if len(_harmless) >= _MAX_HARMLESS:
            _harmless.clear()
        _harmless.add(part)


def _has_hook_word(text: str) -> bool:
    """Whether there can be something that :data:`_HOOK_SEGMENT` or :data:`_HOOK_HOST` matches."""
    text = text.lower()
    return "hook" in text or "catch" in text or "callback" in text or "incoming" in text or "trigger" in text


def _ends_in_port(authority: str) -> bool:
    port = authority.rpartition(":")[2]
    return not port or port.isdecimal() or authority.startswith("[")


def _values(query: str, *, is_page: bool = False) -> str:
    pairs = query.split("&")
    return "&".join(pair if is_page and _of_page(pair) else _pair(pair) for pair in pairs)


def _of_page(pair: str) -> bool:
    """Whether a pair of a query only says which page, or part of one, a link leads to."""
    name, _, value = pair.partition("=")
    return name.lower() in PAGE_QUERY and len(value) <= _LONGEST_OF_PAGE


def _pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return name if not name or _FLAG.fullmatch(name) else REDACTED
    if value and _is_harmless(name, value):
        return pair
    if value and not (_TEMPLATE_MARK.search(value) and is_placeholder(value, among_words=True)):
        value = REDACTED
    return f"{REDACTED if len(name) >= SHORTEST_RANDOM and looks_random(name) else name}={value}"


def _is_harmless(name: str, value: str) -> bool:
    """Whether the value of a query is none that anybody keeps secret: a page, a date, a few words."""
    if value.startswith(_OPENINGS):
        return _is_plain_structure(value)
    if name.lower() in _CURSORS and _CURSOR.fullmatch(value):
        return True
    if len(value) > _LONGEST_HARMLESS_VALUE:
        return False
    for pattern in _harmless_values(name):
        if pattern.fullmatch(value) is not None:
            return pattern is not _NAMED_SLUG or not has_random_run(_NUMBERED_WORD.sub("", value))
    if not _harmless_values(name) or name.lower() in _OPENING_NAMES:
        return False
    return is_object_id(value) or (_SHORT_ID.fullmatch(value) is not None and _names_id(name))


#: Where the next page begins, which is what opens nothing.
_CURSORS = frozenset(
    "cursor after before next_token page_token pagetoken starting_after ending_before next_cursor".split()
)
_CURSOR = re.compile(r"[A-Za-z0-9_\-]{1,120}(?:%3D|=){0,2}")
#: How a structure begins in a query, and what its words are.
_OPENINGS = ("(", "{", "[", "%7B", "%5B", "%7b", "%5b", "!(")
_PLAIN_WORD = re.compile(r"[A-Za-z]{1,16}|[0-9]{1,13}[a-zA-Z]{0,2}|_[a-z]{0,12}")
_SEPARATORS = re.compile(r"[^\w]+")
_LONGEST_STRUCTURE: Final = 600


def _is_plain_structure(value: str) -> bool:
    """Whether a structure in a query holds nothing but words and numbers, none of which is the name of a secret."""
    words = _SEPARATORS.split(unquote(value)) if len(value) <= _LONGEST_STRUCTURE else ["?"]
    return all(
        not word or (_PLAIN_WORD.fullmatch(word) is not None and secret_meaning(word) in _HARMLESS_MEANINGS)
        for word in words
    )


@lru_cache(maxsize=2_048)
def _names_id(name: str) -> bool:
    """Whether the name of a parameter is that of an object's id: ``voice_id``, ``callSid``."""
    found = _ID_NAME.fullmatch(name)
    return found is not None and names_object(found[1])


@lru_cache(maxsize=2_048)
def _harmless_values(name: str) -> tuple[re.Pattern[str], ...]:
    """
    Return what is harmless under a name.

    The less a name says, the plainer the value has to be; under the name of a secret none is harmless.
    """
    name = _BRACKETS.sub("", unquote(name)).lower()
    if name in _HARMLESS_NAMES:
        return (_FIGURES, _NAMED_SLUG)
    if name in _OPENING_NAMES:
        return (_HARMLESS_NUMBER,)
    return (_FIGURES, _WORDS, _SLUG) if secret_meaning(name) in _HARMLESS_MEANINGS else ()


_frames = UrlFrames(lambda name: not _harmless_values(name), is_example_login)
_BRACKETS = re.compile(r"[\[\]]")
_HARMLESS_MEANINGS = frozenset({KeyMeaning.PLAIN, KeyMeaning.DESCRIPTION, KeyMeaning.DIGEST})


def _path(path: str, *, in_hook: bool) -> str:
    segments = path.split("/")
    for number, segment in enumerate(segments):
        if not segment.strip("xX0") or ("{" in segment and is_placeholder(segment, among_words=True)):
            continue
        if "=" in segment:
            name, _, value = segment.partition("=")
            is_plain = _PARTITION.fullmatch(value) is not None or _MAP.fullmatch(value) is not None
            is_harmless = is_plain or is_placeholder(value, among_words=True)
            is_secret = secret_meaning(name) in (KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER) or not is_harmless
            segments[number] = f"{name}={REDACTED}" if is_secret and value else segment
        elif (
            "@" in segment and NAME.fullmatch(segment) is None and (":" in segment or _follows_scheme(segments, number))
        ):
            clean = f"{REDACTED}@{segment.rpartition('@')[2]}"
            segments[number] = REDACTED if looks_random(clean) else clean
        elif (in_hook and _is_hook_token(segment)) or (
            looks_random(segment) and (in_hook or not is_name(segments, number))
        ):
            segments[number] = REDACTED
        in_hook = in_hook or _HOOK_SEGMENT.fullmatch(segment) is not None
    return "/".join(segments)


def _follows_scheme(segments: list[str], number: int) -> bool:
    """Whether a segment is the authority of a URL inside the path."""
    return number >= 2 and not segments[number - 1] and segments[number - 2].endswith(":")


def _is_hook_token(segment: str) -> bool:
    """Whether a segment behind the word hook, where a token is to be expected, is one and no word."""
    if _HOOK_WORD.fullmatch(segment):
        return False
    if is_uuid(segment) or len(segment) >= 24:
        return True
    if _DIGIT.search(segment):
        return len(segment) >= 5
    return len(segment) >= 8 and segment.isalpha() and not (segment.islower() or segment.istitle())
