# SPDX-License-Identifier: Apache-2.0
"""
Where commands, protocols, notes, and addresses without ``//`` have a user and a password; data only.

Each shape is a pattern whose group ``secret`` is hidden, and one for Rust's regex that finds quickly where that can be.
"""

from __future__ import annotations

from typing import Final

from airflow_provider_assistants.redaction.logins.base import LoginShape
from airflow_provider_assistants.redaction.logins.commands import COMMAND_SHAPES

__all__ = ["LOGIN_SHAPES"]

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
    *COMMAND_SHAPES,
    # The lines of protocols: ``PASS …``, ``a1 LOGIN bob …``, and what answers an encoded ``Password:``.
    LoginShape(
        r"(?:^|(?<=\n))(?:[ \t]{0,8}(?:[<>*] ?|[CS]: ?|-{1,3}> ?)?)(?:PASS|AUTH(?: PLAIN| LOGIN| [\w.\-]{1,40})?) "
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
        is_command=True,
    ),
    LoginShape(
        r"334 UGFzc3dvcmQ6\r?\n[ \t]{0,8}(?:[<>*] ?|[CS]: ?|-{1,3}> ?)?(?P<secret>[A-Za-z0-9+/]{4,200}={0,2})(?=\r?\n|\Z)",
        r"334 UGFzc3dvcmQ6",
        is_command=True,
    ),
    # A user of Redis with rights, and where a mailer looks up its login.
    LoginShape(
        r"(?i:setuser|(?:^|(?<=\s))user) \S{1,60} (?:reset )?on [^\n]{0,100}?>(?P<secret>[^\s>]{4,128})",
        r"(?i:user) [^\s]+ (?:on|reset|using) ",
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
        rf"(?<![\w\-./])[a-z][\w\-]{{1,24}} (?:{_ENTERING})(?: -{{1,2}}[\w\-]{{1,24}}(?: [a-z\-]{{1,24}})?)?[ =][\"']?"
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
        rf"(?<![A-Za-z0-9_\-/.@])(?i:{_ISSUERS})"
        r"(?: (?i:ai|api|prod|production|dev|staging|live|test|sandbox|backup|eu|us|one|key))?"
        r"[*`\"')]{0,3}[ ]?(?::|=|→|[\-=]>|–|—|-|\||is)[ ]{0,2}[*`\"'(]{0,3}"
        r"(?P<secret>(?=[A-Za-z]{0,199}[0-9])[A-Za-z0-9]{24,200}(?![\w\-./]))",
        rf"(?i:{_ISSUERS})(?: [a-zA-Z]+)?[*`\"')]*[ ]?(?:[:=→>–—\-|]+|is)[ ]*[*`\"'(]*[A-Za-z]*[0-9]",
        is_vague=True,
    ),
    # ``u: bob, p: …``, ``user bob / …``
    LoginShape(
        rf"(?<![\w\-])(?i:{_USERS})(?:[ ]?[:=][ ]?|[ ](?!{_NO_USERS}))[\"'`]?[A-Za-z][\w.@+\\\-]{{0,60}}[\"'`]?"
        rf"(?:(?:[ ]?[,;/|&]|[ ](?:and|with|und|mit|y|e|et|en))?\s{{1,3}}(?i:{_SECRETS})(?:[ ]?[:=][ ]?|[ ])"
        r"|(?:[ ](?://?|\|)[ ]|(?://?|\|)[ ]?)(?![A-Za-z]{1,12}:)|:(?! |//))"
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
    # ``bob@example.com:…``
    LoginShape(
        r"(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,64}(?:\.[\w\-]{1,64}){0,4}\.[a-z]{2,12}[ ]?[:|][ ]?"
        r"(?P<secret>(?![0-9]{2,5}(?:[;/?,]|\s|\Z))(?=[^\s]{0,127}[0-9])(?=[^\s]{0,127}[A-Z!#$%^&*~=]|[a-z0-9]{12})[^\s/|@]{6,128})(?=[.,]?(?:\s|\Z))",
        r"@[A-Za-z0-9.\-]+ ?[:|] ?[^\s/|@]",
        ("bob@example.com:X1234567",),
        is_vague=True,
    ),
    # The mailboxes of a telephone system, and lines of ``ipsec.secrets``.
    LoginShape(
        r"(?<![^\s])[0-9]{2,8} ?=> ?(?P<secret>[^\s,]{3,64}),(?=[^\n,]{0,60},[^\n,@]{1,60}@)",
        r"[0-9] ?=> ?[^\s,]+,",
    ),
    LoginShape(
        r"(?<=: )(?:PSK|XAUTH|EAP|NTLM) [\"'](?P<secret>[^\"'\n]{4,128})[\"']",
        r": (?:PSK|XAUTH|EAP|NTLM) [\"']",
    ),
    # ``HttpBasicAuth("bob", "…")``
    LoginShape(
        r"(?i:auth|login|credentials?|password|signin|(?:super|create_?|add_?)user)[A-Za-z]{0,12}"
        r"\([ ]?(?:[\"'][^\"'\n]{1,64}[\"'],[ ]{0,2}){1,2}"
        r"[\"'](?P<secret>[^\"'\n]{3,200})[\"']",
        r"(?i:auth|login|credentials?|password|signin)[A-Za-z]*\([ ]?[\"']|user\([\"']",
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
        r"(?i:log(?:ged|ging)?[ \-]?(?:in|into|on)|sign[ \-]?in|access|accounts?|creds?|credentials)(?![a-z_])[^\n().!?]{0,30}"
        r"\((?!https?:|arn:)[\w.@+\-]{2,60}[ ]?[,;/|:][ ]?(?P<secret>[^\s()]{4,128})\)",
        r"\([^\s(),;/|:]+[ ]?[,;/|:][ ]?[^\s()]+\)",
        is_vague=True,
    ),
)
