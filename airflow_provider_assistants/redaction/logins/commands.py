# SPDX-License-Identifier: Apache-2.0
"""Where commands have a user and a password; data only."""

from __future__ import annotations

from typing import Final

from airflow_provider_assistants.redaction.logins.base import LoginShape

__all__ = ["COMMANDS", "COMMAND_SHAPES"]

_VALUE = r"[\"']?(?P<secret>(?![\-$<{|&>;]|fileb?:|env:)[^\s\"']{3,128})"
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
    "security add-",
    "security set-",
    "security unlock-",
)
_CAPITAL = ("zip", "sqlcmd", "bcp")
_STORES = "put-parameter|keyvault secret|secret set|secrets? create|secret-string|secrets set|variables? set"
_READERS = (
    "gcloud|az|aws|kubectl|wrangler|vercel|heroku|fly|flyctl|kubeseal|docker|podman|nerdctl|sudo|helm|chpasswd|passwd"
    "|cryptsetup|kinit|gh|npm|oc|argocd|vault|openssl|faillock"
)
#: Neither a word nor a port.
_NO_WORD = r"(?![\d:./]+(?:\s|$)|[A-Za-z_][\w.\-]{0,60}=)(?=[^\s]{0,127}[0-9!#$%^&*~+=])"
#: What is followed by a password, at most behind a user.
_VERBS = (
    r"rabbitmqctl (?:add_user|change_password|authenticate_user) \S{1,64}",
    r"htpasswd -[A-Za-z]{0,4}b[A-Za-z]{0,4} \S{1,100} \S{1,64}",
    r"net use \S{1,64} \S{1,128}(?= [^/])",
    r"ConvertTo-SecureString(?: -String)?",
    r"snmp[a-z]{2,12}[^\n]{0,120}? -[cAX]",
    r"(?:openssl (?:enc|aes|des)|nuget push|ccrypt)[^\n]{0,160}? -[kK]",
    r"bw unlock",
    r"encrypt_string(?: --?[\w\-]{1,24} \S{1,64}){0,3}",
    r"bundle config (?:set )?(?:--\S{1,20} )?\S{1,80} [\w.\-]{1,40}:",
    r"(?:kamctl|opensipsctl) add \S{1,80}",
    r"addauth digest [\w.@\-]{1,60}:",
    r"snmp-server community",
    r"vault login(?: -)?",
    r"redis-cli[^\n]{0,120}? (?i:auth|-a|--pass)",
    r"(?:poetry|composer) config (?:--\S{1,20} ){0,3}"
    r"(?:http-basic\.\S{1,60} \S{1,64}|(?:pypi-token|github-oauth|gitlab-token|bearer)\.\S{1,60})",
    r"net user \S{1,64}",
    r"mc (?:alias|config host) (?:set|add) \S{1,40} \S{1,100} \S{1,64}",
    r"ssh-keygen[^\n]{0,100}? -[NP]",
    r"(?:--)?(?:\w{1,12}_)?pass(?:word)?[_\-](?:command|cmd)[ =][\"']?echo(?: -n)?",
    r"lftp(?:[^\n]{0,80}?[ ;\"'])? ?(?:-u|user) [\w.@+\-]{1,64},",
    r"wpa_passphrase \S{1,64}",
)
#: One of these is in each of them, but where a program's output is the password.
_VERB_WORDS = (
    "rabbitmqctl",
    "htpasswd -",
    "net use",
    "ConvertTo-S",
    "snmp",
    "vault login",
    "redis-cli",
    "poetry config",
    "composer config",
    "wpa_pass",
    "mc alias",
    "mc config",
    "ssh-keygen",
    "lftp",
    "openssl ",
    "nuget push",
    "ccrypt",
    "bw unlock",
    "kamctl add",
    "opensipsctl add",
    "addauth",
    "encrypt_string",
    "bundle config",
)
#: What is rare but in commands, so that a search for these words alone, which is fast, says whether a text holds any.
COMMANDS: Final = (
    *_CLIENTS,
    *_VERB_WORDS,
    *(
        "put-parameter",
        "keyvault secret",
        "secret set",
        "secret create",
        "secrets create",
        "secret-string",
        "secrets set",
    ),
    *("variable set", "variables set", "secret put", "secrets put", "secret add", "secrets add", "echo ", "printf "),
    *("--from-literal", "PASS ", "AUTH ", "UGFzc3dvcmQ6", "<<<", " LOGIN "),
)
#: The same of what is said in other texts too.
_OTHER_VERBS = (
    r"(?:IDENTIFIED BY(?: PASSWORD)?|(?i:(?:create|alter|grant|user|role|set) [^\n]{0,160}?identified by(?: password)?)"
    r"|identified by(?= [\"'][^\"'\s]{1,80}[\"'][;,]?(?:\s|\Z)))",
    r"enable (?:secret|password)(?: [0-9])?",
    r"username (?!and |or |und |oder |y |o |e |et |ou |& |/ )\S{1,64}(?: privilege [0-9]{1,2})? (?:secret|password)(?: [0-9])?",
)

