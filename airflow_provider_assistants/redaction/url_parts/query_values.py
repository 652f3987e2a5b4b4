# SPDX-License-Identifier: Apache-2.0
"""
Whether the value of a URL's parameter is none that anybody keeps secret: a page, a date, a campaign, the id of an object.

The less the name of the parameter says, the plainer the value has to be; under the name of a secret none is harmless.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, unquote_plus

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, key_words, secret_meaning
from airflow_provider_assistants.redaction.values.object_ids import is_object_id, is_of_object, names_object
from airflow_provider_assistants.redaction.values.randomness import has_random_run

__all__ = ["can_hold_address", "harmless_values", "is_harmless"]

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
    codec bits_per_sample bit_depth sr ch rate pitch speed volume
    provider event operationname operation service product text subject body usp
    """.split()
)
#: Words at the end of such names, and at their beginning.
_HARMLESS_LAST = frozenset(
    """
    model models version language lang locale format voice region country city currency type mode status date dates day month
    year time times from to since until start end count number numbers limit size page offset order sort width height quality
    encoding rate duration title source medium campaign term terms content location keyword keywords keyterm keyterms deployment
    env environment provider tab view step level unit units timezone tz direction category tag tags topic metric metrics columns
    dimensions fields include expand interval period window range min max theme color colour variant product event events
    """.split()
)
_HARMLESS_FIRST = frozenset("filter filters fields include utm sort page where facet facets hsa mtm var range".split())
#: Names of what lets somebody in, though none of them is a secret's name elsewhere.
_OPENING_NAMES = frozenset("key code sig sign signature auth ticket access login state nonce k p pw u h s".split())
#: What signs a request, in a name of any length: ``X-Amz-Signature``.
_SIGNING = frozenset("sig sign signature signed hmac mac ticket nonce".split())
#: What lets somebody in in a longer name, so that not even a short code is harmless.
_LETS_IN = re.compile(r"invit|join|pass|magic|confirm|verif|reset|unsub|activat|approv|hash|login|hook|share|pin|otp")
_HARMLESS_NUMBER = re.compile(r"[0-9]{1,3}")
#: A moment, and several of them: ``20250715T143000Z/20250715T150000Z``.
_MOMENT = (
    r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:(?:T|%20|\+)[0-9:]{2,8}(?:%3A[0-9]{2}){0,2}(?:[.][0-9]{1,9})?"
    r"(?:Z|(?:[+\-]|%2B)[0-9:%A]{4,7})?)?"
)
#: A number, a date, a time, coordinates, a telephone number, a version.
_FIGURES = re.compile(
    r"(?:[+\-]|%2B)?[0-9]{1,24}(?:(?:[.,:\-/]|%2C|%3A)[+\-]?[0-9]{1,10}){0,6}|v?[0-9]{1,4}(?:\.[0-9]{1,4}){1,3}"
    rf"|{_MOMENT}(?:(?:/|%2F|,|%2C|\.\.|--){_MOMENT}){{0,3}}"
    r"|[0-9]{1,5}x[0-9]{1,5}|(?:#|%23)[0-9a-fA-F]{3,8}|(?:[+\-]|%2B)?[0-9]{1,5}(?:[.][0-9]{1,4})?(?:%25|%)|[0-9]{1,16}(?:_[0-9]{1,16}){1,3}"
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|sha(?:1|256)?[\-:][0-9a-f]{7,64}"
    r"|(?:scheduled|manual|backfill|asset_triggered|dataset_triggered)__[\w:+.%\-]{8,80}"
    r"|[\w.+\-]{1,100}(?:@|%40)[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}"
)
_JOINT = r"(?:[_+,.\-/:;@|*~]|%20|%2[BCF]|%3[AB]|%7C){1,3}"
_WORD = r"(?:[a-z]{1,16}|[A-Z][a-z]{1,15}|[A-Z]{1,8}|[a-z]{1,12}[A-Z][a-z]{2,12})"
#: Words, of any case; and words in lower case among numbers, as slugs have them.
_WORDS = re.compile(rf"-?(?:/|%2F)?{_WORD}(?:{_JOINT}{_WORD}){{0,9}}")
_SLUG = re.compile(
    rf"(?:/|%2F)?[a-z]{{1,16}}(?:{_JOINT}(?:[a-z]{{1,16}}|[0-9]{{1,8}})){{1,15}}|[a-z]{{1,4}}[0-9]{{1,4}}|[0-9]{{1,6}}[a-z]{{1,4}}"
)
#: The same with letters and digits in one word, but no more than a model or a version has: ``gpt-4o``, ``spring2026``.
_MIXED = r"(?:[A-Za-z]{1,24}|[0-9]{1,8}|[A-Za-z]{0,3}[0-9]{1,4}[a-zA-Z]{0,4}|[A-Z]?[a-z]{1,12}[0-9]{1,4}|linear(?:8|16|24|32))"
_NUMBERED_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Z]?[a-z]{3,12}[0-9]{1,4}(?![A-Za-z0-9])")
_NAMED_SLUG = re.compile(rf"-?{_MIXED}(?:{_JOINT}{_MIXED}){{0,11}}")
#: Too short for a key: a colour, a part of a digest, the number of a booking.
_SHORT_CODE = re.compile(r"[0-9a-f]{1,16}|[A-Z0-9]{1,12}|[a-z0-9]{1,12}")
#: And under a name that says nothing, where a password could stand.
_SHORTER_CODE = re.compile(r"[0-9a-f]{1,12}|[A-Z0-9]{1,12}|[a-z0-9]{1,8}")
_LONGEST_HARMLESS_VALUE: Final = 120

