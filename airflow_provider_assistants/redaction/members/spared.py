# SPDX-License-Identifier: Apache-2.0
"""
What stays under a key that names a secret: how it is used and what form it has, but not its value.

``authentication: {"type": "bearer", "token": …}`` keeps its type, the JSON schema of a tool's argument ``password`` stays a
schema, and a header ``Content-Type`` keeps its media type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from airflow_provider_assistants.redaction.names.called_after import LEAST_PIN, are_kinds, is_label, says_how
from airflow_provider_assistants.redaction.names.secret_names import (
    KeyMeaning,
    is_setting,
    key_words,
    naming_role,
    secret_meaning,
)
from airflow_provider_assistants.redaction.values.placeholders import AUTH_SCHEMES
from airflow_provider_assistants.redaction.values.plausible import is_chosen, is_key_like
from airflow_provider_assistants.redaction.values.randomness import has_random_run, is_uuid

__all__ = [
    "are_headings",
    "are_names",
    "are_words",
    "describes_secret",
    "has_harmless_header",
    "is_about_headers",
    "is_auth_kind",
    "is_auth_setting",
    "is_caption",
    "is_dummy",
    "is_form_field",
    "is_harmless_header",
    "is_header_name",
    "is_in_catalogue",
    "is_language_token",
    "is_reference",
    "is_schema",
    "is_schema_part",
    "is_schema_setting",
    "is_scheme",
    "is_secret_id",
    "is_session_uuid",
    "only_refers",
]

_JSON_TYPES = frozenset(
    """
    string number integer boolean object array null file text keyword str int bool float double long short char varchar nvarchar
    uuid date datetime timestamp json jsonb bytes blob binary clob
    """.split()
)
#: What says how a field of a schema is kept or shown, in one word.
_SCHEMA_SETTING = re.compile(r"[a-z]{1,16}(?:_[a-z]{1,16}){0,2}")
_SCHEMA_WORDS = frozenset(
    """
    type format title description required nullable minlength maxlength pattern properties items additionalproperties
    minimum maximum enum deprecated readonly writeonly anyof oneof allof ref id schema is_required examples_count location
    """.split()
)
_SCHEMA_ONLY = frozenset("description $ref anyof oneof allof".split())
#: What refers to a secret rather than is one, and how such references are written.
_REFERENCES = frozenset("ref reference env sub getatt var variable file path fromenv envvar".split())
_REFERENCE = re.compile(r"[A-Za-z_][A-Za-z_./:#\-]{0,120}")
_AUTH_WORDS = frozenset(
    """
    type auth authentication credential credentials oauth api key token header query bearer basic generic predefined custom http
    none no default platform managed native integrated external iam delegated
    login plain session cookie cookies jwt certificate certificates cert keypair pair private public snowflake externalbrowser
    browser active directory windows user username password passwordless mfa otp totp saml ldap kerberos mtls role workload
    federated interactive device authenticator authorizer provider allow deny all
    """.split()
)
#: Such as ``ip_acl``.
_AUTH_KIND = re.compile(r"[a-z]{2,12}(?:_[a-z]{2,12}){1,2}")
_SCHEME_KEYS = frozenset(
    "type kind scheme schemes method in location placement grant mode provider enabled class".split()
)
#: Of a program: ``UsernamePasswordMultiBinding``.
_CLASS = re.compile(r"(?:[A-Z][a-z]{1,20}){2,6}")
_MEDIA = re.compile(r"[a-z*]{1,20}/[a-z0-9.+*\-]{1,60}(?:[;,] ?[a-z0-9.+*/=;, \-]{1,80})?")
_LANGUAGE = re.compile(r"[a-zA-Z]{2}(?:-[a-zA-Z]{2})?(?:[,;] ?[a-zA-Z0-9.=\-]{1,12}){0,8}")
_ENCODING = re.compile(r"(?:gzip|deflate|br|zstd|identity|\*|, ?){1,10}")
_HARMLESS: Final = {
    "content-type": _MEDIA,
    "accept": _MEDIA,
    "accept-language": _LANGUAGE,
    "content-language": _LANGUAGE,
    "accept-encoding": _ENCODING,
    "content-encoding": _ENCODING,
    "accept-charset": re.compile(r"utf-8"),
    "cache-control": re.compile(r"(?:no-cache|no-store|max-age=[0-9]{1,8}|, ?){1,6}"),
    "user-agent": re.compile(r"[A-Za-z][A-Za-z.\- ]{0,40}(?:/[0-9][0-9.]{0,12})?(?: \([A-Za-z0-9 ;:.+/\-]{1,80}\))?"),
    "connection": re.compile(r"close|keep-alive"),
}
#: Of a header such as ``X-Api-Version`` or ``X-Scope``.
_HEADER_SETTING = re.compile(r"v?[0-9]{1,4}(?:[.\-][0-9]{1,2}){0,2}|[a-z]{2,12}")

_LONGEST_REMARK: Final = 120
_EXAMPLES = frozenset("default example examples const constant".split())
#: Numbers under these may be a login.
_REFERRING = frozenset("id ids name names label text note notes source user number".split())
#: Of a secret, what has parts and tells what it is for.
_TELLING = frozenset(
    "scope scopes tag tags permission permissions role roles events rules policy limits label labels title description help hint"
    " placeholder tooltip".split()
)
#: What tells of something else that is called like a secret: the pin of a map, the token of a chain, a cookie, a degree.
_ELSEWHERE = frozenset(
    """
    lat lng lon latitude longitude color colour icon shape symbol decimals network chain amount currency price flavour flavor seat
    gate zone degree issuer year insurer clearance level document bits driver port database dbname host iss aud exp iat nbf email
    line row page widget control component size start end room fee product sku supply balance reserved ingredients
    """.split()
)
_ADDRESSES = frozenset({("address",), ("contract",), ("mint",)})
_CHAIN_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}|[1-9A-HJ-NP-Za-km-z]{32,44}")
_REFERRING_ONLY = frozenset(
    "id ids uuid name label title type kind provider description environment by shared masked".split()
)
#: Of a secret, what is chosen from a few: a short word, be it with a number.
_CLOSED = frozenset(
    "algorithm alg algo region version engine memory iterations rounds parallelism mount by encoding widget short".split()
)
_CHOICE = re.compile(r"[\w.\-/@ ]{1,32}")
_FEWEST_REFERRING: Final = 2
_IDS = frozenset("id uuid".split())
_SECRET_IDS = frozenset({("secret", "id"), ("credential", "id"), ("credentials", "id"), ("vault", "id")})
_VARIABLE = re.compile(r"[A-Za-z]{2,20}(?:[_\-][A-Za-z]{2,20}){1,5}|[A-Z]{4,20}")
_SHORT_ID = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_DUMMIES = frozenset("secret mysecret mypassword mytoken abc abc123".split())
_MOST_CAPTIONS: Final = 64
_SHOWN = frozenset("label placeholder tooltip helpText help_text".split())
_CAPTION = re.compile(r"[^\W\d_a-z][^\W\d_]{0,19}(?:[ ,'’\-]{1,2}[^\W\d_]{1,20}){1,11}[.?!…]?")
_COUNTING = "01234567890"
_HEADING = re.compile(r"[^\W\d_]+(?:[ /&\-][^\W\d_]+){0,5}")
_LINGUISTIC = frozenset(
    """
    logprob logprobs top_logprobs pos lemma dep tag start end start_offset end_offset startoffset endoffset offset position bytes
    idx ent_type pos_tag is_stop token_id surprisal
    """.split()
)
_LONGEST_WORD: Final = 24
#: Of a coin.
_TICKER = re.compile(r"[a-z]{0,2}[A-Z]{3,5}")
_MARKER = re.compile(r"[A-Z]{2,12}(?:[_=\-][A-Z]{2,12}){1,3}")
_SMALL_HEADERS = frozenset(
    """
    authorization x-api-key x-auth-token x-request-id x-forwarded-for content-type accept user-agent cookie set-cookie host origin
    referer api-key traceparent x-csrf-token proxy-authorization
    """.split()
)
_HEADER_NAME = re.compile(r"[A-Z][A-Za-z]{0,20}(?:-[A-Z][A-Za-z]{0,20}){0,5}")


def is_schema(mapping: dict[str, Any]) -> bool:
    """Whether a mapping is the JSON schema of a secret rather than the secret."""
    kind = mapping.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if isinstance(each, str)), None)
    if kind is None:
        return not _SCHEMA_ONLY.isdisjoint(map(str.lower, mapping)) and all(map(is_schema_word, mapping))
    return isinstance(kind, str) and kind.lower() in _JSON_TYPES


def is_schema_word(key: str) -> bool:
    """Whether a key is a word of JSON schema that holds no value of what it describes."""
    return key.lower().lstrip("$") in _SCHEMA_WORDS


def is_schema_part(key: str, value: Any) -> bool:
    """Whether a member of a secret's schema describes it, and is no choice of one secret or more."""
    return is_schema_word(key) and not (
        key == "enum" and isinstance(value, list) and any(isinstance(each, str) and is_chosen(each) for each in value)
    )


