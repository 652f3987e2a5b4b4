# SPDX-License-Identifier: Apache-2.0
"""What programs and commands have where a secret would be: a call that asks for it, or the name under which it is kept."""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.named_in_text.names import ASSIGNABLE
from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, key_words, secret_meaning
from airflow_provider_assistants.redaction.values.plausible import is_key_like, is_password_like
from airflow_provider_assistants.redaction.values.randomness import is_symbol

__all__ = [
    "COMPARED",
    "FALLBACK",
    "NO_VALUE",
    "OPERATORS",
    "PATH_OF_WORDS",
    "REFERENCE",
    "SOURCE_LINE",
    "behind_quote",
    "is_applied",
    "is_argument",
    "is_call",
    "is_code_line",
    "is_expression",
    "is_named_elsewhere",
    "is_stored_name",
    "told_secret",
]

#: A tag that says where a value is, one that was encrypted already, and what a pattern or a script has there.
REFERENCE: Final = re.compile(
    r"!(?![!\s])[A-Za-z]{2,12}(?:::[A-Za-z]{1,20}){0,3}[ ]|ENC\[[A-Z0-9_]{3,12},|\{cipher\}|[(\[]?(?:\.|\\[SwWdD])[*+]|\(?\[\^"
    # The declaration of a field, and a type with its parameter.
    r"|\{ ?type: ?[\"']?[A-Za-z]|[A-Z][A-Za-z]{1,30}<[A-Z]|[A-Za-z]{3,30}<[^<>\n]{1,60}>\("
)
#: What a placeholder is compared with: ``{{password}} == "…"``.
COMPARED: Final = re.compile(r"[ ]{0,2}(?:={2,3}|is|equals|matches|=)[ ]{1,2}[\"'`]?(?P<value>[^\s\"'`]{6,128})")
#: What stands in a program where nothing else is given: ``process.env.KEY || "…"``, ``ENV.fetch("KEY") { "…" }``; and behind
#: the type of a variable: ``token: String = "…"``.
FALLBACK: Final = re.compile(
    r"(?:[A-Za-z_$][^\n\"'=;,{]{0,80}(?:[\"'][^\"'\n]{1,60}[\"'][^\n\"'=;,{]{0,8})?(?:\|\||\?\?|(?<= )or(?= )|(?<=\) )\{)"
    r"|\{[^{}\n\"']{0,80}(?:default|value): ?"
    r"|(?:[A-Za-z][\w.<>\[\]| ]{1,40}= )?[A-Za-z_$][\w.()$]{0,80}(?:(?<=\.default)\(|\((?:[^()\n\"']{0,60}, ?)?default ?=)"
    r"|&?[A-Za-z][\w.<>\[\]| ?&']{1,40}=)[ ]{0,2}[fbru]?(?P<quote>[\"'])(?P<default>[^\"'\n]{1,200})(?P=quote)"
)
#: What programs show of a secret, and what stands for another value or attribute: ``****9f1c``, ``*crm_key``, ``:rules="…"``.
NO_VALUE: Final = re.compile(
    r"[ \t]{0,2}[\"'`]?[*•]{3,}[A-Za-z0-9]{0,4}(?=[.!?]?(?:[\s\"'`,;)\]}]|\Z))|[ ]\*[a-z][a-z_\-]{1,40}(?=\s|\Z)"
    r"|(?<= :)[a-z\-]{2,20}=[\"']"
)
#: Behind a name that is a value itself: ``token = token or load_token()``.
OPERATORS: Final = frozenset("or and if is not in for else as from".split())
#: The name of something that is kept: ``voice/deepgram``, ``db-credentials-2``, ``twilio:authToken``.
PATH_OF_WORDS: Final = re.compile(
    r"/?[a-z]{1,24}(?:[/_.\-][a-z]{1,24}){1,8}(?:[\-_][0-9]{1,2})?|/?[A-Za-z]{1,24}(?:[/:][A-Za-z]{1,24}){1,8}"
)
#: ``PasswordEncoder.java:233``
SOURCE_LINE: Final = re.compile(
    r"\.(?:java|kt|scala|py|rb|php|go|rs|cs|cpp|cc|[ch]|swift|[jt]sx?|vue|ex|exs):[0-9]{1,5}[):,]{0,3}\Z"
)
_WORD = re.compile(r"[a-z]{1,24}(?!\S)")
_WORD_OF_STORE = re.compile(r"(?<![\w\-])(?:secrets?|run|deploy|build|service) [^\n]*\Z")
_CALL_EXPRESSION = re.compile(
    r"(?:await |new )?(?:(?:[A-Za-z_]\w{0,40}\.){1,4}\w{1,40}|[A-Za-z_]{3}\w{0,40})"
    r"\((?P<arguments>[^()\n]{0,200}(?:\([^()\n]{0,80}\)[^()\n]{0,80}){0,2})\)"
)
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z _\-]{2,40}[0-9]{0,2}")
#: A regular expression.
_PATTERN = re.compile(r"\A\^|\\[dwWsSb]|\[\^?[a-zA-Z0-9]-")
_QUOTED_ARGUMENT = re.compile(r"[\"']([^\"'\n]{1,200})[\"']")


