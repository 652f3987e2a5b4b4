# SPDX-License-Identifier: Apache-2.0
"""
Secrets inside URLs: user-info, the values of queries and fragments, and path segments that are tokens.

Scheme, host, plain path and the names of parameters stay, so that it is still known where a URL leads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, secret_meaning
from airflow_provider_assistants.redaction.url_parts.frames import UrlFrames
from airflow_provider_assistants.redaction.url_parts.hosts import (
    FILE_HOST,
    OPENING_PATH,
    PAGE_FRAGMENT,
    PAGE_HOST,
    PAGE_QUERY,
    VAULT_HOST,
)
from airflow_provider_assistants.redaction.url_parts.query_values import can_hold_address, harmless_values, is_harmless
from airflow_provider_assistants.redaction.url_parts.segments import DIGEST, NAME, is_name
from airflow_provider_assistants.redaction.values.placeholders import is_placeholder
from airflow_provider_assistants.redaction.values.randomness import (
    REDACTED,
    SHORTEST_RANDOM,
    has_random_run,
    is_uuid,
    looks_random,
)

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
_LONGEST_OF_PAGE: Final = 100
#: Values of a data lake's partitions.
_MAP = re.compile(r"(?:![0-9]{1,2}[a-z][^!/]{0,60}){1,40}")
_PARTITION = re.compile(
    r"[0-9]{1,4}(?:-[0-9]{2}){0,2}|[a-z]{1,16}(?:_[a-z]{1,16}){0,3}"
    r"|[A-Za-z][A-Za-z \-]{0,30}(?:,(?:dc|ou|o|cn|c)=[A-Za-z \-]{1,40}){1,8}"
)
_SAYS_SIGNED = re.compile(r"(?i)token|hmac|sig|secret|policy|auth|key|private|pass|hook")
_EXAMPLES = frozenset("user username usr login password passwd pass pwd".split())
#: Addresses of storage, whose user is a container.
_CONTAINERS = ("abfs", "abfss", "wasb", "wasbs")
#: Addresses of stores and of what is pinned by its digest: nothing in them opens anything.
_SCHEME_BEFORE = re.compile(r"(?<![A-Za-z0-9+.\-])(?i:s3[an]?|gs|gcs|abfss?|wasbs?|hdfs|dbfs|az|adl|ipfs)\Z")
_TEMPLATE_MARK = re.compile(r"[{<\[$%:_]|[xX*]{4}")
_FLAG = re.compile(r"[a-z_\-]{1,16}")
#: Who logs in, where no password follows; on the web a key may stand there.
_LOGIN_NAME = re.compile(r"[a-z]{2,16}(?:[_.\-][a-z]{1,12}){0,2}")
_CLOSINGS = (")", ".", ",", ";", ":", "!", "?", "]", "*", "`", "|")
#: Where somebody is asked to let a client in; and what a client shows everybody there.
_FLOW = re.compile(r"(?i)oauth|authorize|[?&](?:response_type|redirect_uri)=")
_OF_FLOW = re.compile(r"client_id=[A-Za-z0-9_.\-]{1,120}|code_challenge=[A-Za-z0-9_\-]{43}")
#: How an address or a query begins that is itself the value of a query.
_INNER = re.compile(
    r"(?i)(?:https?|wss?|s3a?|gs|abfss?)(?::|%(?:25)?3A)(?://|%(?:25)?2F)|/|%(?:25)?2F|[a-z_][a-z_.\-]{0,24}%3D|[a-z_]{2,20}\.[a-z]{2,5}\?"
)
_LONGEST_INNER: Final = 500
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
    clean = _by_scheme(text, at, rest)
    if clean != rest and rest.endswith(_CLOSINGS):
        bare = rest.rstrip(").,;:!?]*`|")
        if _by_scheme(text, at, bare) == bare:
            return rest  # what closes a sentence, or a link of Markdown, made it look otherwise
    return clean


def _by_scheme(text: str, at: int, rest: str) -> str:
    """Redact what follows the ``://`` at a place of a text by what stands before."""
    scheme = _SCHEME_BEFORE.search(text, max(0, at - 8), at)
    if scheme is not None and "@" not in rest and "?" not in rest and _SAYS_SIGNED.search(rest) is None:
        return rest
    if "@" in rest and text[max(0, at - 5) : at].lower().endswith(_CONTAINERS):
        container, _, storage = rest.partition("@")
        if container.isalnum():
            return f"{container}@{_rest(storage)}"
    if "@" in rest:
        user, _, place = rest.partition("@")
        is_web = text[max(0, at - 5) : at].lower().endswith(("http", "https", "ws", "wss"))
        if user == "git" or (not is_web and _LOGIN_NAME.fullmatch(user)):
            return f"{user}@{_rest(place)}"
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
    properties = ""
    if not user and ";" in authority:
        # The properties behind the port of a JDBC driver.
        authority, semicolon, properties = authority.partition(";")
        properties = semicolon + ";".join(map(_pair, properties.split(";")))
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
        is_flow = "client_id=" in query and _FLOW.search(f"{path}?{query}") is not None
        query = _values(query, is_page=is_page, is_flow=is_flow)
    if is_page and ("=" not in fragment or PAGE_FRAGMENT.fullmatch(fragment)):
        pass  # the part of a page
    elif fragment.startswith(("/", "!/")) and ("=" not in fragment or "?" in fragment):
        route, mark, inner = fragment.partition("?")
        fragment = f"{_path(route, in_hook=False)}{mark}{_values(inner) if inner else ''}"
    elif "/" in fragment and "=" not in fragment and not has_random_run(unquote(unquote(fragment.replace("$", "%")))):
        pass  # a page of a console
    elif fragment and ("=" in fragment or (looks_random("#" + fragment) and not DIGEST.fullmatch(fragment))):
        fragment = _values(fragment)
    return f"{authority}{properties}{path}{question_mark}{query}{hash_mark}{fragment}"


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
    # Or in what is put there: ``{host}:{port}``.
    return not port or port[0] in "{%" or port.partition("{")[0].isdecimal() or authority.startswith("[")