def is_schema_setting(key: str, value: Any) -> bool:
    """Whether a member of a secret's schema says in a word how it is kept, such as its analyzer."""
    return (
        isinstance(value, str)
        and naming_role(key) != "value"
        and key.lower() not in _EXAMPLES
        and _SCHEMA_SETTING.fullmatch(value) is not None
    )


def is_scheme(key: str, value: Any) -> bool:
    """Whether a member says how something is authenticated, in a word that is known."""
    if not isinstance(value, str) or (value.lower() not in AUTH_SCHEMES and _CLASS.fullmatch(value) is None):
        return False
    words = key_words(key)
    return bool(words) and words[-1] in _SCHEME_KEYS


def is_reference(key: str, value: Any) -> bool:
    """Whether a member says where a secret is kept: ``{"$env": "DB_PASSWORD"}``, ``{"Ref": "DbPassword"}``."""
    words = key_words(key)
    if not words or words[-1] not in _REFERENCES:
        return False
    return isinstance(value, dict) or (isinstance(value, str) and _REFERENCE.fullmatch(value) is not None)


def is_secret_id(key: str, value: Any, mapping: dict[str, Any]) -> bool:
    """Whether a member of a secret is the id under which a vault has it, rather than half of a login to the vault."""
    return (
        isinstance(value, str)
        and "role_id" not in mapping
        and key_words(key)[-2:] in _SECRET_IDS
        and _SHORT_ID.fullmatch(value) is not None
    )