def is_call(text: str, at: int) -> bool:
    """Whether an expression of a program begins at a place that asks for the secret: ``get_token(client, scope="read")``."""
    call = _CALL_EXPRESSION.match(text, at)
    return call is not None and not any(_is_told(each[1]) for each in _QUOTED_ARGUMENT.finditer(call["arguments"]))


def _is_for_secret(argument: str) -> bool:
    """Whether an argument is a regular expression, or says which field is meant: ``"Password2"``."""
    if _PATTERN.search(argument) is not None:
        return True
    return _FIELD_NAME.fullmatch(argument) is not None and secret_meaning(argument) is KeyMeaning.SECRET


#: What stands before an expression, and the name of a variable, a member or a type with what follows it in a program.
_PREFIXED = re.compile(
    r"(?:(?:await|not|new|async|yield|typeof) |lambda[ :]|\*\*)(?=[A-Za-z_({\[])"
    # A command of PowerShell's.
    r"|(?:Convert(?:To|From)|New|Get|Read|Import|Invoke|Join|Select)-[A-Z][A-Za-z]{2,30}(?![\w\-])"
)
_TUPLE = re.compile(r"[({][ ]?(?:\*\*|(?:await|not|new) )?[A-Za-z_][A-Za-z_.]{1,60}(?:,[ ]|\)|\(|\[)")
_NAME: Final = r"[A-Za-z_$]\w{0,60}+"
_APPLIED = re.compile(
    rf"&?(?P<symbol>{_NAME}(?:(?:\?\.|\.|->|::){_NAME}){{0,6}})(?P<applied>\((?P<arguments>[^\n]{{0,200}})"
    r"|\[(?P<place>[^\[\]\n]{0,60}(?:\[[^\[\]\n]{0,60}\][^\[\]\n]{0,60})?)\]|[ ][+*/%][ ](?=[A-Za-z0-9_(])"
    r"|[ ]\|[ ](?:None|str|int|bytes|null|undefined|string|number|[A-Z][a-z]\w{2,40})(?!\w)"
    r"|[ ](?:or|and|if|is|in)[ ](?:not[ ])?(?:\w{1,40}[.(\[]|None|True|False|self(?!\w))|[ ]=[ ]|(?P<end>[,)\]};]))"
)
#: What a member of an object, or of a mapping, is set to.
_MEMBER = re.compile(r"(?:\A|[^\w.])(?:self|this|token)\.[\w.]{1,80}[ ]=[ ]\Z|\][ ]=[ ]\Z")
_WORD_ALONE = re.compile(r"-?[A-Za-z_0-9]{1,40}(?<![0-9]{4})[ ]{0,2}(?=\n|\Z|#)")
#: A field of a docstring.
_FIELD = re.compile(r":(?:type|param|arg|ivar|cvar|var|keyword|raises)[ ](?:[\w.\[\]|, ]{1,60}[ ])?\Z")
_CAPITALIZED = re.compile(r"[A-Z]\w*[a-z]")
#: The rest of an indented line of a call, and the name before the bracket of one, or before that of a mapping.
_INDENTED = re.compile(r"(?:\A|\n)[ \t]+[\"'*]{0,2}(?:\w{1,60}: )?\Z")
_OPEN = re.compile(r"(?:\w\(|\{|(?<=[=(,:])[ ]?\[)[^(){}\[\]\n]{0,200}\Z")
_LONGEST_LINE: Final = 240
_NUMBERED_END = re.compile(r"[0-9]\Z")


