# SPDX-License-Identifier: Apache-2.0
"""
What is said of a secret in its place: where it is kept and under which name, what it must be like, why there is none.

Under ``password`` these are no secrets: ``not set``, ``db-password``, ``required|min:8``, ``Please enter your PIN``.
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, key_words, secret_meaning
from airflow_provider_assistants.redaction.values.randomness import REDACTED

__all__ = ["is_remark"]

_LONGEST_SENTENCE: Final = 400
_LONGEST_REMARK: Final = 80
#: Where a secret is, or why there is none; and the type of one.
_REMARK = re.compile(
    r"\(?(?i:not|never|no|from|set|ask|see|is|has|please|stored|kept|managed|same|sent|shared|given) [A-Za-z ,'()]{1,60}\.?"
    # What is said in brackets, and a mark of a language model's texts.
    r"|\([a-z][a-z ,]{2,40}\)|<\|?/?[a-z_]{1,24}\|?>|\[/?[A-Z]{2,8}\]"
    r"|(?i:string|integer|int|varchar|char|text|str|bool|boolean|float|secretstr)(?:\([0-9]{1,4}\)|[!?]|\[\])?"
    r"(?: ?\| ?[A-Za-z]{1,12}){0,3};?|z\.[a-z]{2,12}\([^ ]{0,60}\)"
    # The degrees of a person, and the name of a program's account.
    r"|(?:M\.?D|D\.?O|Ph\.?D|DDS|DMD|RN|NP|PA|FACS|FACC|MBA|M\.?Sc|B\.?Sc|JD|CPA|LCSW|PsyD|DVM|MPH|LMFT|DPT|PharmD)\.?"
    r"(?:, ?(?:M\.?D|D\.?O|Ph\.?D|DDS|DMD|RN|NP|PA|FACS|FACC|MBA|M\.?Sc|B\.?Sc|JD|CPA|LCSW|PsyD|DVM|MPH|LMFT|DPT|PharmD)\.?){0,5}"
    r"|[a-z][a-z0-9\-]{1,40}@[a-z0-9.\-]{1,60}\.gserviceaccount\.com"
    # A figure, a version, a measure, a colour, a regular expression, and a time.
    r"|\.{0,2}(?:/(?:v[0-9]{1,2}|[a-z]{2,20}(?:[_\-][a-z]{2,20}){0,3})){1,6}/?"
    r"|(?:\.{0,2}/)?(?:[A-Za-z_\-]{2,30}/){0,5}[A-Za-z_\-]{2,40}\.(?:vue|jsx?|tsx?|py|json|ya?ml|pem|key|txt|env|crt|cfg|ini|toml|html)"
    r"|[0-9]{1,2}|[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,4})?|[0-9]{1,6}(?:\.[0-9]{1,3})?[kKMB]|v[0-9]{1,2}"
    r"|[a-z]{2,20}(?:_[a-z]{2,20}){0,3}_id|__(?:Secure|Host)-[\w\-]{1,40}"
    r"|v?[0-9]{1,3}(?:\.[0-9]{1,4}){1,3}|[0-9]{1,4}(?:px|r?em|pt|vh|vw|ms|s|min|m|h|d|kb|mb|gb|%)|#[0-9a-fA-F]{6}"
    r"|\^(?=[^ ]*[\[\\])[^ ]{1,78}\$"
    # What is made of it; why it was not said, or where it is.
    r"|every (?:[0-9]{1,3} )?[a-z]{3,10}|on demand"
    r"|(?:hash|mask|tokenize|encrypt|redact)[:(][a-z0-9]{1,12}\)?"
    r"|(?:caller|customer|patient|declined|refused|did|didn['’]t|could|couldn['’]t|unable|already|(?:on|in|at) the)"
    r"(?: [A-Za-z'’]{1,20}){1,8}"
    # What is compared or cast, algorithms, and names of fonts and the like.
    r"|[<>=!]{1,2} ?-?[0-9]{1,6}(?:\.[0-9]{1,4})?%?|[a-z_]{2,30}(?::[a-z_]{2,30}){0,3}::[a-z]{3,12}|[A-Z]{3,5}/[A-Z]{3,5}"
    r"|(?:[A-Za-z][A-Za-z\- ]{1,20}, ?){1,4}(?:sans-serif|serif|monospace|system-ui)"
    r"|(?i:sha|md|hs|rs|es|ps|aes|rsa|ed|argon)-?[0-9]{1,5}(?:id|i|d)?|bcrypt|scrypt|pbkdf2"
    # What is wrong with it.
    r"|(?:(?:is|are) (?:too|not|in)|must|can['’]?t|cannot|should|may|needs?|at least|at most|minimum|maximum|only)"
    r"(?: (?:\(?[A-Za-z'’]{1,20}\)?|[0-9]{1,3}\)?)[.,;]?){1,14}"
    # The rules of a field in a form: ``required|min:8|confirmed``.
    r"|[a-z_]{2,20}(?::[\w,.]{1,20})?(?:\|[a-z_]{2,20}(?::[\w,.]{1,20})?){1,10}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+\-][0-9]{2}:?[0-9]{2})?"
)
#: A sentence of words only, and what it takes for one: words that only join others, and words of somebody who talks.
_FEWEST_BLANKS: Final = 3
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(
    r"[¿¡]?[^\W\d_]+(?:[ ,;'’\-–()>\"]{1,3}[^\W\d_]+){3,40}[)\"]?[.?!…]{0,3}"
    r"(?: [^\W\d_]+(?:[ ,;'’\-]{1,2}[^\W\d_]+){1,20}[.?!…]{1,3}){0,3}"
)
_FUNCTION_WORDS = frozenset(
    """
    the a an your you is are was be to of in on for it that this if from with must should can will do does not or and by at as
    has have we our me my their they but so then there here been may need no any
    el la los las un una su tu es son que de del en para por con si no se
    le les une votre vos est sont que du des dans pour par avec sur ne pas il
    der die das den dem ein eine ihr ihre ihren sie ist sind zu von mit für und oder nicht auf im
    o os as um uma seu sua do da dos das em com não
    """.split()
)
_TALKING_WORDS = frozenset(
    """
    your you please enter where when what which how who if must should can is are was has have not field required
    su tu introduzca ingrese por favor debe votre vous veuillez saisir ihr ihre bitte sie geben seu sua digite deve
    """.split()
)


def is_remark(value: str) -> bool:
    """Whether a text is something said of a secret: a few words, the name of one, or a sentence."""
    is_short = len(value) <= _LONGEST_REMARK
    return (
        is_short and (_REMARK.fullmatch(value) is not None or _is_name(value) or _is_description(value))
    ) or _is_sentence(value)


def _is_name(value: str) -> bool:
    """Whether a text is what a secret is called where it is kept or used: ``auth_token``, ``@pin`` of a query."""
    if value[0] == "@":
        return value[1:].isidentifier() and value.isascii() and secret_meaning(value[1:]) in _NAMED
    value = _VERSION.sub("", value)
    return (
        _IDENTIFIER.fullmatch(value) is not None
        and _CHOSEN_WORDS.isdisjoint(key_words(value))
        and (secret_meaning(value) in _NAMED or value.endswith("_KEY"))
    )


#: Of what is kept: ``db-password:latest``.
_VERSION = re.compile(r":(?:latest|current|[0-9]{1,3})\Z")
_IDENTIFIER = re.compile(
    r"[A-Z]{2,20}(?:_[A-Z]{2,20}){1,5}|[a-z]{2,20}(?:_[a-z]{2,20}){1,4}|[a-z]{2,20}(?:-[a-z]{2,20}){1,4}"
)
_NAMED = frozenset(
    {KeyMeaning.SECRET, KeyMeaning.SECRET_UNLESS_NUMBER, KeyMeaning.AUTHENTICATION, KeyMeaning.DESCRIPTION}
)
#: What people put before such a word when they make up a password.
_CHOSEN_WORDS = frozenset(
    """
    my our your super top very ultra mega long strong weak secret hidden change test dev demo admin root temp new pass local
    """.split()
)


def _is_description(value: str) -> bool:
    """Whether a few words tell what a secret is, in which it is named: ``Refresh token, may be empty``."""
    if value.count(" ") < _FEWEST_BLANKS - 1 or _DESCRIPTION.fullmatch(value) is None:
        return False
    words = set(value.lower().replace(",", "").split())
    return not (_SECRET_WORDS.isdisjoint(words) or _FUNCTION_WORDS.isdisjoint(words)) and _STATING_WORDS.isdisjoint(
        words
    )


_DESCRIPTION = re.compile(r"[A-Za-z][A-Za-z'’]{0,19}(?:,? [A-Za-z'’]{1,20}){2,12}\.?")
_SECRET_WORDS = frozenset(
    "password passwords passphrase token tokens key keys secret pin code passcode otp credential credentials".split()
)
#: A secret may follow them.
_STATING_WORDS = frozenset("is are was my equals".split())


def _is_sentence(value: str) -> bool:
    """Whether a text says something to somebody: ``Please enter your PIN``. A sentence may state a secret all the same."""
    if len(value) > _LONGEST_SENTENCE or value.count(" ") < _FEWEST_BLANKS:
        return False
    if _SENTENCE.fullmatch(value.replace(REDACTED, "x")) is None:
        return False
    words = set(map(str.casefold, _LETTERS.findall(value)))
    return len(words & _FUNCTION_WORDS) > 1 and not _TALKING_WORDS.isdisjoint(words)