COMMAND_SHAPES: Final = (
    LoginShape(
        r"(?:(?<![^\s\"',\[])-[A-Za-z]{0,4}[uUaE]|--user|--proxy-user|--auth|--cert)[\"',]{0,2}[ =]?[\"']?"
        r"[^\s:\"'=]{1,64}:(?P<secret>[^\s\"']{1,200})",
        r"(?:-[A-Za-z]*[uUaE]|--user|--proxy-user|--auth|--cert)[\"',]*[ =]?[\"']?[^\s:\"'=]+:",
        ("-u", "-U", "-a", "--user", "--proxy-user", "--auth"),
    ),
    # A key in the place of the user, with or without a password.
    LoginShape(
        r"(?:(?<![^\s\"',\[])-[A-Za-z]{0,4}[ua]|--user|--auth)[\"',]{0,2}[ =]?[\"']?"
        r"(?P<secret>(?=[A-Za-z_\-]{0,100}[0-9])[A-Za-z0-9_\-]{20,128}):(?=[\s\"']|\Z)",
        r"(?:-[A-Za-z]*[ua]|--user|--auth)[\"',]*[ =]?[\"']?[^\s:\"'=]+:",
        ("-u", "--user"),
    ),
    LoginShape(
        r"(?i:login)[\"']?[ ]?[=:][ ]?[\"']?(?P<secret>[0-9a-f]{32,64})(?![\w\-])",
        r"(?i:login)[\"']?[ ]?[=:][ ]?[\"']?[0-9a-f]+[\"'\s,;}]?",
        ("login=",),
    ),
    LoginShape(
        r"(?i:sips?|xmpp|turns?|stun|smtps?|imaps?|mqtts?):(?P<secret>[^\s@:;<>\"'/]{1,64}:[^\s@<>\"'/]{1,128})@",
        r"(?i:sips?|xmpp|turns?|stun|smtps?|imaps?|mqtts?):[^\s@<>\"'/]+@",
        ("sip", "SIP", "Sip", "xmpp", "stun:", "turn", "smtp", "imap", "mqtt"),
    ),
    LoginShape(
        r"(?:(?<=:pserver:)|(?<![A-Za-z0-9_.+\-/:])(?!(?:sips?|tel|xmpp|mailto|acct):))[A-Za-z0-9_.+\-]{1,64}:"
        r"(?P<secret>[^\s@:/\"'<>]{3,64})@(?!sha256:)[A-Za-z0-9_.()\-]{1,100}"
        r"(?::[0-9]{2,5}|:[/~]|/[A-Za-z0-9_]|(?<=\.[a-z]{2})(?![\w.])|(?<=\.[a-z]{3})(?![\w.]))",
        r":[^\s@:/\"'<>]*@[A-Za-z0-9_.()\-]",
        ("@", ":"),
    ),
    # Oracle's ``user/password@host``, but no version of a package, such as ``actions/checkout@v4``; and the lines of ``.pgpass``.
    LoginShape(
        r"(?:(?<=thin:)|(?<=sqlplus )|(?<![A-Za-z0-9_.+\-/:@]))[A-Za-z0-9_.\-]{1,40}/\"?(?P<secret>[^\s@:/\"'<>]{3,64})\"?@"
        r"(?!v?[0-9]{1,4}(?:\.[0-9]{1,4}){0,2}(?![\w.])|[0-9a-f]{7,64}(?![\w.])|sha256:|(?:main|master|latest|next|develop)(?![\w.]))"
        r"(?://)?[A-Za-z0-9_.\-]{1,100}(?::[0-9]{2,5}|/[A-Za-z0-9_]|(?![\w.]))",
        r"/\"?[^\s@:/\"'<>]*\"?@[A-Za-z0-9_./\-]",
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
        rf"(?:{'|'.join(_CLIENTS)})[^\n]{{0,160}}?(?<![ '\"]ssh)(?<![ '\"]scp) -(?:p|w)(?!ass|ort|rof) ?{_VALUE}",
        rf"(?:{'|'.join(_CLIENTS)})[^\n]* -[pw]",
        _CLIENTS,
        is_command=True,
    ),
    LoginShape(
        rf"(?:{'|'.join(_CAPITAL)})[^\n]{{0,160}}? -P ?{_VALUE}",
        rf"(?:{'|'.join(_CAPITAL)})[^\n]* -P",
        (*_CAPITAL, " -P "),
    ),
    LoginShape(
        rf"(?<![\w\-])(?:{'|'.join(_VERBS)})(?:(?<=[,:])| ){_VALUE}",
        "|".join((*_VERB_WORDS, "pass(?:word)?[_\\-](?:command|cmd)[ =][\"']?echo")),
        is_command=True,
    ),
    LoginShape(rf"(?<![\w\-])(?:{_READERS})[^\n|<]{{0,80}}? <<< {_VALUE}", r"<<<", is_command=True),
    LoginShape(
        rf"(?<![\w\-])(?:{'|'.join(_OTHER_VERBS)}) {_VALUE}",
        "(?i:identified by)|enable (?:secret|password)|username [^\\s]* ",
    ),
    LoginShape(
        rf"(?:{_STORES})[^\n]{{0,160}}? --(?:value|body|secret-string|data)[ =]"
        rf"(?![\"']?(?:true|false|[a-z\-]{{1,24}}[0-9]{{0,2}})[\"']? [^\n]{{0,80}}?--type String){_VALUE}",
        rf"(?:{_STORES})[^\n]* --(?:value|body|secret-string|data)",
        is_command=True,
    ),
    LoginShape(
        r"(?<![\w\-])(?:echo|printf)(?: -[a-z]{1,3})?(?: [\"']?%s(?:\\n)?[\"']?)? [\"']?(?:[\w.\-]{1,40}:)?"
        r"(?P<secret>(?![\-$<{|&>;])[^\s\"':|]{3,128})[\"']? ?\|"
        rf" ?(?:{_READERS})(?![\w\-])",
        rf"(?:echo|printf) [^\n|]*\| ?(?:{_READERS})",
        is_command=True,
    ),
    LoginShape(rf"(?<!\S)-U ?[\"']?[\w.\\\-]{{1,64}}%{_VALUE}", r"-U ?[\"']?[A-Za-z0-9_.\\\-]+%"),
    # Any command with a user and what is no word: neither a port nor the name of a database.
    LoginShape(
        rf"(?<!\S)-(?:u|U|user|n)[ =][^\s\-]\S{{0,63}}(?: [^\n]{{0,60}}?)?? -(?:p|P|pw) {_NO_WORD}{_VALUE}",
        r"-(?:u|U|user|n)[ =][^\n]* -(?:p|P|pw) ",
        ("-u x -p ",),
    ),
    # Any option whose letter is often that of a password, with what is chosen or made as one.
    LoginShape(
        r"(?<!\S)-(?:p|pw|k|w|P)[ :][\"']?(?P<secret>(?=[^\s]{0,127}[0-9])(?:(?=[^\s]{0,127}[A-Z])(?=[^\s]{0,127}[a-z])"
        r"|(?=[^\s]{0,127}[a-z])(?=[^\s]{0,127}[!#$%^&*~+=])|(?=[0-9a-f]{32}))[^\s\"'/:,]{8,128})(?=[\"']?(?:\s|\Z))",
        r"-(?:p|pw|k|w|P)[ :][\"']?[^\s\-]",
        ("-p X1234567a",),
        is_vague=True,
    ),
    # What a shell hands over: ``<<< "…"``, ``<(echo …)``.
    LoginShape(
        r"(?:<<< ?|<\((?:echo|printf)(?: -n)?(?: [\"']?%s[\"']?)? )[\"']?(?P<secret>(?=[^\s]{0,127}[A-Za-z])(?=[^\s]{0,127}[0-9])"
        r"(?=[^\s]{0,127}[A-Z!#%^&*~+=]|[a-z0-9]{12})[^\s\"'$()]{6,128})[\"')]{0,2}(?=\s|\Z)",
        r"<<<|<\((?:echo|printf)",
        is_vague=True,
        is_command=True,
    ),
    LoginShape(
        r"(?<!\S)-u [\"']?:(?P<secret>(?=[^\s]{0,127}[A-Za-z])[^\s\"':]{6,128})",
        r"-u [\"']?:[^\s:]",
        is_vague=True,
    ),
    LoginShape(
        r"(?i: user) [\w.@\-]{1,60} using [\"']?(?P<secret>[^\s\"']{4,128})",
        r"(?i:user) [^\s]+ (?:on|reset|using) ",
        is_vague=True,
    ),
    # ``UPDATE settings SET value='…' WHERE name='smtp_password'``
    LoginShape(
        r"(?i:set [\w.]{0,30}val(?:ue)?[ ]?=)[ ]?'(?P<secret>[^'\n]{4,200})'(?=[^\n]{0,80}(?i:where)[^\n]{0,60}'"
        r"[^'\n]{0,60}(?i:pass|secret|token|key|pwd))",
        r"(?i:set) [^\s]*(?i:val)(?:ue)? ?=",
    ),
    # The same with other options, whose letters mean a good deal besides.
    LoginShape(
        rf"(?<!\S)-(?:u|U|user|s|l|au|xu|ru)[ =][^\s\-]\S{{0,80}}(?: [^\n]{{0,80}}?)?? -(?:a|A|w|ap|xp) {_NO_WORD}{_VALUE}",
        r"-(?:u|U|user|s|l|au|xu|ru)[ =][^\n]* -(?:a|A|w|ap|xp) ",
        ("-u x -ap x1234567",),
        is_vague=True,
    ),
    LoginShape(
        r"(?<!\S)-A [\"']?[\w.@+\-]{1,64}:(?P<secret>[^\s\"':/]{4,128})(?=[\"']?(?:\s|\Z))",
        r"-A [\"']?[^\s:\"']+:",
        ("-A bob:x1234567 ",),
        is_vague=True,
    ),
    LoginShape(
        rf"(?<!\S)-p {_NO_WORD}{_VALUE}[\"']?(?: [^\n]{{0,60}}?)?? -(?:u|user)[ =][^\s\-]",
        r"-p [^\n]* -(?:u|user)[ =]",
    ),
    LoginShape(
        rf"(?<!\S)(?:-b|--cookie)[ =][\"']?[\w\-]{{1,40}}={_VALUE}", r"(?:-b|--cookie)[ =][\"']?[A-Za-z0-9_\-]+="
    ),
    # Windows: ``/user:bob /pass:…``.
    LoginShape(
        rf"(?<![^\s\"'])/(?i:p|pw|pwd|pass|password|rp|jp):{_VALUE}",
        r"/(?i:p|pw|pwd|pass|password|rp|jp):[^\s/]",
        ("/pass:",),
    ),
    LoginShape(
        rf"(?<![^\s\"'])/(?i:p|pw|pwd|pass|password|rp|jp) {_NO_WORD}{_VALUE}",
        r"/(?i:p|pw|pwd|pass|password|rp|jp) [^\s/]",
        ("/rp x1234567",),
        is_vague=True,
    ),
    # ``--from-literal=deepgram=…``, ``secrets set DEEPGRAM=…``
    LoginShape(
        rf"(?:--from-literal[ =]|(?<![\w\-])secrets? (?:set|create|put|add)(?: [^\n]{{0,160}}?)?? )"
        rf"[\"']?[\w.\-]{{1,60}}=(?!\*{{3}}){_VALUE}",
        r"--from-literal[ =]|secrets? (?:set|create|put|add) [^\n]*=",
        is_command=True,
    ),
)