def is_expression(text: str, start: int, at: int, sign: str) -> bool:
    """
    Whether what a name is assigned is an expression of a program rather than a value: ``token: Token | None``.

    :param start: Where the name begins.
    :param at: Where the value begins.
    :param sign: What assigns it.
    """
    if _TUPLE.match(text, at):
        return True
    if sign == "=" and _MEMBER.search(text, max(0, start - 1), at) and _WORD_ALONE.match(text, at):
        return True
    if sign == ":" and text[start - 1 : start] == " " and _FIELD.search(text, max(0, start - 80), start):
        return True
    prefix = _PREFIXED.match(text, at)
    applied = _APPLIED.match(text, prefix.end() if prefix else at)
    if applied is None:
        return prefix is not None
    if _NUMBERED_END.search(applied["symbol"]) and applied["arguments"] != ")":
        return False
    if applied["end"] is None and applied["applied"] != " = ":
        return _holds_no_secret(applied)
    symbol = applied["symbol"]
    if applied["end"] is None:
        return sign == ":" and _CAPITALIZED.match(symbol) is not None
    if start and text[start - 1] in "\"'" and text.startswith(text[start - 1], at - 2 - text[at - 2 : at].count(" ")):
        return True
    before = text[max(0, start - _LONGEST_LINE) : start]
    is_inside = _OPEN.search(before) is not None or (applied["end"] == "," and _INDENTED.search(before) is not None)
    if not is_inside:
        return False
    is_named = secret_meaning(symbol) is not KeyMeaning.PLAIN
    if sign == ":":
        return is_named and _CAPITALIZED.match(symbol) is not None
    return sign == "=" and (is_named or ("_" in symbol or "." in symbol)) and is_symbol(symbol.replace("$", ""))


def _holds_no_secret(applied: re.Match[str]) -> bool:
    if applied["arguments"] is not None:
        given = (each[1] for each in _QUOTED_ARGUMENT.finditer(applied["arguments"]))
        return not any(map(_is_told, given))
    return applied["place"] is None or not is_key_like(applied["place"].strip("\"'"))


def told_secret(text: str, at: int) -> tuple[int, int] | None:
    """Return the secret that a call at a place is told: ``token = await sign_in("…")``."""
    prefix = _PREFIXED.match(text, at)
    applied = _APPLIED.match(text, prefix.end() if prefix else at)
    if applied is None or applied["arguments"] is None:
        return None
    for given in _QUOTED_ARGUMENT.finditer(applied["arguments"]):
        if _is_told(given[1]):
            return applied.start("arguments") + given.start(1), applied.start("arguments") + given.end(1)
    return None


def is_applied(text: str, at: int) -> bool:
    """Whether a function of a program is called at a place, without being told a secret."""
    applied = _APPLIED.match(text, at)
    return (
        applied is not None
        and (applied["arguments"] is not None or applied["place"] is not None)
        and is_symbol(applied["symbol"])
        and _holds_no_secret(applied)
    )


def _echoes_name(name: str, value: str) -> bool:
    """Whether a value only repeats the name that it has, as the members of a list do: ``ACCESS_TOKEN = "access_token"``."""
    bare = value.strip("_-")
    if not bare.replace("_", "").replace("-", "").replace(".", "").isalpha() or not bare.isascii():
        return False
    words = {word.removesuffix("s") for word in key_words(bare)}
    named = {word.removesuffix("s") for word in key_words(name)}
    is_secret = secret_meaning(bare) not in (KeyMeaning.PLAIN, KeyMeaning.DESCRIPTION)
    if words <= named:
        return len(words) > 2 or is_secret
    # The name under which another program knows it: ``SECRET_KEY = "aws_secret_access_key"``, and a class.
    is_longer = named < words or _CLASS.fullmatch(value) is not None
    return len(words) > 2 and is_longer and is_secret and words.isdisjoint(_CHOSEN_WORDS)