def is_session_uuid(key: str, value: Any) -> bool:
    """Whether a member is the id of a session that joins tables, rather than one that opens it."""
    is_id = type(value) is int or (isinstance(value, str) and "-" in value and is_uuid(value))
    return is_id and key_words(key)[-2:] == ("session", "id")


def are_names(values: list[Any], is_secret: Callable[[str], bool]) -> bool:
    """
    Whether a list under the name of secrets is that of their names, such as ``["db_password", "API_TOKEN"]``.

    :param is_secret: Whether a text is the name of a secret.
    """
    return all(isinstance(each, str) and _VARIABLE.fullmatch(each) and is_secret(each) for each in values)


def only_refers(mapping: dict[str, Any]) -> bool:
    """
    Whether a mapping refers to a secret that is kept elsewhere, and holds nothing else.

    It does so by an id and a name, or all that it has is of something else that is called like a secret.
    """
    if any(isinstance(each, dict) for each in mapping.values()):
        return False
    if len(mapping) >= _FEWEST_REFERRING and all(map(_refers, mapping)):
        return any(not _IDS.isdisjoint(key_words(key)[-1:]) for key in mapping)
    return all(_is_of_something_else(key, value) for key, value in mapping.items())


def _is_of_something_else(key: str, value: Any) -> bool:
    if value is None or value is True or value is False:
        return True
    if isinstance(value, str) and "://" not in value and "@" not in value and is_key_like(value):
        return key_words(key)[-1:] in _ADDRESSES and _CHAIN_ADDRESS.fullmatch(value) is not None
    return _refers(key) or not _ELSEWHERE.isdisjoint(key_words(key)[-1:])


@lru_cache(maxsize=4_096)
def _refers(key: str) -> bool:
    words = key_words(key)
    if not words or naming_role(key) == "value" or words[-2:] in _SECRET_IDS:
        return False
    return words[-1] in _REFERRING_ONLY or is_setting(key)


def is_form_field(mapping: dict[str, Any]) -> bool:
    """Whether a mapping is how the field for a secret is shown: its label, its placeholder."""
    return not _SHOWN.isdisjoint(mapping)


def is_caption(key: str, value: Any) -> bool:
    """Whether a member of such a field is what a person reads: ``"resend": "Send again"``."""
    return isinstance(value, str) and _CAPTION.fullmatch(value) is not None and naming_role(key) != "value"


def is_in_catalogue(key: str, mapping: dict[str, Any], is_secret: Callable[[str], bool]) -> bool:
    """Whether a mapping has texts of an interface, as that under another secret's name says: ``{"pin": "PIN code", …}``."""
    return any(
        isinstance(value, str) and name != key and is_secret(name) and is_label(value)
        for name, value in islice(mapping.items(), _MOST_CAPTIONS)
    )


