# SPDX-License-Identifier: Apache-2.0
"""
Blocks of settings inside text whose heading says that what follows are secrets, whatever each is called.

``stringData:`` of a Kubernetes Secret, ``credentials:`` of a YAML file, ``[secrets]`` of a TOML file. A line is read as part
of one block only, and a block has few lines: the time is linear.
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.named_in_text.clauses import Span, is_free
from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, is_setting
from airflow_provider_assistants.redaction.values.plausible import is_chosen

__all__ = ["TextBlocks", "declared_value"]

#: What a heading calls several secrets.
_GROUP = re.compile(
    r"(?i)(?:[\w.\-]{0,40}[_\-.])?"
    r"(?:secrets?(?:[_\-]?(?:env|data|values))?|string[_\- ]?data|credentials?|creds|passwords|passwds"
    r"|api[_\- ]?keys|(?:auth|access|api)[_\- ]?tokens|basic_?auth(?:_users)?"
    r"|(?<![\w.\-])keys|zugangsdaten|credenciais|credenciales|identifiants|senhas)"
)
#: The end of a heading's line; and what stands between the kind of an object of Kubernetes and what it holds.
_END = re.compile(r"[\"'`*]{0,3}(?:[ \t]{0,2}:|\])[ \t]{0,4}(?:[>|][\-+]?[ \t]{0,4})?(?:#[^\n]{0,120})?\r?\n")
_OF_KUBERNETES = re.compile(r"\r?\n(?:(?!data:)[^\n]{0,200}\n){0,14}data:[ \t]{0,4}\r?\n")
_KIND = re.compile(r"kind:[ ]{1,2}[\"']?\Z")
_REST = re.compile(r"[\w.\-]{0,40}")
_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<rest>[^\n]*)(?:\n|\Z)")
_ENTRY = re.compile(
    r"(?P<before>(?:-[ \t]{1,3})?(?:[\"']?(?P<name>[\w.\-/]{1,60})[\"']?[ \t]{0,3}(?::[ \t]{1,3}|=[ \t]{0,3}))?[\"']?)"
    r"(?P<value>[^\s\"']{5,200})[\"']?,?[ \t]{0,4}\r?"
)
_MOST_LINES: Final = 40


class TextBlocks:
    """
    The blocks of a text.

    :param text: The text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        #: Up to where lines were read.
        self._read = 0

    def secrets(self, start: int, end: int) -> list[Span]:
        """Return where the secrets lie in the block whose heading is the name with the word between two places, if it is one."""
        text = self._text
        if start < self._read:
            return []
        end = _REST.match(text, end).end()  # type: ignore[union-attr]
        heading = _END.match(text, end)
        if heading is not None:
            start -= _REST.match(text[max(0, start - 40) : start][::-1]).end()  # type: ignore[union-attr]
            if _GROUP.fullmatch(text, start, end) is None:
                return []
        elif text[start:end] == "Secret" and _KIND.search(text, max(0, start - 8), start):
            heading = _OF_KUBERNETES.match(text, end)
        if heading is None:
            return []
        begin = text.rfind("\n", self._read, start) + 1
        is_section = text[begin:start].strip() == "["
        indent = 0 if is_section else len(text[begin:start]) - len(text[begin:start].lstrip(" \t"))
        return self._entries(heading.end(), indent=indent, is_section=is_section)

    def _entries(self, at: int, *, indent: int, is_section: bool) -> list[Span]:
        text, found = self._text, []
        for _ in range(_MOST_LINES):
            line = _LINE.match(text, at)
            if line is None or at >= len(text):
                break
            rest = line["rest"]
            if is_section:
                is_over = rest.startswith("[")
            else:
                depth = len(line["indent"])
                is_over = depth < indent or (depth == indent and not rest.startswith("- "))
            if rest.strip() and is_over:
                break
            entry = _ENTRY.fullmatch(rest)
            if entry is not None:
                begin, value = line.start("rest") + entry.start("value"), entry["value"]
                is_key = "/" not in value and is_chosen(value) and not is_setting(entry["name"] or "")
                if is_key and is_free(text, begin, value, KeyMeaning.SECRET):
                    found.append((begin, begin + len(value)))
            self._read = at = line.end()
        return found


#: What opens the block of a declaration behind its name: ``api_key:``, ``"api_key": {``, ``variable "api_key" {``.
_DECLARATION = re.compile(r"[\"'`]?[ \t]{0,2}(?::[ \t]{0,2}\{?|\{)[ \t]{0,4}\r?\n")
_DECLARED = re.compile(
    r"[\"']?(?:x-)?(?:default(?:_?[vV]alue)?|example|const|constant(?:_value)?|initial(?:_value)?|value)[\"']?[ \t]{0,12}[:=]"
    r"[ \t]{0,12}[\"']?(?P<value>[^\s\"',]{6,200})[\"',]{0,2}[ \t]{0,4}\r?"
)
_MOST_DECLARED: Final = 8


def declared_value(text: str, at: int) -> Span | None:
    """
    Return where a declaration that is spread over lines has a secret, such as the default of a schema's parameter.

    :param at: The end of its name.
    """
    heading = _DECLARATION.match(text, at)
    if heading is None:
        return None
    begin = text.rfind("\n", max(0, at - 200), at) + 1
    indent = len(text[begin:at]) - len(text[begin:at].lstrip(" \t"))
    done = heading.end()
    for _ in range(_MOST_DECLARED):
        line = _LINE.match(text, done)
        if line is None or len(line["indent"]) <= indent:
            return None
        declared = _DECLARED.fullmatch(line["rest"])
        if declared is not None:
            start, value = line.start("rest") + declared.start("value"), declared["value"]
            is_secret = is_chosen(value) and is_free(text, start, value, KeyMeaning.SECRET)
            return (start, start + len(value)) if is_secret else None
        done = line.end()
    return None
