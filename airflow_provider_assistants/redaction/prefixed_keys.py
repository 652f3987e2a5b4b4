# SPDX-License-Identifier: Apache-2.0
"""
Keys with a prefix that nobody listed: some words, a separator, and a long run that only chance makes.

Ids of objects look the same. What makes them ids is their prefix, a noun of what they identify (``call_…``, ``asst_…``), and
the key that they stand under (:func:`calls_id`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from airflow_provider_assistants.redaction.randomness import REDACTED

__all__ = ["SUSPICIOUS_PREFIXED", "calls_id", "is_identifier", "redact_prefixed_keys"]

_SEPARATED_RUN = re.compile(r"[_\-](?P<run>[A-Za-z0-9]{20,})")
_PREFIX = re.compile(r"(?<![A-Za-z0-9])(?P<words>(?:[A-Za-z][A-Za-z0-9]{0,11}[_\-]){0,3}[A-Za-z][A-Za-z0-9]{0,11})\Z")
_REST = re.compile(r"(?:[_\-.][A-Za-z0-9]{3,64}){0,3}")
_LONGEST_PREFIX: Final = 52
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_WORD = re.compile(r"[a-z]{9}|[A-Z]{9}")
#: Letters of one case come in longer runs by chance.
_LONGER_WORD = re.compile(r"[a-z]{16}|[A-Z]{16}")
_LONGEST: Final = 512
#: Ids with a prefix have 27 characters at most.
_LONGER_THAN_IDS: Final = 28
#: Likewise if all letters are small, or capitals; and whatever the prefix.
_LONGER_THAN_CODES: Final = 36
_LONGER_THAN_NAMES: Final = 50
#: What objects are, of whose ids these words or their short forms are the prefix.
_OBJECTS = frozenset(
    """
    acc account acct act action ag agent alert ann annot app application article assistant asst att attempt audio ba bal
    base batch bld blob block bot bucket build by call camp campaign card cart case cat category cg ch charge chat chatcmpl
    check checkpoint checksum chk chunk client cmd cmpl cn comment commit comp company con conf config conn contact
    container content conv conversation coupon cp cr cu cus customer dash dashboard data dataset db deal dep deploy
    deployment dpl dev device di digest disc doc document domain ds du eg email emb embed embedding env envelope ep etag eval
    event evt exec execution exp experiment export ext feedback fi field file flow flw fn folder form fp frm ft func
    function gen git goal group grp guest hash history host html id ii image img import in instance int integration inv
    invoice item job kb kbd knowledge label lead li lib line link list listing llm loc location log ls mandate mbr md5
    meeting mem member memory message metric mi mod model module monitor msg msgbatch node note notif notification ns num
    number oauth obj object offer opp or ord order org organization out pa page part participant pay payment payout person
    phone photo pi pipe pipeline plan playlist pm po post pr price prod product profile proj project prompt prop property
    pub qt query question queue quote re rec recipe record recording ref refund region rel release rep repo report req
    request res resource resp response result rev review revision rm role room row rs rule run sched schedule scl search seg
    segment seq sess session set seti setup sh sha sha1 sha256 sha512 shipment shop si sip site sku slot sn snap snapshot
    source space span speaker spk src st stage state step store str stream sub subscription survey table task tax team
    template tenant tgt thr thread threads ticket tmpl tool toolu topic tpl tr trace track tran trans transaction transcript
    transfer tree txi txn txr type upload url us user usr utt utterance uuid val vec vector ver version vid video view vm
    voice vol volume vs webhook website wf wfr work worker workflow workspace ws wsp zone
    """.split()
)
#: Words that make a key of it, whatever the object.
_OPENING = frozenset(
    "ak ck psk"
    " live test prod production sandbox secret sk pk rk key apikey token pat auth api bearer private oat whsec signkey".split()
)
#: Objects whose ids say whether they are of a test: a checkout's session.
_TESTED = frozenset({"cs"})
_IDENTIFIER = re.compile(r"[A-Za-z0-9_+\-.:=@<>\"/]{1,160}")
_ID_KEY = re.compile(
    r"(?i:(?:^|[_\-. ])(?:ids?|uuids?|guids?|sids?|cids?|ulid|oid|uid|[a-z]{1,3}clid|cursor|parent|head|tree|build|ray"
    r"|snapshot))$|[a-z0-9](?:Ids?|IDs?|Uuid|UUID|Guid|Sid|SID)$"
    r"|(?i:cache|dedupe|dedup|idempotency|partition|primary|foreign|sort|routing|object|row|group|hash)_?[kK]eys?$"
)
#: What finds, in Rust's regex, every text that :func:`redact_prefixed_keys` changes.
SUSPICIOUS_PREFIXED: Final = r"[_\-][A-Za-z0-9]{20}"


def redact_prefixed_keys(text: str) -> str:
    """Take out keys that a prefix and a random run make; the very same text if there is none."""
    parts: list[str] = []
    done = 0
    for match in _SEPARATED_RUN.finditer(text):
        at = match.start()
        if at < done or not _holds_letters_and_digits(match["run"]):
            continue
        prefix = _PREFIX.search(text, max(done, at - _LONGEST_PREFIX), at)
        if prefix is None or not _is_key(prefix["words"], match["run"]):
            continue
        end = _REST.match(text, match.end()).end()  # type: ignore[union-attr]
        parts += (text[done : prefix.start()], REDACTED)
        done = end
    return "".join((*parts, text[done:])) if parts else text


def is_identifier(value: str) -> bool:
    """Whether a value can be an id, so that its looks alone make no secret of it where :func:`calls_id` says so."""
    return _IDENTIFIER.fullmatch(value) is not None


@lru_cache(maxsize=4_096)
def calls_id(key: str) -> bool:
    """Whether a key calls its value an id."""
    return _ID_KEY.search(key) is not None


def _holds_letters_and_digits(run: str) -> bool:
    return len(run) <= _LONGEST and not run.isalpha() and not run.isdigit()


def _is_key(prefix: str, run: str) -> bool:
    """Whether a run of letters and digits is a key, by the words before it."""
    words = re.split(r"[_\-]", prefix.lower())
    is_one_case = len(run) >= _LONGER_THAN_CODES and (run.islower() or run.isupper())
    if (_LONGER_WORD if is_one_case else _WORD).search(run) is not None or sum(map(str.isdigit, run)) < 2:
        return False
    if len(words) > 1 and words[0] in _TESTED:
        return False
    if not _OPENING.isdisjoint(words):
        return True
    if len(run) >= _LONGER_THAN_NAMES and _HEX.fullmatch(run) is None:
        return True
    return (
        len(run) >= _LONGER_THAN_IDS
        and words[-1].rstrip("0123456789") not in _OBJECTS
        and (_HEX.fullmatch(run) is not None or len(run) >= _LONGER_THAN_CODES or not (run.islower() or run.isupper()))
    )