#: Where the next page begins, which is what opens nothing.
_CURSOR_NAME = re.compile(
    r"(?:(?:page|next|prev|previous|start|end|starting|ending|search|sort|scroll|resume|pagination|last|exclusive_?start|\$|\.)[_\-.]?)?"
    r"(?:cursor|after|before|offset|marker|bookmark|anchor|skip_?token|page_?token|start_?key|evaluated_?key|pagination_?(?:key|token))"
    r"|next_?token|delta_?token|page_?info|continuation|scroll_?id|(?:since|max|min|from|until)_?id"
)
_CURSOR = re.compile(r"(?:[A-Za-z0-9_\-./:|,+~*!]|%2[BCFbcf]|%3[Aa]|%7[Cc]){1,300}(?:%3D|%3d|=){0,2}")
#: What counts clicks and readers, and what it writes behind its name.
_TRACKING_NAME = re.compile(
    r"[a-z_]{0,8}cl(?:k?id)|[gw]braid|_g(?:a|l|ac|cl_[a-z]{1,4})(?:_\w{1,12})?|gad_\w{1,12}|_?hs(?:enc|mi|ctatracking|fp|q|sc|stc)|__hs\w{2,4}"
    r"|mc_[ce]id|_?fb[cp]|igshi?d?|s_kwcid|ef_id|_kx|click_?id|li_fat_id|epik|vero_(?:id|conv)|rdt_cid|_branch_match_id|scid|twsrc"
    r"|(?:hsa|mtm|piwik|matomo|utm)_\w{1,20}|trk(?:_?id|_?email|_?info)?|tracking_?id|_(?:pos|ss|sid|psq|fid)"
)
_TRACKED = re.compile(r"(?:[\w\-.*~+,:!|]|%[237][0-9A-Fa-f]){1,400}")
_DIGEST_NAME = re.compile(
    r"(?:\w{1,16}_)?(?:checksum|etag|sha|sha1|sha256|sha512|md5|digest|rev|revision|commit|integrity)"
)
_DIGEST = re.compile(r"[0-9a-fA-F]{7,128}|[A-Za-z0-9_\-]{20,90}(?:%3D|=){0,2}")

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{6,34}[A-Za-z0-9]")
_ID_NAME = re.compile(
    r"(?!app|client|account|user|session|key|oauth|token)([a-z][A-Za-z_\-]{1,20}?)[_\-]?(?:[iI]d|ID|[sS]id|SID)"
)
#: Whose ids are halves of logins, or sessions.
_LOGINS = frozenset(
    "app application client account user session key oauth token secret auth device login guest access api connect".split()
)
_IDS = frozenset("id ids _id uuid guid".split())
#: What goods, parcels and papers are known by.
_NUMBERED = frozenset(
    """
    tracking track tracknum tracknumber trknbr trackingnumber shipment parcel awb waybill booking invoice sku asin upc ean isbn
    vin imei iccid serial barcode reservation policy claim case
    """.split()
)
#: What joins ids of a list.
_ID_JOINT = re.compile(r"[,|:/]|%2[CF]|%3A|%7C")
_LIST_JOINT = re.compile(r"[,|]|%2C|%7C")
_MOST_IDS: Final = 20
#: A place of a map, and how it is shown.
_MAP = re.compile(r"(?:![0-9]{1,3}[a-z][^!]{0,80}){2,60}")
#: How a structure begins in a query, and what its words are.
_OPENINGS = ("(", "{", "[", "%7B", "%5B", "%7b", "%5b", "!(")
_PLAIN_WORD = re.compile(
    r"[A-Za-z]{1,3}[0-9]{1,4}[A-Za-z]{0,3}|[^\W\d_]{1,24}|[0-9]{1,16}[a-zA-Z]{0,2}|_[a-z]{0,12}|[0-9]{2}T[0-9]{2,6}Z?|[a-z]{1,16}(?:_[a-z0-9]{1,16}){1,5}"
)
#: What a sentence, a filter or the parameters of a media type have, and a password made of words has not.
_JOINING = frozenset(" ;<>()")
_SEPARATORS = re.compile(r"[^\w]+")
_UUIDS = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![0-9a-fA-F])")
_LONGEST_STRUCTURE: Final = 600
_HARMLESS_MEANINGS = frozenset({KeyMeaning.PLAIN, KeyMeaning.DESCRIPTION, KeyMeaning.DIGEST})
_BRACKETS = re.compile(r"[\[\]]")


