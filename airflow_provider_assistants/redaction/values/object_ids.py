# SPDX-License-Identifier: Apache-2.0
"""What says that a random text is the id of an object, which joins tables and opens nothing: its prefix, or its key."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = [
    "AMBIGUOUS",
    "OBJECTS",
    "calls_id",
    "has_opening_word",
    "holds_id",
    "is_identifier",
    "is_object_id",
    "is_of_object",
    "is_public_part",
    "names_object",
]

#: What objects are, of whose ids these words or their short forms are the prefix.
OBJECTS: Final = frozenset(
    """
    acc account acct act action ag agent alert ann annot app application article assistant asst att attempt audio ba bal
    base batch bld blob block bot bucket build buyer by cache call camp campaign card cart case cat category cg ch charge
    chat chatcmpl check checkpoint checksum chk chunk client cmd cmpl cn comment commit comp company con conf config conn
    contact container content conv conversation coupon cp cr cst cu cus customer d dash dashboard data dataset db deal dep
    deploy deployment dev device di digest disc doc document domain dpl ds du eg email emb embed embedding env envelope ep
    etag eval event evt exec execution exp experiment export ext fee feedback fi field file flow flw fn folder form fp frm
    ft func function gen git goal group grp guest hash history host html id ii image img import in instance int
    integration inv invoice item job journey kb kbd knowledge label lead li lib line link list listing llm loc location
    log ls mandate mbr md5 meeting mem member memory message metric mi mod model module monitor msg msgbatch node note
    notif notification ns num number oauth obj object offer opp or ord order org organization out pa page part participant
    pay payment payout person phone photo pi pipe pipeline plan playlist pm pmpt po post pr price prod product
    profile proj project prj prompt prop property pub qt query question queue quote re rec recipe record recording ref refund
    region rel release rep repo report req request res resource resp response result rev review revision rfnd rm role room
    row rs rule run sched schedule scl search seg segment seller seq sess session set seti setup sh sha sha1 sha256 sha512
    shipment shop si sip site sku slot sn snap snapshot source space span speaker spk src st stage state step store str
    stream sub subscription survey table task tax team template tenant tgt thr thread threads ticket tmpl tool toolu topic
    tpl tr trace track tran trans transaction transcript transfer tree txi txn txr type upload url us user usr utt
    utterance uuid val vec vector ver version vid video view vm voice vol volume vs vsf vsfb wallet webhook website wf wfr work
    worker workflow workspace wrkspc ws wsp zone
    """.split()
)
#: Words that make a key of it, whatever the object.
_OPENING = frozenset(
    "ak ck psk tk tok"
    " live test prod production sandbox secret sk pk rk key apikey token pat auth api bearer private oat whsec signkey".split()
)
#: Such words within longer ones, such as the short name of a vendor before them.
_OPENING_END = re.compile(r"[a-z0-9]{0,8}(?:key|token|secret)|[a-z]?(?:sk|ak|pk|tk|rk)|[a-z]{1,4}pat")
#: Objects that are also what lets somebody in, so that their names before a random text say nothing.
AMBIGUOUS: Final = frozenset(
    "auth fn func function hash in link oauth out sess session source stream upload url webhook".split()
)
_IDENTIFIER = re.compile(r"[A-Za-z0-9_+\-.:=@<>\"/|]{1,700}")
_ID_KEY = re.compile(
    r"(?i:(?:^|[_\-. ])(?:ids?|uuids?|guids?|sids?|cids?|ulid|oid|uid|[a-z]{1,3}clid|[gw]braid|cursor|parent|head|tree|build|ray"
    r"|snapshot|tx|txid|fb[cp]|_ga)(?:[_\-]2)?)$|^(?:azp|aud|sub|jti|kid|x5t.*)$|(?:^|_)(?i:page_?token|continuation_?token)$|^(?i:hashed|sha256|sha1|md5)_|[a-z0-9](?:Ids?|IDs?|U[uU]?[iI][dD]|Guid|Sid|SID)$"
    r"|(?i:cache|dedupe|dedup|idempotency|partition|primary|foreign|sort|routing|object|row|group|hash|change|business|natural|surrogate|shard|lookup)_?[kK]eys?$"
)
#: Ids with the name of an object before them; those of Twilio, but for accounts and keys; those of Airtable.
_PREFIXED_ID = re.compile(
    r"(?:[A-Za-z0-9]{1,12}[_\-]){0,2}(?P<noun>[A-Za-z]{1,12})(?:[_\-][0-9]{6,13})?[_\-][A-Za-z0-9]{8,64}"
)
_MARKED_ID = re.compile(
    r"(?!AC|SK)[A-Z]{2}[0-9a-f]{32}"
    r"|(?:app|att|fld|rec|sel|tbl|usr|viw|wsp)[A-Za-z0-9]{14}|(?:00[ugo]|0oa|exk)[A-Za-z0-9]{17}|[0-9]{3}[0-9A-Za-z]{2}0000[0-9A-Za-z]{6}(?:[A-Z0-5]{3})?"
)
#: What names an object in a path; no prefix of an id.
_NAMING = (OBJECTS - AMBIGUOUS) | frozenset(
    """
    album archive board book calendar channel chapter company course database drive episode gist layer lesson map opportunity
    package place property recordings reel script sheet show song speech spreadsheet subscriber topic track tweet watch wiki
    tx address
    """.split()
)
#: What is known by its id, so that a text which looks random is one; not what holds texts, or opens anything.
_KNOWN_BY_ID = frozenset(
    """
    agent assistant avatar batch block booking
    build calendar call cart charge checkout commit contact conversation coupon database
    dataset deal device episode execution file folder image invoice item job lead mandate meeting node opportunity order
    parcel participant payment plan playlist price product quote record recording release response revision room run sheet
    shipment snapshot span spreadsheet subscription thread ticket trace track transaction transcript upload version video voice
    wallet contract
    """.split()
)
#: The parts of a public key in a set of JSON Web Keys, of which the private ones have other letters.
_PUBLIC_PART = re.compile(r"(?:(?:^|[._])keys\[\]|(?i:jwks?|public_?key)(?:\[\])?)\.(?:[xyn]|kid|x5t.*|x5c\[\])\Z")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LAST_WORD = re.compile(r"(?:.*[_\-])?([a-z]{1,16})\Z", re.DOTALL)


def is_identifier(value: str) -> bool:
    """Whether a value can be an id, so that its looks alone make no secret of it where :func:`calls_id` says so."""
    return _IDENTIFIER.fullmatch(value) is not None


@lru_cache(maxsize=4_096)
def calls_id(key: str) -> bool:
    """Whether a key calls its value an id."""
    return _ID_KEY.search(key) is not None


@lru_cache(maxsize=4_096)
def holds_id(key: str) -> bool:
    """Whether a key calls its value an id, or is the name of what is known by its id: ``order``, ``slack_file``."""
    return calls_id(key) or is_of_object(key)


def is_public_part(path: str) -> bool:
    """Whether a place is that of a number in a public key: ``jwks.keys[].n``."""
    return _PUBLIC_PART.search(path) is not None


def is_of_object(key: str) -> bool:
    """Whether a key is the name of what is known by its id."""
    words = _WORDS.findall(key)
    return bool(words) and words[-1].lower().removesuffix("s") in _KNOWN_BY_ID


def is_object_id(text: str) -> bool:
    """Whether a text is an id with the name of its object before it: ``pi_3Nq…``, ``call-01J…``."""
    if _MARKED_ID.fullmatch(text) is not None:
        return True
    found = _PREFIXED_ID.fullmatch(text)
    if found is None or found["noun"].lower() not in OBJECTS - AMBIGUOUS:
        return False
    return not has_opening_word(re.split(r"[_\-]", text[: found.end("noun")].lower()))


def has_opening_word(words: list[str]) -> bool:
    """Whether any of the words of a prefix, in small letters, says that a key follows."""
    return any(word in _OPENING or (word not in OBJECTS and _OPENING_END.fullmatch(word) is not None) for word in words)


@lru_cache(maxsize=2_048)
def names_object(segment: str) -> bool:
    """Whether a segment of a path names the object whose id is to follow: ``payments``, ``sales-orders``, ``Account``."""
    word = _LAST_WORD.match(segment.lower())
    if word is None:
        return False
    singular = word[1].removesuffix("s")
    forms = {word[1], singular, singular.removesuffix("e"), singular.removesuffix("ie") + "y"}
    return not forms.isdisjoint(_NAMING) and forms.isdisjoint(AMBIGUOUS)
