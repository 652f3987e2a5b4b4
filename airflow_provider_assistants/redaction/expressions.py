# SPDX-License-Identifier: Apache-2.0
"""What programs and commands have where a secret would be: a call that asks for it, or the name under which it is kept."""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.plausible import is_password_like

__all__ = ["COMPARED", "FALLBACK", "PATH_OF_WORDS", "REFERENCE", "is_call", "is_stored_name"]

#: A tag that says where a value is, one that was encrypted already, and what a pattern or a script has there.
REFERENCE: Final = re.compile(
    r"!(?![!\s])[A-Za-z]{2,12}(?:::[A-Za-z]{1,20}){0,3}[ ]|ENC\[[A-Z0-9_]{3,12},|\{cipher\}|[(\[]?(?:\.|\\[SwWdD])[*+]|\(?\[\^"
)
#: What a placeholder is compared with: ``{{password}} == "…"``.
COMPARED: Final = re.compile(r"[ ]{0,2}(?:={2,3}|is|equals|matches|=)[ ]{1,2}[\"'`]?(?P<value>[^\s\"'`]{6,128})")
#: What stands in a program where nothing else is given: ``process.env.KEY || "…"``, ``ENV.fetch("KEY") { "…" }``; and behind
#: the type of a variable: ``token: String = "…"``.
FALLBACK: Final = re.compile(
    r"(?:[A-Za-z_$][^\n\"'=;,{]{0,80}(?:[\"'][^\"'\n]{1,60}[\"'][^\n\"'=;,{]{0,8})?(?:\|\||\?\?|(?<= )or(?= )|(?<=\) )\{)"
    r"|&?[A-Za-z][\w.<>\[\]| ?&']{1,40}=)[ ]{0,2}[fbru]?(?P<quote>[\"'])(?P<default>[^\"'\n]{1,200})(?P=quote)"
)
#: The name of something that is kept: ``voice/deepgram``, ``db-credentials-2``, ``twilio:authToken``.
PATH_OF_WORDS: Final = re.compile(
    r"/?[a-z]{1,24}(?:[/_.\-][a-z]{1,24}){1,8}(?:[\-_][0-9]{1,2})?|/?[A-Za-z]{1,24}(?:[/:][A-Za-z]{1,24}){1,8}"
)
_WORD = re.compile(r"[a-z]{1,24}(?!\S)")
_WORD_OF_STORE = re.compile(r"(?<![\w\-])(?:secrets?|run|deploy|build|service) [^\n]*\Z")
_CALL_EXPRESSION = re.compile(
    r"(?:await |new )?(?:(?:[A-Za-z_]\w{0,40}\.){1,4}\w{1,40}|[A-Za-z_]{3}\w{0,40})"
    r"\((?P<arguments>[^()\n]{0,200}(?:\([^()\n]{0,80}\)[^()\n]{0,80}){0,2})\)"
)
_QUOTED_ARGUMENT = re.compile(r"[\"']([^\"'\n]{1,200})[\"']")


def is_call(text: str, at: int) -> bool:
    """Whether an expression of a program begins at a place that asks for the secret: ``get_token(client, scope="read")``."""
    call = _CALL_EXPRESSION.match(text, at)
    return call is not None and not any(
        is_password_like(each[1]) for each in _QUOTED_ARGUMENT.finditer(call["arguments"])
    )


def is_stored_name(text: str, at: int) -> bool:
    """Whether a command is given the name of a secret that is kept elsewhere: ``secrets versions access latest --secret=crm``."""
    if PATH_OF_WORDS.match(text, at) is not None:
        return True
    return _WORD.match(text, at) is not None and _WORD_OF_STORE.search(text, max(0, at - 120), at) is not None
