# SPDX-License-Identifier: Apache-2.0
"""
Where commands, and addresses without ``//``, have a user and a password; data only.

Each shape is a pattern whose group ``secret`` is hidden, and one for Rust's regex that finds quickly where that can be.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["COMMANDS", "LOGIN_SHAPES", "LoginShape"]


class LoginShape(NamedTuple):
    """
    A place of a secret.

    :param pattern: What has it, with the secret in the group ``secret``.
    :param suspicious: What finds every text that the pattern matches, and more.
    :param literals: What such texts hold, for tests.
    :param is_vague: Whether only what looks like a key or a password is one there.
    :param is_command: Whether its texts hold one of :data:`COMMANDS`.
    """

    pattern: str
    suspicious: str
    literals: tuple[str, ...] = ()
    is_vague: bool = False
    is_command: bool = False


#: What is rare but in commands, so that a search for these words alone, which is fast, says whether a text holds any.
COMMANDS: Final = (
    "sshpass|docker login|podman login|ldapsearch|twine|az login|mongo|cqlsh|useradd|influx|security add-|security set-"
    "|security unlock-|rabbitmqctl|htpasswd -|net use|ConvertTo-S|snmp|vault login|redis-cli|poetry config|composer config"
    "|wpa_pass|mc alias|mc config|ssh-keygen|password-command|lftp|openssl |nuget push|ccrypt|bw unlock|put-parameter"
    "|keyvault secret|secret set|secret create|secrets create|secret-string|secrets set|variable set|variables set"
    "|secret put|secrets put|secret add|secrets add|echo |printf |--from-literal|PASS |AUTH |UGFzc3dvcmQ6"
)
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
_NO_WORD = r"(?![\d:./]+(?:\s|$))(?=[^\s]{0,127}[0-9!#$%^&*~+=])"
#: What is followed by a password, at most behind a user.
_VERBS = (
    r"rabbitmqctl (?:add_user|change_password|authenticate_user) \S{1,64}",
    r"htpasswd -[A-Za-z]{0,4}b[A-Za-z]{0,4} \S{1,100} \S{1,64}",
    r"net use \S{1,64} \S{1,128}(?= [^/])",
    r"ConvertTo-SecureString(?: -String)?",
    r"snmp[a-z]{2,12}[^\n]{0,120}? -[cAX]",
    r"(?:openssl (?:enc|aes|des)|nuget push|ccrypt)[^\n]{0,160}? -[kK]",
    r"bw unlock",
    r"snmp-server community",
    r"vault login(?: -)?",
    r"redis-cli[^\n]{0,120}? (?i:auth|-a|--pass)",
    r"(?:poetry|composer) config (?:--\S{1,20} ){0,3}"
    r"(?:http-basic\.\S{1,60} \S{1,64}|(?:pypi-token|github-oauth|gitlab-token|bearer)\.\S{1,60})",
    r"net user \S{1,64}",
    r"mc (?:alias|config host) (?:set|add) \S{1,40} \S{1,100} \S{1,64}",
    r"ssh-keygen[^\n]{0,100}? -[NP]",
    r"--password-command[ =][\"']?echo",
    r"lftp(?:[^\n]{0,80}?[ ;\"'])? ?(?:-u|user) [\w.@+\-]{1,64},",
    r"wpa_passphrase \S{1,64}",
)
#: The same of what is said in other texts too.
_OTHER_VERBS = (
    r"(?i:identified by)(?i: password)?",
    r"enable (?:secret|password)(?: [0-9])?",
    r"username (?!and |or |und |oder |y |o |e |et |ou |& |/ )\S{1,64}(?: privilege [0-9]{1,2})? (?:secret|password)(?: [0-9])?",
    rf"(?:{_READERS})[^\n|<]{{0,80}}? <<<",
)
_ENTERING = "login|auth|authorize|unlock|signin|setup|authenticate|link|activate|register|install"
#: Whoever issues keys that a note gives behind the name of the service alone.
_ISSUERS = (
    r"open ?ai|anthropic|claude|deepgram|eleven ?labs|cartesia|assembly ?ai|azure(?: openai| speech)?|gemini|groq"
    r"|mistral|cohere|perplexity|together(?: ?ai)?|replicate|fireworks|deep ?seek|open ?router|hugging ?face|play\.?ht"
    r"|lmnt|rime|speechmatics|gladia|soniox|hume|vapi|retell|bland|synthflow|twilio|telnyx|vonage|plivo|sinch"
    r"|messagebird|livekit|sendgrid|mailgun|postmark|brevo|resend|hub ?spot|salesforce|pipedrive|airtable|zapier|n8n"
    r"|calendly|cal\.com|intercom|zendesk|freshdesk|stripe|shopify|square|pinecone|weaviate|qdrant|supabase|algolia"
    r"|serp ?api|tavily|firecrawl|google maps|mapbox|open ?weather(?: ?map)?|data ?dog|new ?relic|sentry|grafana"
    r"|segment|mixpanel|amplitude|posthog|git ?hub|git ?lab|jira|linear|slack|telegram|discord|whatsapp|snowflake"
    r"|databricks|dbt(?: cloud)?|fivetran|airbyte|cloudflare|vercel|netlify|heroku|digital ?ocean|hetzner|minio"
)
#: What opens with a number, and codes that open nothing.
_DOORS = (
    "door|gate|lock ?box|key ?box|alarm|safe|keypad|garage|locker|entrance|vault|padlock|barrier|cabinet|shed|warehouse"
    "|elevator|storage"
)
_OTHER_CODES = (
    "zip area error postal post country status dress promo discount product item tracking order booking reference dial dialling "
    "sort swift reason exit bar qr colour color voucher coupon gift referral job stock article part source response airport"
)
_NO_OTHER_CODE = "".join(f"(?<!{word} )(?<!{word}-)" for word in _OTHER_CODES.split())
_SHOWN = r"[^\n.!?]{0,40}(?i:show|display|report|flash|read(?:s|ing)|error)"
_USERS = (
    "u/n|u|un|usr|user|user ?name|login|uid|account|acct|benutzer|usuario|usuário|utente|identifiant|gebruiker|логин"
)
_NO_USERS = "(?i:can|must|should|will|to|has|have|did|does|who|may|could|would|and|or|is|id|ids|name|agent|story|und|oder)[ ,:/=]"
_SECRETS = "p/w|p|pw|pwd|pass|password|passwd|mdp|senha|clave|wachtwoord|пароль"

LOGIN_SHAPES: Final = (
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
        r"(?<![A-Za-z0-9_.+\-/:])(?!(?:sips?|tel|xmpp|mailto|acct):)[A-Za-z0-9_.+\-]{1,64}:"
        r"(?P<secret>[^\s@:/\"'<>]{3,64})@(?!sha256:)[A-Za-z0-9_.()\-]{1,100}"
        r"(?::[0-9]{2,5}|:[/~]|/[A-Za-z0-9_]|(?<=\.[a-z]{2})(?![\w.])|(?<=\.[a-z]{3})(?![\w.]))",
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
        is_command=True,
    ),
    LoginShape(
        rf"(?:{'|'.join(_CAPITAL)})[^\n]{{0,160}}? -P ?{_VALUE}",
        rf"(?:{'|'.join(_CAPITAL)})[^\n]* -P",
        (*_CAPITAL, " -P "),
    ),
    LoginShape(
        rf"(?<![\w\-])(?:{'|'.join(_VERBS)})(?:(?<=,)| ){_VALUE}",
        "rabbitmqctl|htpasswd -|net use|ConvertTo-S|snmp|vault login|redis-cli|(?:poetry|composer) config|wpa_pass|mc alias"
        "|mc config|ssh-keygen|password-command|lftp|openssl |nuget push|ccrypt|bw unlock",
        is_command=True,
    ),
    LoginShape(
        rf"(?<![\w\-])(?:{'|'.join(_OTHER_VERBS)}) {_VALUE}",
        "(?i:identified by)|enable (?:secret|password)|username [^\\s]* |<<<",
    ),
    LoginShape(
        rf"(?:{_STORES})[^\n]{{0,160}}? --(?:value|body|secret-string|data)[ =]{_VALUE}",
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
    # The lines of protocols: ``PASS …``, ``a1 LOGIN bob …``, and what answers an encoded ``Password:``.
    LoginShape(
        r"(?:^|(?<=\n))(?:[ \t]{0,8}(?:[<>*] ?|[CS]: ?|-{1,3}> ?)?)(?:PASS|AUTH(?: PLAIN| LOGIN)?) "
        r"(?P<secret>[^\s/]{4,200})(?=\r?\n|\Z)",
        r"(?:PASS|AUTH) [^\s/]",
        ("PASS x1234567",),
        is_vague=True,
        is_command=True,
    ),
    LoginShape(
        r"(?<![\w.\-])[A-Za-z]{0,4}[0-9]{1,6} LOGIN [\"']?[^\s\"']{1,80}[\"']? [\"']?"
        r"(?P<secret>[^\s\"']{4,128})(?=[\"']?(?:\r?\n|\Z))",
        r"[0-9] LOGIN [^\s]",
        ("a1 LOGIN bob x1234567",),
        is_vague=True,
    ),
    LoginShape(
        r"334 UGFzc3dvcmQ6\r?\n[ \t]{0,8}(?:[<>*] ?|[CS]: ?|-{1,3}> ?)?(?P<secret>[A-Za-z0-9+/]{4,200}={0,2})(?=\r?\n|\Z)",
        r"334 UGFzc3dvcmQ6",
        is_command=True,
    ),
    # A user of Redis with rights, and where a mailer looks up its login.
    LoginShape(
        r"(?i:setuser|(?:^|(?<=\s))user) \S{1,60} (?:reset )?on [^\n]{0,100}?>(?P<secret>[^\s>]{4,128})",
        r"(?i:user) [^\s]+ (?:reset )?on [^\n]*>",
    ),
    LoginShape(
        r"(?:^|(?<=\n))(?:\[[A-Za-z0-9.\-]{3,80}\](?::[0-9]{2,5})?|[A-Za-z0-9.\-]{3,80}:[0-9]{2,5})[ \t]{1,8}[\w.@+\-]{1,80}"
        r":(?P<secret>[^\s:/]{4,128})(?=\r?\n|\Z)",
        r"(?:\]|:[0-9]+)[ \t]+[A-Za-z0-9_.@+\-]+:[^\s:/]",
        ("[smtp.example.com]:587 bob:x1234567",),
        is_vague=True,
    ),
    LoginShape(
        r"(?<![A-Za-z\-])(?i:auth|logins?|creds?|credentials)[ ]{1,2}[A-Za-z][\w.@\-]{1,60}:"
        r"(?P<secret>(?=[^\s]{0,127}[A-Z!#$%^&*~+=]|[a-z0-9]{12})[^\s:/]{5,128})",
        r"(?i:auth|logins?|creds?|credentials)[ ]+[A-Za-z][A-Za-z0-9_.@\-]+:[^\s:/]",
        ("auth bob:X1234567",),
        is_vague=True,
    ),
    # ``wandb login …``
    LoginShape(
        rf"(?<![\w\-./])[a-z][\w\-]{{1,24}} (?:{_ENTERING})(?: -{{1,2}}[\w\-]{{1,24}})?[ =][\"']?"
        r"(?P<secret>(?=[\w\-.]{0,200}[A-Za-z0-9]{16})(?=[A-Za-z_\-.]{0,200}[0-9])[\w\-.]{20,200})",
        rf" (?:{_ENTERING})(?: -+[^\s]+)?[ =][\"']?[A-Za-z_.\-]*[0-9]",
        is_vague=True,
    ),
    # ``Deepgram api 0f1e…``, but no commit, trace or event.
    LoginShape(
        rf"(?<![A-Za-z0-9_\-/.@])(?!(?i:git|sentry|data ?dog|grafana|new ?relic|segment|dbt|jira|linear|hugging))(?i:{_ISSUERS})"
        r"(?: (?i:api|admin|write|server|rest|private)(?: ?[:=\-–])?)? (?P<secret>[0-9a-f]{32,64})(?![\w\-./])",
        rf"(?i:{_ISSUERS})(?: (?i:api|admin|write|server|rest|private)(?: ?[:=\-–])?)? [0-9a-f]+",
    ),
    LoginShape(
        rf"secret generic[^\n]{{0,160}}? --from-literal[ =][\"']?[\w.\-]{{1,60}}={_VALUE}",
        r"secret generic[^\n]* --from-literal",
    ),
    # ``snyk auth …``, ``codecov -t …``
    LoginShape(
        rf"(?<![\w\-./])[a-z][\w\-]{{1,24}} (?:{_ENTERING}|-t)[ =][\"']?"
        r"(?P<secret>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?![\w\-])",
        rf" (?:{_ENTERING}|-t)[ =][\"']?[0-9a-f]+-[0-9a-f]+-",
    ),
    # ``DeepgramClient("…")``
    LoginShape(
        r"(?:Client|API|Api|SDK|Sdk)\((?:[\"'][^\"'\n]{1,64}[\"'],[ ]{0,2})?[\"']"
        r"(?P<secret>(?=[A-Za-z_\-]{0,100}[0-9])(?=[\w\-]{0,100}[A-Za-z0-9]{20})[\w\-]{20,128})[\"']",
        r"(?:Client|API|Api|SDK|Sdk)\([\"'][^\n]*[0-9]",
        is_vague=True,
    ),
    # ``OpenAI: …``
    LoginShape(
        rf"(?<![A-Za-z0-9_\-/.@])(?i:{_ISSUERS})(?: (?i:ai|api|prod|production|dev|staging|live|test|sandbox|backup|eu|us))?"
        r"[*`\"')]{0,3}[ ]?(?::|=|→|[\-=]>|–|—|-|\||is)[ ]{0,2}[*`\"'(]{0,3}"
        r"(?P<secret>(?=[A-Za-z]{0,199}[0-9])[A-Za-z0-9]{24,200}(?![\w\-./]))",
        rf"(?i:{_ISSUERS})(?: [a-zA-Z]+)?[*`\"')]*[ ]?(?:[:=→>–—\-|]+|is)[ ]*[*`\"'(]*[A-Za-z]*[0-9]",
        is_vague=True,
    ),
    # ``u: bob, p: …``, ``user bob / …``
    LoginShape(
        rf"(?<![\w\-])(?i:{_USERS})(?:[ ]?[:=][ ]?|[ ](?!{_NO_USERS}))[\"'`]?[A-Za-z][\w.@+\\\-]{{0,60}}[\"'`]?"
        rf"(?:(?:[ ]?[,;/|&]|[ ](?:and|with|und|mit|y|e|et|en))?\s{{1,3}}(?i:{_SECRETS})(?:[ ]?[:=][ ]?|[ ])"
        r"|(?:[ ](?://?|\|)[ ]|(?://?|\|)[ ]?)(?![A-Za-z]{1,12}:)|:(?! ))"
        r"[\"'`]?(?P<secret>(?![0-9]{2,5}(?:/|\s|$))[^\s\"'`]{4,128})",
        rf"(?:^|[^A-Za-z0-9_\-])(?i:{_USERS})[ :=]+[\"'`]?[A-Za-z][^\s,;/|&:]*[\"'`]?"
        rf"(?:(?:[ ]?[,;/|&]|[ ](?:and|with|und|mit|y|e|et|en))?\s+(?i:{_SECRETS})[ :=]|[ ]?[/|:]+[ ]?[^\s]*[0-9!#$%^&*~+=@])",
        ("u: ", "p: "),
        is_vague=True,
    ),
    LoginShape(
        rf"(?<![a-zA-Z])(?i:{_DOORS})(?![a-zA-Z]| to )(?!{_SHOWN})[^\n.!?]{{0,60}}?(?<![a-zA-Z]){_NO_OTHER_CODE}"
        r"(?i:codes?|combination|combo)"
        r"(?: (?:is|are|of|to use is))?[ :=\-–—]{1,3}[*`\"'(]{0,3}(?P<secret>[0-9]{4,8})(?![\w\-/.:,]?[0-9A-Za-z%€$])",
        r"(?i:codes?|combination|combo)(?: is| are| of| to use is)?[ :=\-–—]+[*`\"'(]*[0-9][0-9][0-9]",
        ("door", "code 4711"),
    ),
    LoginShape(
        r"(?<![a-zA-Z])(?i:enter|dial|type|punch in|key in|tap|press|use)(?: the code| code)? "
        r"(?P<secret>(?!(?:19|20)[0-9]{2}(?![0-9#*]))[0-9]{4,8})"
        r"(?:[#*]|(?= (?i:on|into|in|at|when|then)"
        rf"(?![a-zA-Z])[^\n.!?]{{0,60}}?(?i:{_DOORS}|panel|beeps?)(?![a-zA-Z])))",
        r"(?i:enter|dial|type|punch in|key in|tap|press|use)(?: the code| code)? [0-9][0-9][0-9]",
        ("enter 4711#",),
    ),
    # ``HttpBasicAuth("bob", "…")``
    LoginShape(
        r"(?i:auth|login|credentials?|password|signin)[A-Za-z]{0,12}\([ ]?[\"'][^\"'\n]{1,64}[\"'],[ ]{0,2}"
        r"[\"'](?P<secret>[^\"'\n]{3,200})[\"']",
        r"(?i:auth|login|credentials?|password|signin)[A-Za-z]*\([ ]?[\"']",
        ("Auth('bob', 'x1234567')",),
        is_vague=True,
    ),
    LoginShape(
        r"(?<![\w\-])(?i:conn|connect|sqlplus)(?: -[A-Za-z]{1,2})? [A-Za-z_][\w$]{0,40}/(?P<secret>[^\s@/\"']{4,64})",
        r"(?i:conn|connect|sqlplus)(?: -[A-Za-z]+)? [A-Za-z_][^\s/]*/",
        ("connect a/b1234567",),
        is_vague=True,
    ),
    # ``Log in (bob, …)``
    LoginShape(
        r"(?i:log(?:ged|ging)?[ \-]?(?:in|into|on)|sign[ \-]?in|access|accounts?|creds?|credentials)[^\n().!?]{0,30}"
        r"\([\w.@+\-]{2,60}[ ]?[,;/|:][ ]?(?P<secret>[^\s()]{4,128})\)",
        r"\([^\s(),;/|:]+[ ]?[,;/|:][ ]?[^\s()]+\)",
        is_vague=True,
    ),
)
