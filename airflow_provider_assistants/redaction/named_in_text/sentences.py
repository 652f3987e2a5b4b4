# SPDX-License-Identifier: Apache-2.0
"""
Secrets that a sentence states, before or after the word that names them.

A name is followed by a copula (``the password is …``), stands behind the secret (``use … as the password``), or asks for what
the rest of the sentence gives (``when asked for the password, enter …``). No more than a few words around a name are read.
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.named_in_text.clauses import Span, clause_words, is_free
from airflow_provider_assistants.redaction.named_in_text.expressions import is_applied, is_code_line
from airflow_provider_assistants.redaction.named_in_text.phrases import phrase
from airflow_provider_assistants.redaction.names.secret_names import (
    NAME_LIKE,
    KeyMeaning,
    is_setting_word,
    key_words,
    secret_meaning,
)
from airflow_provider_assistants.redaction.names.words import COPULAS
from airflow_provider_assistants.redaction.values.placeholders import is_no_secret, is_placeholder, placeholder_end
from airflow_provider_assistants.redaction.values.plausible import (
    is_certain,
    is_chosen,
    is_key_like,
    is_no_word,
    is_numbered,
    is_other_name,
    is_password_like,
    is_password_name,
    is_pin,
    is_secret_under,
    is_stated_word,
    names_a_secret,
    trimmed,
)
from airflow_provider_assistants.redaction.values.randomness import looks_random

__all__ = ["in_prose", "on_the_next_line"]

_COPULA = re.compile(
    r"(?P<filler>[^\n.!?=:;|<>{}\"]{0,56}?)(?:(?<=[\s*_`)\"'])|(?<=[\u0250-\uffff])|\A)(?P<copula>"
    + "|".join(sorted(map(re.escape, COPULAS), key=len, reverse=True))
    + r")(?:(?=[\s\"'`*:])|(?<=[\u0250-\uffff]))[ \t:*]{0,4}",
    re.IGNORECASE,
)
_FILLED_MARK = re.compile(r"(?![@/])[^\n.!?=:;|<>{}\"]{0,40}?(?:[:=]|[ ](?:[—–→»\-]|[\-=]{1,2}>)(?=[ ]))[ \t*`]{0,3}")
#: What stands between a name and a mark that assigns something else: the option of a command, an argument, a condition.
_OPTION = re.compile(
    r"\s--?[A-Za-z]|\A[\"']?,[ ]?[\w\-]+[\"']?[=:]|[\"'],[ ]?[\"']|(?-i: (?:FROM|WHERE|AND|SET|JOIN|VALUES) )"
)
#: What is said of a secret before it is given: ``the password (until March) is …``.
_REMARK = re.compile(r"[ ]{0,2}\([^()\n]{1,60}\)")
_LONGEST_WORD: Final = 400
_SHORTEST_STATED: Final = 2
_BARE_WORD = re.compile(rf"[\"'`“‘«„「『(\[*<]{{0,3}}(?P<bare>[!-~]{{1,{_LONGEST_WORD}}})")
_QUOTED = re.compile(r"(?P<quote>[\"'`“‘«„])(?P<bare>[^\n\"'`”’»“]{1,200})[\"'`”’»“]")
#: They join words in English, and assign in a language whose words for secrets are others.
_ENGLISH = frozenset(
    "password passwords token tokens key keys secret secrets pin credentials cookie passcode code".split()
)
_WEAK_COPULAS = frozenset("to on of with using als je er".split())
#: Blanks, and what lists, tags and leaders put between a name and a value.
_PROSE_GAP = re.compile(
    r"[ \t(\[\-–—#]{1,8}(?![.…•*_\]\"'`<\u2190-\u27bf\U0001f446-\U0001f449])"
    r"|(?:[ \t(\[\-–—#.…•*_\]\"'`]|[\u2190-\u21ff\u2700-\u27bf\U0001f446-\U0001f449]|</?[a-z]{1,6}>){1,24}"
)
_UUID = re.compile(r"[ ]([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?![\w\-])")
#: ``define('DB_PASSWORD', '…')``, ``setPassword("…")``, ``<key>password</key><string>…</string>``.
_CALL = re.compile(
    r"[\"'`]?[ ]{0,2}(?:[,(][ ]{0,2}[\"'`]|</[\w\-]{1,24}>\s{0,12}<[\w\-]{1,24}>)([^\"'`\n<>]{1,200})[\"'`<]"
)
#: The name of something in a program.
_CAMEL = re.compile(r"_|[a-z][A-Z][a-z]")
_IDENTIFIER = re.compile(r"[a-z0-9][._][A-Za-z]|[a-z][A-Z]")

#: ``user bob, password``.
_USER_BEFORE = re.compile(
    r"(?i)(?<![a-z])(?:user(?:[ ]?name)?|usr|login|account|benutzer(?:name)?)(?:[ ]?[:=])?[ ]"
    r"(?!(?:and|or|und|oder|with|not|name|the|page|form)[ ])[^\s,;/|]{1,64}(?:[ ]?[,;/|&]|[ ](?:and|with|und|mit))?"
    r"[ ](?:the[ ]|its[ ]|das[ ]|dem[ ])?\Z"
)
_QUOTED_WORD = re.compile(r"[\"'`“‘«„]([a-z]{4,40})[\"'`”’»“](?![\w])")
#: Who says something in the record of a chat, and when.
_SPEAKER = (
    r"[>*\- ]{0,4}(?:\[?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?\]?[ ,]{0,2})?"
    r"[^\n:]{0,32}(?::|(?<=\])|>)[* ]{1,3}"
)
_LEAD_IN = (
    r"(?i:(?:i (?:think|believe|guess)(?: it['’]?s| it is| it was)?|maybe|probably|should be|it was|sure|yes|yep|ok|okay"
    r"|it['’]?s|it is|that['’]s|here you go|here|the password is|try|use|still)[ ,:\-–—]{1,3})"
)
_QUESTION = re.compile(
    rf"(?P<filler>[^\n?]{{0,60}})\?{{1,3}}[\"'”)]{{0,2}}(?:[ ]{{1,2}}(?:[A-Z][A-Za-z ]{{0,20}}: )?"
    rf"|[ ]?\r?\n(?:{_SPEAKER})?){_LEAD_IN}{{0,3}}"
)
_ANSWER = re.compile(r"[\"'`“*]{0,2}([!-~]{3,200}?)[\"'`”*]{0,2}(?=[ ]?\r?\n|[ ]?\Z|[.,;!]{0,1}[ ])")

_NEW = re.compile(
    r"[ ,.][^\n]{0,120}?(?<![A-Za-z])(?i:new|updated|current|neu|nuevo|nueva|nova|nouveau)(?: one| value)?"
    r"(?: is|[:=]| ?(?:->|→|–|-))[ ][\"'`*]{0,2}(?P<value>[^\s\"'`]{4,128})"
)

_CLOSING = frozenset("\"'`,;)]*")
#: What stands right before a secret in a clause that names it: what is done with it, and what joins it to a user.
_CUES = frozenset(
    """
    is are was be currently now to as using with enter type use send say answer provide give reply input submit value pass set
    equals by via and s or remains remain still reads becomes code number value nummer nr / | & = : -> " ' ` “ ‘ « „ ( [ ,
    ist lautet mit als und gib nutze verwende wert est avec comme et utilise saisir entrez es con como y usa ingrese é com e
    digite è met en gebruik jest z jako i to wpisz
    """.split()
)
#: Words of settings that are none where a sentence states a secret.
_CHANGES = frozenset(
    "used set changed change reset updated should must can may between to on in at type since until".split()
)
#: What is followed by examples, and what is followed by the name under which a secret is kept.
_LIKENING = frozenset("like such similar".split())
_KEPT_IN = frozenset("credential credentials variable item entry vault connection named called field column".split())
_BEFORE: Final = 170
_STATED_BEFORE = re.compile(
    r"(?P<open>[\"'`“‘«„*]{0,2})(?P<value>[^\s\"'`“”‘’«»„]{3,128})(?P<close>[\"'`”’»“*]{0,3})"
    r"(?: (?i:is|was|ist|war|lautet|est|es|é|è|jest|to|are|=|–|-)|,? (?i:that['’]?s|this is|which is|it['’]s|being))"
    r" (?:(?!not )[\w'’/\-]{1,14} ){0,4}[\"'`*]{0,2}\Z"
)
_GIVEN_BEFORE = re.compile(
    r"(?:^|[\s(\"'])(?i:use|enter|type|say|input|provide|send|pass|give|submit|include|insert|put|set|add|try|dial|press"
    r"|apply|paste|copy|fill in|write|nutze|verwende|benutze|gib|utilise|utilisez|saisissez|usa|use|ingrese"
    r"|introduce|digite|insira|gebruik|voer|użyj|wpisz|usare"
    r"|inserisci)[ :]{1,2}(?:(?:the|value|code|word|text|string|den|das|la|le|el|o|a) ){0,2}"
    r"(?P<open>[\"'`“‘«„*]{0,2})(?P<value>[^\s\"'`“”‘’«»„]{3,128})(?P<close>[\"'`”’»“*]{0,3}),? (?:[^.!?\n]{0,90}[ (/\"'`*])?\Z"
)
#: What says less needs a value that says more.
_MENTIONED_BEFORE = re.compile(
    r"(?:^|[\s(])(?i:with|it['’]s|it is|by|uses|used|enters|entered|types|typed|sends|sent|passes|passed|wants|expects|needs"
    r"|requires|takes|accepts|accepted|carries|got|received|says|say|answers?)[ ](?:the[ ])?"
    r"(?P<open>[\"'`“‘«„*]{0,2})(?P<value>[^\s\"'`“”‘’«»„]{6,128})(?P<close>[\"'`”’»“*]{0,3})[,;]?"
    r" (?:[^.!?\n]{0,60}[ (/\"'`*])?\Z"
)
#: ``… (the password of the fax)``, ``… as its key``.
_REMARKED_BEFORE = re.compile(
    r"(?:^|[\s(])(?P<open>[\"'`“‘«„*]{0,2})(?P<value>[^\s\"'`“”‘’«»„()]{6,128})(?P<close>[\"'`”’»“*]{0,3})"
    r"(?:[ ]?\((?:[\w'’\-]{1,14} ){0,3}|[ ]as[ ](?:[\w'’\-]{1,14} ){0,3})[\"'`*]{0,2}\Z"
)
_VAGUE_BEFORE: Final = (_MENTIONED_BEFORE, _REMARKED_BEFORE)


def in_prose(text: str, meaning: KeyMeaning, start: int, at: int) -> Span | None:
    """
    Return the secret that a sentence states.

    :param meaning: What the name means.
    :param start: Where it begins.
    :param at: Where it ends.
    """
    name = text[start:at]
    remark = _REMARK.match(text, at)
    if remark is not None:
        found = _stated(text, meaning, remark.end(), name)
        if found is not None:
            return found
    found = _stated(text, meaning, at, name)
    if found is not None:
        return found
    argument = _CALL.match(text, at)
    if (
        argument
        and is_secret_under(meaning, argument[1])
        and is_no_word(argument[1])
        and not is_numbered(argument[1].replace(":", "-"))
        and not NAME_LIKE.fullmatch(argument[1].strip(" :"))
    ):
        return argument.span(1)
    if text[at : at + 1] == "(" and _IDENTIFIER.search(name):
        return None
    gap = _PROSE_GAP.match(text, at)
    # What has a name of a program is set, by whatever command: ``ENV API_KEY …``.
    is_word = _CAMEL.search(name) is None and name.count("-") < 2
    found = _bare(text, gap.end(), meaning, name, strong=is_word and len(gap[0]) < 4) if gap else None
    uuid = _UUID.match(text, at) if meaning is KeyMeaning.SECRET else None
    if found is None and uuid is not None:
        return uuid.span(1)
    return (
        found
        or _behind_password(text, meaning, start, at, name)
        or on_the_next_line(text, meaning, at, name)
        or _answered(text, meaning, at, name)
        or _renewed(text, meaning, at)
        or _around(text, meaning, start, at, name)
    )


def _stated(text: str, meaning: KeyMeaning, at: int, name: str) -> Span | None:
    """Return the secret that stands behind a copula or a mark."""
    copula = _COPULA.match(text, at)
    if copula is not None and not _is_about_settings(copula["filler"]):
        words = phrase(text, copula.end(), name)
        if words is not None:
            return words
        quoted = _QUOTED.match(text, copula.end())
        word = quoted["bare"] if quoted else ""
        if quoted and len(word) > _SHORTEST_STATED and " " not in word and is_secret_under(meaning, word):
            return None if is_other_name(word) else quoted.span("bare")
        is_weak = copula["copula"].lower() in _WEAK_COPULAS and not _ENGLISH.isdisjoint(key_words(name))
        found = _bare(text, copula.end(), meaning, name, strong=is_weak) or _stated_word(text, copula, name)
        if found is not None:
            return found
    filled = _FILLED_MARK.match(text, at)
    if filled is not None and not _is_about_settings(filled[0]) and _OPTION.search(filled[0]) is None:
        words = phrase(text, filled.end(), name)
        if words is not None:
            return words
        found = _bare(text, filled.end(), meaning, name, strong=False)
        if found is not None or filled[0].rstrip(" \t*`")[-1] not in ":=>→":
            return found
        return _final_word(text, filled.end(), name)
    return None


def _renewed(text: str, meaning: KeyMeaning, at: int) -> Span | None:
    """Return the new secret of those that a line tells of: ``The password was changed. Old: …. New: …``."""
    new = _NEW.match(text, at)
    if new is None:
        return None
    value = trimmed(new["value"])
    if not is_key_like(value) or not is_free(text, new.start("value"), value, meaning):
        return None
    return new.start("value"), new.start("value") + len(value)


def _behind_password(text: str, meaning: KeyMeaning, start: int, at: int, name: str) -> Span | None:
    """Return what stands right behind the word password: a password, or any word if a user stands before."""
    if text[at : at + 1] != " " or not is_password_name(name):
        return None
    word = _QUOTED_WORD.match(text, at + 1)
    if word is not None:
        return word.span(1) if is_stated_word(name, word[1]) and not is_no_secret(word[1]) else None
    found = _bare(text, at + 1, meaning, name, strong=False)
    if found is not None:
        return found if is_password_like(text[found[0] : found[1]]) else None
    return _final_word(text, at + 1, name) if _USER_BEFORE.search(text, max(0, start - 120), start) else None


def _answered(text: str, meaning: KeyMeaning, at: int, name: str) -> Span | None:
    """Return the secret that somebody gives who is asked for it: ``the password? …``."""
    question = _QUESTION.match(text, at)
    word = _ANSWER.match(text, question.end()) if question is not None else None
    if question is None or word is None or _is_about_settings(question["filler"]):
        return None
    value = trimmed(word[1])
    if (is_key_like(value) or is_pin(name, value)) and is_free(text, word.start(1), value, meaning):
        return word.start(1), word.start(1) + len(value)
    return None


def _around(text: str, meaning: KeyMeaning, start: int, at: int, name: str) -> Span | None:
    """Return the secret in the clause behind a name, or right before it."""
    return _in_clause(text, at, meaning, name) or _before(text, start, meaning, name)


def _before(text: str, start: int, meaning: KeyMeaning, name: str) -> Span | None:
    begin = max(0, start - _BEFORE, text.rfind("\n", max(0, start - _BEFORE), start) + 1)
    window = text[begin:start]
    if " " not in window:
        return None
    for pattern in (_STATED_BEFORE, _GIVEN_BEFORE, _MENTIONED_BEFORE, _REMARKED_BEFORE):
        match = pattern.search(window)
        if match is None:
            continue
        value = trimmed(match["value"])
        if pattern in _VAGUE_BEFORE and not is_chosen(value):
            continue
        is_quoted = bool(match["open"].strip("*")) and bool(match["close"].strip("*")) and len(value) >= 4
        if is_quoted or is_key_like(value) or is_pin(name, value):
            first = begin + match.start("value")
            if is_free(text, first, value, meaning):
                return first, first + len(value)
    return None


def _in_clause(text: str, at: int, meaning: KeyMeaning, name: str) -> Span | None:
    if not text[at : at + 1].isspace() and text[at : at + 1] not in _CLOSING:
        return None
    first, previous, word_before, is_described = True, "", "", False
    for word in clause_words(text, at):
        token = word[0]
        if word[0] == "BETWEEN" or (first and token.lower() in _LIKENING):
            return None
        if first and token.isalpha() and token.lower() not in _CHANGES:
            if is_setting_word(token.lower()):
                return None
            is_described = secret_meaning(f"{name} {token}") in (KeyMeaning.DESCRIPTION, KeyMeaning.PLAIN)
        first = first and not token.isalpha()
        value = trimmed(token)
        if names_a_secret(name, value) or (word_before in _KEPT_IN and names_a_secret("secret", value)):
            return None
        if previous == "," and is_numbered(value):
            return None
        fits = is_key_like if previous in _CUES and not is_described else is_certain
        if fits(value) or (previous in _CUES and previous not in "(=" and is_pin(name, value)):
            if is_free(text, word.start(), value, meaning):
                return word.start(), word.start() + len(value)
            return None
        previous = token.lower()
        word_before = previous if previous.isalpha() else word_before
    return None


def on_the_next_line(text: str, meaning: KeyMeaning, at: int, name: str) -> Span | None:
    """Return the secret that has a line of its own below its name."""
    gap = _LINE_GAP.match(text, at)
    if gap is None:
        return None
    filler = gap["filler"]
    if filler and (meaning is not KeyMeaning.SECRET or _is_about_settings(filler)):
        return None
    word = _WHOLE_LINE.match(text, gap.end())
    if word is None:
        return None
    value = trimmed(word[1])
    if (is_key_like(value) or is_pin(name, value)) and is_free(text, word.start(1), value, meaning):
        return None if is_code_line(word[1]) else (word.start(1), word.start(1) + len(value))
    return None


#: Marks at the end of the line of a name, and before what stands on the next one: lists, fences, quotes, blocks of YAML.
_LINE_GAP = re.compile(
    r"(?:[ \t\"'`*_:=)\]|>+\-]{0,8}|(?P<filler>[ !.,][^\n:{}<>=]{0,100}):[ ]?)\r?\n"
    r"(?:Content-[A-Za-z\-]{3,24}: ?[^\n]{1,80}\n){0,2}"
    r"(?:[ \t]{0,8}\r?\n)?(?:[ \t]{0,8}`{3}\w{0,10}\r?\n)?[ \t>*`\"'\-]{0,24}"
)
_WHOLE_LINE = re.compile(r"([!-~]{3,400}?)[\"'`]{0,2}[ \t]{0,8}(?=\r?\n|\Z)")


def _stated_word(text: str, copula: re.Match[str], name: str) -> Span | None:
    return _final_word(text, copula.end(), name) if copula["copula"].lower() in ("is", "is:") else None


def _final_word(text: str, at: int, name: str) -> Span | None:
    word = _FINAL_WORD.match(text, at)
    return word.span(1) if word is not None and is_stated_word(name, word[1]) else None


_FINAL_WORD = re.compile(r"([a-z]{4,40})(?=[.!,](?:\s|\Z)|\s{0,2}\Z|\n| and )")


def _bare(text: str, at: int, meaning: KeyMeaning, name: str, *, strong: bool) -> Span | None:
    word = _BARE_WORD.match(text, at)
    if word is None or word["bare"].startswith("//") or placeholder_end(text, word.start("bare")) is not None:
        return None
    value = re.split(r"[\"'`<>,;\\]", word["bare"], maxsplit=1)[0].rstrip(".,;:!?)]*")
    if (
        not value
        or "://" in value
        or _is_flag(word["bare"])
        or names_a_secret(name, value)
        or not is_secret_under(meaning, value)
        or is_no_secret(word["bare"].rstrip(".,;:!?"))
        or is_placeholder(word["bare"].rstrip(".,;:!?)"))
        or is_applied(text, word.start("bare"))
    ):
        return None
    if not ((is_certain(value) if strong else is_key_like(value)) or is_pin(name, value)):
        return None
    begin = word.start("bare")
    return begin, begin + len(value)


#: What else has a code that opens nothing.
_OTHER_THINGS = frozenset(
    key_words(
        "product order customer invoice postal zip error producto pedido cliente produto produit commande produkt kunde"
        " bestellung rechnung προϊόντος πελάτη παραγγελίας ταχυδρομικός σφάλματος товара заказа ошибки"
    )
)


def _is_flag(value: str) -> bool:
    """Whether a text is a setting of its own: ``analytics=off``."""
    flag = _FLAG.match(value)
    return flag is not None and not looks_random(flag[1])


_FLAG = re.compile(r"([A-Za-z_][\w.\-]{0,40})={1,2}(?=[^=])")


def _is_about_settings(filler: str) -> bool:
    """Whether what stands between a name and its value makes a setting of it: ``token limit is``."""
    words = [word for word in key_words(filler) if word not in _CHANGES]
    return any(is_setting_word(word) or is_setting_word(word.removesuffix("s")) for word in words) or (
        not _OTHER_THINGS.isdisjoint(words)
    )