def _values(query: str, *, is_page: bool = False, is_flow: bool = False) -> str:
    pairs = query.split("&")
    return "&".join(
        pair if (is_page and _of_page(pair)) or (is_flow and _OF_FLOW.fullmatch(pair)) else _pair(pair)
        for pair in pairs
    )


def _of_page(pair: str) -> bool:
    """Whether a pair of a query only says which page, or part of one, a link leads to."""
    name, _, value = pair.partition("=")
    return name.lower() in PAGE_QUERY and len(value) <= _LONGEST_OF_PAGE


def _pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return name if not name or _FLAG.fullmatch(name) else REDACTED
    if value and (is_harmless(name, value) or (_INNER.match(value) and _is_harmless_address(name, value))):
        return pair
    if value and not (_TEMPLATE_MARK.search(value) and is_placeholder(value, among_words=True)):
        value = REDACTED
    return f"{REDACTED if len(name) >= SHORTEST_RANDOM and looks_random(name) else name}={value}"


def _is_harmless_address(name: str, value: str) -> bool:
    """Whether the value of a query is an address, or a query of its own, that holds no secret itself."""
    if len(value) > _LONGEST_INNER or not can_hold_address(name):
        return False
    inner = unquote(value)
    if "%3A" in inner or "%2F" in inner or "%3F" in inner:
        inner = unquote(inner)
    if inner.count("?") > 1 or "***" in inner:
        return False
    return (redact_url(inner) if "/" in inner[:8] or "?" in inner else _values(inner)) == inner


_frames = UrlFrames(lambda name: not harmless_values(name), is_example_login)


def _path(path: str, *, in_hook: bool) -> str:
    segments = path.split("/")
    for number, segment in enumerate(segments):
        if not segment.strip("xX0") or ("{" in segment and is_placeholder(segment, among_words=True)):
            continue
        if "=" in segment.rstrip("="):
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