def is_harmless(name: str, value: str) -> bool:
    """Whether the value of a query is none that anybody keeps secret: a page, a date, a few words."""
    if value.startswith(_OPENINGS):
        return _is_plain_text(value)
    if not any(map(str.isalnum, value)):
        return True
    patterns = harmless_values(name)
    for pattern in patterns:
        if (len(value) <= _LONGEST_HARMLESS_VALUE or pattern in _LONG) and pattern.fullmatch(value) is not None:
            return pattern is not _NAMED_SLUG or not has_random_run(_NUMBERED_WORD.sub("", unquote(value)))
    if not patterns or _HARMLESS_NUMBER in patterns:
        return False
    plain = unquote_plus(value)
    if (not _JOINING.isdisjoint(plain) or not plain.isascii()) and _is_plain_text(value):
        return True
    if value.startswith("!") and _MAP.fullmatch(value) is not None:
        return True
    if len(value) > _LONGEST_HARMLESS_VALUE:
        return False
    return _are_object_ids(value) or (_ID.fullmatch(value) is not None and _names_id(name))


def can_hold_address(name: str) -> bool:
    """Whether the value under a name can be the address of something else, which is judged by what it holds."""
    patterns = harmless_values(name)
    return bool(patterns) and _HARMLESS_NUMBER not in patterns


def _are_object_ids(value: str) -> bool:
    """Whether a text is the id of an object, or a list of such, of numbers and of words."""
    if is_object_id(value):
        return True
    parts = _ID_JOINT.split(value, maxsplit=_MOST_IDS)
    if len(parts) > 1 and all(is_object_id(part) or _FIGURES.fullmatch(part) for part in parts):
        return True
    parts = _LIST_JOINT.split(value, maxsplit=_MOST_IDS)
    # Two that a bar joins may be the number of a key and the key.
    return len(parts) > (1 if "," in value else 2) and all(
        is_object_id(part) or any(pattern.fullmatch(part) for pattern in (_FIGURES, _WORDS, _SLUG)) for part in parts
    )


def _is_plain_text(value: str) -> bool:
    """Whether a structure or a sentence in a query holds only words and numbers, none of which is the name of a secret."""
    if len(value) > _LONGEST_STRUCTURE:
        return False
    words = _SEPARATORS.split(_UUIDS.sub("", unquote_plus(value)))
    return all(
        not word or (_PLAIN_WORD.fullmatch(word) is not None and secret_meaning(word) in _HARMLESS_MEANINGS)
        for word in words
    )


@lru_cache(maxsize=2_048)
def _names_id(name: str) -> bool:
    """Whether the name of a parameter is that of an object's id, or of an object: ``voice_id``, ``callSid``, ``thread``."""
    found = _ID_NAME.fullmatch(name)
    words = key_words(name)
    is_id = len(words) > 1 and words[-1] == "id" and _LOGINS.isdisjoint(words)
    is_id = is_id or not _NUMBERED.isdisjoint(words)
    return name in _IDS or is_id or (found is not None and names_object(found[1])) or is_of_object(name)


@lru_cache(maxsize=2_048)
def harmless_values(name: str) -> tuple[re.Pattern[str], ...]:
    """Return what is harmless under a name; nothing if whatever stands there is hidden."""
    name = unquote(name)
    words = key_words(_BRACKETS.sub("_", name))
    name = _BRACKETS.sub("", name).lower()
    if _CURSOR_NAME.fullmatch(name):
        return (_CURSOR, _FIGURES, _NAMED_SLUG)
    if _TRACKING_NAME.fullmatch(name):
        return (_TRACKED, _FIGURES, _NAMED_SLUG)
    if name in _HARMLESS_NAMES:
        return (_FIGURES, _NAMED_SLUG, _SHORT_CODE)
    if name in _OPENING_NAMES or (words and words[-1] in _SIGNING):
        return (_HARMLESS_NUMBER,)
    if secret_meaning(name) not in _HARMLESS_MEANINGS:
        return ()
    if _DIGEST_NAME.fullmatch(name):
        return (_FIGURES, _WORDS, _SLUG, _DIGEST)
    if words and (words[-1] in _HARMLESS_LAST or words[0] in _HARMLESS_FIRST):
        return (_FIGURES, _NAMED_SLUG, _SHORT_CODE)
    if _LETS_IN.search(name):
        return (_FIGURES, _WORDS, _SLUG)
    return (_FIGURES, _WORDS, _SLUG, _SHORTER_CODE)


#: What may be long.
_LONG = frozenset({_CURSOR, _TRACKED})