_CLASS = re.compile(r"_?(?:[A-Z]{1,7}(?=[A-Z][a-z])|[A-Z][a-z]{2,20}){3,8}")
#: Words of passwords that were chosen carelessly.
_CHOSEN_WORDS: Final = frozenset(
    "my our your the this super very top some strong long dev test prod admin default root change me is good bad best".split()
)


_CODE_LINE = re.compile(
    r"(?:[A-Za-z_]\w{0,60}\.){0,6}[A-Za-z_]\w{0,60}\((?P<arguments>[^\n]{0,200})\)?[:;,]?(?=\n|\Z|\s)"
)


def is_code_line(line: str) -> bool:
    """Whether a line calls something without telling it a secret: ``mask_secret(self.password)``."""
    call = _CODE_LINE.match(line)
    return call is not None and not any(_is_told(each[1]) for each in _QUOTED_ARGUMENT.finditer(call["arguments"]))


def _is_told(value: str) -> bool:
    """Whether a function is given a secret rather than the name of one: ``get_by_label("Password2")``."""
    return is_password_like(value) and not _is_for_secret(value)


def is_stored_name(text: str, at: int) -> bool:
    """Whether a command is given the name of a secret that is kept elsewhere: ``secrets versions access latest --secret=crm``."""
    if PATH_OF_WORDS.match(text, at) is not None:
        return True
    return _WORD.match(text, at) is not None and _WORD_OF_STORE.search(text, max(0, at - 120), at) is not None


#: What may stand between a text with a name and its mark, and the text with the value.
_NEXT_WORD = re.compile(r",? (?!for |if |in |and |or )[a-z]{2,}")
_NEXT_QUOTED = re.compile(r"[ ]{0,2}[,+.][ ]{0,2}(?=[fr]?[\"'`])|[ ](?=[\"'])")
_OPENING_QUOTES: Final = {each: re.compile(rf"(?<![\w{each}]){each}") for each in "\"'"}
_LONGEST_QUOTED: Final = 400


def behind_quote(text: str, at: int, marked: int) -> int | None:
    """
    Return where the value begins if a quote that a name and its mark end is passed: ``print("password:", "…")``.

    :param at: Where the value begins otherwise.
    :param marked: Where the mark behind the name ends.
    :returns: None if nothing follows: ``echo 'Enter the PIN:'``.
    """
    quote = text[at : at + 1]
    if quote not in _OPENING_QUOTES or at - marked > 1:
        return at
    before = text[max(0, at - _LONGEST_QUOTED, text.rfind("\n", 0, at) + 1) : at]
    if before.count(quote) != 1 or _OPENING_QUOTES[quote].search(before) is None:
        return at
    behind = _NEXT_QUOTED.match(text, at + 1)
    if behind is not None:
        return behind.end()
    return at if _NEXT_WORD.match(text, at + 1) else None


def is_named_elsewhere(name: str, value: str) -> bool:
    """Whether a value says where a secret is kept, or how it is called: ``SecretId="prod/crm"``, ``NAMES = ["API_TOKEN"]``."""
    if "/" in value or name.lower().endswith(("id", "name")):
        return PATH_OF_WORDS.fullmatch(value) is not None
    return _echoes_name(name, value) or (_CONSTANT.fullmatch(value) is not None and secret_meaning(value) in ASSIGNABLE)


#: A variable of the environment.
_CONSTANT = re.compile(r"[A-Z]{2,16}(?:_{1,2}[A-Z]{1,16}){1,8}(?<!_SECRET)|[A-Z]{2,16}(?:_{1,2}[A-Z]{1,16}){2,8}")


def is_argument(name: str, value: str) -> bool:
    """Whether what follows an option is its value, rather than the next option, a command to run or the name of a secret."""
    is_name = name.lower().endswith(("id", "-secret")) and PATH_OF_WORDS.fullmatch(value) is not None
    is_elsewhere = name.endswith(("-pass", "-passin", "-passout")) and value.startswith(
        ("file:", "env:", "fd:", "stdin")
    )
    return not (is_elsewhere or is_name or _BUILD_SECRET.match(value) or value.startswith(("-", "$(", "`", "<(")))


#: Of an image's build: ``--secret id=npm,src=.npmrc``.
_BUILD_SECRET = re.compile(r"(?:id|src|source|type|target)=")
