# SPDX-License-Identifier: Apache-2.0
"""
Where commands, and addresses without ``//``, have a user and a password; data only.

Each shape is a pattern whose group ``secret`` is hidden, and one for Rust's regex that finds quickly where that can be.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["LOGIN_SHAPES", "LoginShape"]


class LoginShape(NamedTuple):
    """
    A place of a secret.

    :param pattern: What has it, with the secret in the group ``secret``.
    :param suspicious: What finds every text that the pattern matches, and more.
    :param literals: What such texts hold, for tests.
    """

    pattern: str
    suspicious: str
    literals: tuple[str, ...] = ()


_VALUE = r"[\"']?(?P<secret>(?![\-$<{|&>;])[^\s\"']{3,128})"
#: Clients whose ``-p`` takes a password only without a blank, and those that take it either way.
_ATTACHED = ("mysql", "mariadb", "7z", "mongo")
_CLIENTS = (
    "sshpass",
    "docker login",
    "podman login",
    "ldapsearch",
    "twine",
    "az login",
    "mongo",
    "cqlsh",
    "useradd",
    "influx",
)
_CAPITAL = ("zip", "sqlcmd", "bcp")
_STORES = "put-parameter|keyvault secret|secret set|secrets? create|secret-string|secrets set|variables? set"
_READERS = "docker|podman|nerdctl|sudo|helm|chpasswd|passwd|cryptsetup|kinit|gh|npm|oc|argocd|vault|openssl|faillock"
_NO_WORD = r"(?![\d:./]+(?:\s|$))(?=[^\s]{0,127}[0-9!#$%^&*~+=])"
#: What is followed by a password, at most behind a user.
_VERBS = (
    r"rabbitmqctl (?:add_user|change_password|authenticate_user) \S{1,64}",
    r"htpasswd -[A-Za-z]{0,4}b[A-Za-z]{0,4} \S{1,100} \S{1,64}",
    r"net use \S{1,64} \S{1,128}",
    r"ConvertTo-SecureString(?: -String)?",
    r"snmp[a-z]{2,12}[^\n]{0,80}? -c",
    r"snmp-server community",
    r"(?i:identified by)(?i: password)?",
    r"vault login(?: -)?",
    r"redis-cli[^\n]{0,120}? (?i:auth|-a|--pass)",
)

LOGIN_SHAPES: Final = (
    LoginShape(
        r"(?:(?<![^\s\"',\[])-[A-Za-z]{0,4}[uUa]|--user|--proxy-user|--auth)[\"',]{0,2}[ =]?[\"']?"
        r"[^\s:\"'=]{1,64}:(?P<secret>[^\s\"']{1,200})",
        r"(?:-[A-Za-z]*[uUa]|--user|--proxy-user|--auth)[\"',]*[ =]?[\"']?[^\s:\"'=]+:",
        ("-u", "-U", "-a", "--user", "--proxy-user", "--auth"),
    ),
    LoginShape(
        r"(?i:sips?|xmpp|turns?|stun|smtps?|imaps?|mqtts?):(?P<secret>[^\s@:;<>\"'/]{1,64}:[^\s@<>\"'/]{1,128})@",
        r"(?i:sips?|xmpp|turns?|stun|smtps?|imaps?|mqtts?):[^\s@<>\"'/]+@",
        ("sip", "SIP", "Sip", "xmpp", "stun:", "turn", "smtp", "imap", "mqtt"),
    ),
    LoginShape(
        r"(?<![A-Za-z0-9_.+\-/:])(?!(?:sips?|tel|xmpp|mailto|acct):)[A-Za-z0-9_.+\-]{1,64}:"
        r"(?P<secret>[^\s@:/\"'<>]{3,64})@(?!sha256:)[A-Za-z0-9_.()\-]{1,100}"
        r"(?::[0-9]{2,5}|/[A-Za-z0-9_]|(?<=\.[a-z]{2})(?![\w.])|(?<=\.[a-z]{3})(?![\w.]))",
        r":[^\s@:/\"'<>]*@[A-Za-z0-9_.()\-]",
        ("@", ":"),
    ),
    # Oracle's ``user/password@host``, but no version of a package, such as ``actions/checkout@v4``; and the lines of ``.pgpass``.
    LoginShape(
        r"(?:(?<=thin:)|(?<=sqlplus )|(?<![A-Za-z0-9_.+\-/:@]))[A-Za-z0-9_.\-]{1,40}/(?P<secret>[^\s@:/\"'<>]{3,64})@"
        r"(?!v?[0-9]{1,4}(?:\.[0-9]{1,4}){0,2}(?![\w.])|[0-9a-f]{7,64}(?![\w.])|sha256:|(?:main|master|latest|next|develop)(?![\w.]))"
        r"(?://)?[A-Za-z0-9_.\-]{1,100}(?::[0-9]{2,5}|/[A-Za-z0-9_]|(?![\w.]))",
        r"/[^\s@:/\"'<>]*@[A-Za-z0-9_./\-]",
    ),
    LoginShape(
        r"(?:^|(?<=[\s\"'#]))[A-Za-z0-9*][A-Za-z0-9.\-]{0,80}:(?:[0-9]{2,5}|\*):[\w*\-]{1,60}:[\w*.\-]{1,60}"
        r":(?P<secret>[^\s:\"']{3,128})",
        r":(?:[0-9]+|\*):[A-Za-z0-9_*\-]+:[A-Za-z0-9_*.\-]+:[^\s:]",
    ),
    LoginShape(
        rf"(?:{'|'.join(_ATTACHED)})[^\n]{{0,160}}? -p[\"']?(?P<secret>[^\s\"'\-$<{{][^\s\"']{{2,128}})",
        rf"(?:{'|'.join(_ATTACHED)})[^\n]* -p[^\s]",
        _ATTACHED,
    ),
    LoginShape(
        rf"(?:{'|'.join(_CLIENTS)})[^\n]{{0,160}}? -(?:p|w)(?!ass|ort|rof) ?{_VALUE}",
        rf"(?:{'|'.join(_CLIENTS)})[^\n]* -[pw]",
        _CLIENTS,
    ),
    LoginShape(
        rf"(?:{'|'.join(_CAPITAL)})[^\n]{{0,160}}? -P ?{_VALUE}",
        rf"(?:{'|'.join(_CAPITAL)})[^\n]* -P",
        (*_CAPITAL, " -P "),
    ),
    LoginShape(
        rf"(?<![\w\-])(?:{'|'.join(_VERBS)}) {_VALUE}",
        "rabbitmqctl|htpasswd -|net use|ConvertTo-S|snmp|vault login|redis-cli|(?i:identified by)",
    ),
    LoginShape(
        rf"(?:{_STORES})[^\n]{{0,160}}? --(?:value|body|secret-string|data)[ =]{_VALUE}",
        rf"(?:{_STORES})[^\n]* --(?:value|body|secret-string|data)",
    ),
    LoginShape(
        r"(?<![\w\-])(?:echo|printf)(?: -[a-z]{1,3})? [\"']?(?:[\w.\-]{1,40}:)?"
        r"(?P<secret>(?![\-$<{|&>;])[^\s\"':|]{3,128})[\"']? ?\|"
        rf" ?(?:{_READERS})(?![\w\-])",
        rf"(?:echo|printf) [^\n|]*\| ?(?:{_READERS})",
    ),
    LoginShape(rf"(?<!\S)-U ?[\"']?[\w.\\\-]{{1,64}}%{_VALUE}", r"-U ?[\"']?[A-Za-z0-9_.\\\-]+%"),
    # Any command with a user and what is no word: neither a port nor the name of a database.
    LoginShape(
        rf"(?<!\S)-(?:u|user)[ =][^\s\-]\S{{0,63}}(?: [^\n]{{0,60}}?)?? -p {_NO_WORD}{_VALUE}",
        r"-(?:u|user)[ =][^\n]* -p ",
        ("-u x -p ",),
    ),
    LoginShape(
        rf"(?<!\S)-p {_NO_WORD}{_VALUE}[\"']?(?: [^\n]{{0,60}}?)?? -(?:u|user)[ =][^\s\-]",
        r"-p [^\n]* -(?:u|user)[ =]",
    ),
    LoginShape(
        rf"(?<!\S)(?:-b|--cookie)[ =][\"']?[\w\-]{{1,40}}={_VALUE}", r"(?:-b|--cookie)[ =][\"']?[A-Za-z0-9_\-]+="
    ),
)