def is_dummy(key: str, value: Any) -> bool:
    """Whether a member of a secret's schema is an example that nobody uses: ``1234``."""
    if key.lower() not in ("example", "examples"):
        return False
    return all(
        isinstance(each, str | int)
        and (str(each) in _COUNTING or len(set(str(each))) == 1 or str(each).lower() in _DUMMIES)
        for each in (value if isinstance(value, list) else [value])
    )


def is_language_token(value: Any, mapping: dict[str, Any]) -> bool:
    """Whether a token is a piece of a text, which what stands beside it says: ``{"token": " the", "logprob": -0.1}``."""
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_WORD
        and not is_key_like(value)
        and (_TICKER.fullmatch(value) is not None or not _LINGUISTIC.isdisjoint(map(str.lower, mapping)))
    )


def are_words(values: list[Any]) -> bool:
    """Whether tokens are the words and marks of a text."""
    return bool(values) and all(
        isinstance(each, str)
        and len(each) <= _LONGEST_WORD
        and (each.strip().isalpha() or not any(map(str.isalnum, each)) or _MARKER.fullmatch(each) is not None)
        for each in values
    )


def are_headings(values: Sequence[Any]) -> bool:
    """Whether a list is that of a table's headings, such as ``["Name", "Token count"]``."""
    if len(values) < 2 or not all(isinstance(each, str) and _HEADING.fullmatch(each) for each in values):
        return False
    are_titles = len(values) > 2 and all(each[0].isupper() for each in values)
    return are_titles or all(secret_meaning(each) is not KeyMeaning.SECRET for each in values)


def is_auth_kind(value: str) -> bool:
    """Whether a text says how something is authenticated: ``predefinedCredentialType``, ``header``."""
    words = key_words(value)
    if _AUTH_KIND.fullmatch(value):
        return True
    return bool(words) and value.lower() not in ("key", "token") and _AUTH_WORDS.issuperset(words)


def is_auth_setting(key: str, value: Any) -> bool:
    """Whether a member of what describes an authentication is a setting of it."""
    if not is_setting(key):
        return False
    if key_words(key)[-2:] == ("client", "id"):
        return True
    return not isinstance(value, str) or is_uuid(value) or "://" in value or not has_random_run(value)


def is_header_name(value: Any) -> bool:
    """Whether an item of a list is the name of a header: ``Content-Type``."""
    return isinstance(value, str) and (_HEADER_NAME.fullmatch(value) is not None or value in _SMALL_HEADERS)


def is_about_headers(value: Any) -> bool:
    """Whether a member of headers says how many there are, or which: ``{"Quantity": 2, "Items": ["Host", "Accept"]}``."""
    if type(value) is int:
        return abs(value) < LEAST_PIN
    return isinstance(value, list) and len(value) > 1 and all(map(is_header_name, value))


def describes_secret(key: str, value: Any) -> bool:
    """Whether a member of a secret says how it is, such as its name or its length, rather than what it is."""
    words = key_words(key)
    if words and says_how(words[-1], value):
        return True
    if words and words[-1] in _CLOSED and not isinstance(value, list):
        return isinstance(value, int | float) or (
            isinstance(value, str) and _CHOICE.fullmatch(value) is not None and not has_random_run(value)
        )
    if isinstance(value, dict | list):
        if not words or words[-1] in _TELLING or not isinstance(value, list):
            return bool(words) and words[-1] in _TELLING
        return are_kinds(words[-1], value) or (words[-1] == "by" and all(map(_is_slug, value)))
    if not is_setting(key) or naming_role(key) == "value":
        return False
    if isinstance(value, str):
        if "://" in value:
            return True
        return len(value) <= _LONGEST_REMARK and not has_random_run(value) and not any(map(is_key_like, value.split()))
    return isinstance(value, int | float) and key_words(key)[-1] not in _REFERRING


def _is_slug(value: Any) -> bool:
    return isinstance(value, str) and _SHORT_ID.fullmatch(value) is not None and not is_chosen(value)


def has_harmless_header(mapping: dict[str, Any], value: str) -> bool:
    """Whether a mapping names a header of content negotiation, with a value as these have it."""
    names = (each for key, each in mapping.items() if naming_role(key) == "name" and isinstance(each, str))
    return any(is_harmless_header(name, value) for name in names)


def is_harmless_header(name: str, value: Any) -> bool:
    """Whether a header is one of content negotiation, with a value as these have it."""
    if not isinstance(value, str):
        return False
    allowed = _HARMLESS.get(name.lower())
    if allowed is None:
        return _HEADER_SETTING.fullmatch(value) is not None and is_setting(name)
    return allowed.fullmatch(value) is not None
