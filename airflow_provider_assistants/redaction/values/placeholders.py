# SPDX-License-Identifier: Apache-2.0
"""
What stands where a secret would and is none: placeholders of templates, and words that say how rather than what.

A placeholder survives as it is written, since a prompt without it is another prompt. What only looks like one, such as a
key between braces, does not: what is inside must read like a name or an expression.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from airflow_provider_assistants.redaction.names.secret_names import key_words
from airflow_provider_assistants.redaction.values.randomness import has_random_run, is_uuid
from airflow_provider_assistants.redaction.values.remarks import is_remark

__all__ = ["AUTH_SCHEMES", "is_example_key", "is_no_secret", "is_placeholder", "placeholder_around", "placeholder_end"]

_LONGEST: Final = 400
#: What is put into a template to say what belongs there is a phrase, not a paragraph.
_LONGEST_EXAMPLE: Final = 160
_PLACEHOLDERS = re.compile(
    r"\{\{\{?(?P<a>[^{}\n]{1,100})\}?\}\}|\$\{\{?(?P<b>[^{}\n]{1,100})\}?\}|\$\((?P<c>[^()\n]{1,200})\)|#\{(?P<d>[^{}\n]{1,80})\}"
    r"|\{%(?P<e>[^{}\n]{1,100})%\}|@\{(?P<f>[^{}\n]{1,80})\}|\{(?P<g>[A-Za-z_][^{}\n\"]{0,80})\}|<(?P<h>[A-Za-z_][^<>\n]{0,80})>"
    r"|\[\[?(?P<i>[A-Za-z_][^\[\]\n]{0,80})\]\]?|%(?P<j>[A-Za-z_][A-Za-z0-9_]{2,60})%|\$(?P<k>[A-Z_][A-Z0-9_]{1,60})(?![a-z])"
    r"|%\((?P<l>\w{1,60})\)s|__(?P<m>[A-Z][A-Z0-9_]{2,60}?)__|\$(?P<n>[a-z]{2,20}(?:[A-Z_][a-z]{1,20}){0,4})(?!\w)"
    r"|%\{(?P<q>[^{}\n]{1,80})\}|<%[=-]?(?P<r>[^%<>\n]{1,80})-?%>|@@(?P<s>\w{1,60})@@|#(?P<t>[A-Za-z_]\w{1,40})#"
    r"|\*\|(?P<u>[\w:]{1,60})\|\*|«(?P<v>[^«»\n]{1,60})»|\$env:(?P<w>\w{1,60})|%(?P<x>[sd])(?!\w)|\$\[(?P<y>[^\[\]\n]{1,60})\]"
    r"|@(?P<z>[A-Za-z_]{3,40})@|\$(?P<aa>[0-9]{1,2})(?!\w)|#\[(?P<ab>[^\[\]\n]{1,80})\]|\{(?P<o>[0-9]{0,2})\}|(?<![A-Za-z0-9]):(?P<p>[a-z]{2,20}(?:_[a-z]{2,20})*)(?![\w:@])"
)
#: An expression that reads the secret from where it is kept.
_LOOKUPS = re.compile(
    r"(?i)(?:ref|keyring|keychain|doppler|infisical|sops|conjur|k8s|(?:aws|gcp|azure|az|hc)[\-_]?(?:sm|kv|ssm|secrets?|vault))"
    r":(?://)?[a-z][\w./#\-]{1,100}"
    r"|(?:os\.)?(?:environ|getenv|process\.env|env|secrets?|vault|ref\+[a-z]+|config|settings|var|local|data|input|params?"
    r"|op:/|vault|aws:secretsmanager|ssm|arn:aws[a-z\-]{0,7}:(?:secretsmanager|ssm)|self|this|response|req|request|module"
    r"|variable|system|deno|import\.meta|getpass|environment)[.:\[(/][^\s]{1,120}"
    r"|@microsoft\.keyvault\([^\s()]{1,200}\)|(?:cat|vault|aws|op|pass|gcloud|kubectl|az) [\w./ \-:=]{1,120}"
    r"|[a-z_][a-z_]{0,40}(?:\.[a-z_]{1,40}){1,5}\(?|![a-z]{2,12}(?:::[a-z]{1,20}){0,3}"
    r"|(?:optional|list|union|dict|literal|annotated|set|tuple|secret)\[[\w, |\[\].]{1,60}\]?"
    r"|(?:await |new )?[a-z_][A-Za-z_.]{1,60}\((?:['\"][A-Za-z_.\- ]{1,60}['\"])?\)[;,]?"
    r"|\$\.[a-z_][\w.\[\]*]{0,80}"
    r"|projects/[\w\-]{1,60}/secrets/[\w\-]{1,80}(?:/versions/\w{1,20})?|random_password\.[\w.]{1,60}"
    r"|%env\([\w:]{1,60}\)%|![A-Za-z]{2,12} [A-Za-z_][\w./\-]{1,80}"
    r"|(?:op|sm|ssm|vault|secrets?|awssm|gcpsm|keyvault|akv)://[\w ./\-]{1,100}"
    r"|@[a-z]{2,24}\((?:[\"']?[\w${} ./\-]{1,60}[\"']?)?\)(?:\??(?:\.[a-z_]\w{0,40}|\['[\w ]{1,40}'\])){0,6}"
    r"|\$(?:response|request|url|inputs|steps|outputs)[.#][\w.#/\-]{1,80}|\{\$\.[a-z_][\w.\[\]*]{0,60}\}"
    r"|[a-z_]\w{0,40}(?:\.[a-z_]\w{0,40}){0,5}(?:\[['\"][\w ]{1,40}['\"]\](?:\.[a-z_]\w{0,40}){0,3}){1,4}"
    r"|@[a-z]{2,12}/[\w.]{1,60}|(?:file:(?://)?)?/(?:run|etc|var|mnt|home|opt)/[\w./\-]{1,100}"
    r"|\$[a-z]{2,20}(?:\.[a-z_]{2,30}){1,4}\(['\"][\w.\-]{1,60}['\"]\)"
    # The pointer of a schema, a function of a template, and all that lies below a path.
    r"|[\w./\-]{0,80}#/[$A-Za-z][\w$./~\-]{1,160}|fn::[A-Za-z:]{1,60}|[a-z_]{2,30}(?:[/.:][a-z_*]{1,30}){0,4}[/:.]\*"
    r"|sk[\-_](?:live_|test_|proj-|ant-)?(?:[xX*.…]{3,60}|<[\w ]{1,40}>|YOUR[A-Z_]{1,30})"
)
_OPENINGS = re.compile(r"\{\{|\{%|[$#@%]\{|\$\(|<%|[#$]\[")
_LONGEST_PLACEHOLDER: Final = 100
_MARK = re.compile(r"[{<\[%$_:(.#@/*•…« \-]")
#: Letters and digits with hyphens, which is a placeholder neither by a mark nor by its words nor by an elision.
_HYPHENATED_KEY = re.compile(
    r"(?!(?i:your|my|the|insert|enter|replace|put|add|paste|example|dummy|some|an?)-)(?![^0-9]*\Z)(?!.*[xX]{4})"
    r"[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)+"
)
#: As most keys are written, so asked first: none of what says that a text is no secret finds anything in such a one.
_LONG_KEY = re.compile(
    r"(?:(?:Bearer|Basic|Token) )?(?!0?12345678)"
    r"(?!(?i:your|my|the|insert|enter|replace|put|add|paste|example|dummy|some|an?)[_\-])"
    r"(?=[^0-9]*[0-9])(?=[^a-z]*[a-z])(?!.*[xX]{3})[A-Za-z0-9][A-Za-z0-9_\-]{18,}+"
)
_NAMED_EXAMPLE = re.compile(r"(?i)(?:your|my|the|insert|enter|replace|put|add|paste|example|dummy|some|an?)[ _\-]")
#: Runs of letters alone are names, be they long: ``assistantIdentifier``.
_RUN_WITH_DIGITS = re.compile(r"[A-Za-z]*[0-9][A-Za-z0-9]*")
_ELISION = re.compile(r"[.…*xX•#_\-?]{2,}|\*{2,}[a-z]{3,12}\*{2,}|[xX*•]{3,}(?:[\-_ ][xX*•]{2,}){0,12}")
#: What programs show of a key, so that its owner knows which one it is.
_MASKED = re.compile(
    r"(?:[*•xX]{3,8}[ \-]){1,4}[A-Za-z0-9]{0,4}|(?:[A-Za-z]{1,8}[0-9]{0,3}[_\-]){1,4}[xX*•]{4,}(?:[_\-.][xX*•]{3,}){0,6}"
    r"|(?:[A-Za-z0-9_\-]{0,8}|(?:[A-Za-z]{1,8}[0-9]{0,3}[_\-]){1,4}|eyJ[A-Za-z0-9]{0,20})(?:\.{3,}|…|\*{3,}|[xX]{4,}|•{3,})[A-Za-z0-9]{0,4}"
)
_DEFAULT = re.compile(r":[\-=](.{4,})\Z")
_WORDS = re.compile(r"(?:[A-Za-z]{1,12}+|[0-9]{1,2}+|[_\-.:,+ /@|%~]){0,40}+")
_SCHEME = re.compile(r"(?i)(?:bearer|basic|token|apikey|api-key|key|bot|digest|jwt)[ \t]+")
#: What stands before the placeholder of a cookie, or of a parameter.
_COOKIE = re.compile(r"(?:\A|(?<=[;&,])) ?[A-Za-z_][\w\-]{0,30}=(?=\{\{|[$#%]\{|\$\(|<%)")
_PARAMETER = re.compile(r"\A[a-z_]{2,20}=(?=[\"{$<%\[]|YOUR[_A-Z]|your[\-_])")

#: Ways of authentication, and where their parts travel.
AUTH_SCHEMES: Final = frozenset(
    """
    bearer basic digest token api_key apikey api-key oauth oauth1 oauth2 oauth2.0 jwt hmac hawk ntlm saml sso oidc openid mtls
    ldap kerberos negotiate anonymous custom header headers query body cookie path form password client_credentials
    authorization_code refresh_token implicit service_account none public private bearer_token basic_auth custom_header
    http https internal google github microsoft azure aws gcp firebase supabase auth0 okta clerk cognito
    """.split()
)
_NO_SECRETS = frozenset(
    """
    none null nil true false undefined bearer basic token digest string str text number integer int boolean bool object array
    oauth oauth2 api_key apikey api-key jwt hmac header query body required optional enabled disabled yes no on off n/a na
    unset empty unknown missing invalid expired redacted hidden masked removed secret_ref
    todo tbd fixme placeholder changeme change-me change_me changeit replaceme replace_me replace-me example filtered
    password passwd pass pwd user:password user:pass username:password
    include omit same-origin inherit sms totp webauthn passkey magic_link magic-link iam keychain
    configured present connected disconnected valid ok granted pending approved denied failed failure success successful
    never always hourly daily weekly monthly quarterly yearly manual automatic
    active inactive verified unverified revoked rejected accepted available unavailable unknown
    read write read-write readonly pending tba list create update delete get manage view rotate revoke all
    preferred discouraged allowed forbidden blocked permitted inherited default unlimited visible public
    any callable auto value values foo bar baz xyz
    drop redact mask hash encrypt tokenize anonymize nullify minutes hours days seconds sensitive confidential restricted pii
    reset change changed rotated issued requested regenerate reissue initial latest earliest
    yourtoken yourkey yourapikey yourpassword yoursecret (hidden) (redacted) (unset) ~
    """.split()
)


def is_placeholder(text: str, *, among_words: bool = False) -> bool:
    """
    Whether a text is nothing but placeholders, with at most the name of an authentication scheme before.

    :param among_words: Words may stand among the placeholders, as in ``call-{{id}}``.
    """
    if len(text) > _LONGEST or not text:
        return False
    if text.isalnum() and text.strip("xX"):
        return False  # as most texts; what follows would find neither a mark nor an elision
    if _HYPHENATED_KEY.fullmatch(text):
        return False
    if "%7" in text or "%5" in text or "%3" in text or "%2" in text:
        text = unquote(text)
    text = text.strip().strip("\"'`")
    if text.startswith("=") and "{{" in text:
        text = text[1:]  # an expression rather than a text, as flows write it
    scheme = _SCHEME.match(text)
    text = _PARAMETER.sub("", text[scheme.end() :], count=1) if scheme else text
    if _ELISION.fullmatch(text):
        return True
    if _MARK.search(text) is None:
        return False
    if not among_words:
        if "=" in text:
            text = _COOKIE.sub("", text)
        return (
            _holds_only_placeholders(text)
            or (_LOOKUPS.fullmatch(text) is not None and _reads_like_a_name(text))
            or _is_example(text)
            or _MASKED.fullmatch(text) is not None
            or is_example_key(text)
        )
    is_found = False

    def taken(match: re.Match[str]) -> str:
        nonlocal is_found
        if _reads_like_a_name(_inside(match)):
            is_found = True
            return ""
        return match[0]

    rest = _PLACEHOLDERS.sub(taken, text)
    if is_found:
        return not any(map(str.isalnum, rest)) or _WORDS.fullmatch(rest) is not None
    return (_LOOKUPS.fullmatch(text) is not None and _reads_like_a_name(text)) or _is_example(text)


def _holds_only_placeholders(text: str) -> bool:
    """Whether nothing but placeholders of a text holds a letter or a digit; no placeholder begins with one."""
    at, is_found = 0, False
    while at < len(text):
        if text[at].isalnum():
            return False
        end = _end_of_placeholder(text, at)
        is_found = is_found or end is not None
        at = end or at + 1
    return is_found


def placeholder_end(text: str, at: int) -> int | None:
    """Return where the placeholder ends that begins at a place of a text; None if none does, or letters follow it."""
    end = _end_of_placeholder(text, at)
    return None if end is None or text[end : end + 1].isalnum() else end


def placeholder_around(text: str, at: int) -> int | None:
    """Return where the placeholder ends that a place of a text lies in; None if it lies in none."""
    for opening in _OPENINGS.finditer(text, max(0, at - _LONGEST_PLACEHOLDER), at):
        end = _end_of_placeholder(text, opening.start())
        if end is not None and end > at:
            return end
    return None


def is_example_key(text: str) -> bool:
    """Whether a text has the prefix of a key, and words for what belongs behind it: ``sk-your-key``, ``ghp_yourtokenhere``."""
    prefix = _KEY_PREFIX.match(text)
    return prefix is not None and _EXAMPLE_BODY.fullmatch(text, prefix.end()) is not None


#: How keys of well-known issuers begin.
_KEY_PREFIX = re.compile(
    r"(?:[spr]k|whsec|gh[opsu]|github_pat|glpat|xox[a-z]|xapp|hf|gsk|pat|npm|SG|AIza(?:Sy)?|AKIA|AC|SK|sq0[a-z]{3}|re|pplx|xai"
    r"|tvly|dop_v1|lin_api|key|shp[a-z]{2,3}|ntn|dp\.pt|nvapi|r8|pcsk|cal|FLWSECK|rzp)(?:[_\-.]?(?:live|test|proj|ant|api[0-9]{2}))?[_\-.]?"
)
_EXAMPLE_BODY = re.compile(
    r"(?i)(?=.*(?:your|my|here|example|dummy|replace|insert|sample|fake|change|placeholder|goes)|12345)"
    r"(?:(?:[a-z]{1,16}[_\-.]){1,8}[a-z]{1,16}\Z|(?:(?:your|my|the|a|an|own|real|insert|replace|change|enter|with|me|put|paste"
    r"|example|dummy|sample|fake|placeholder|goes|here|api|key|token|secret|bot|access|auth|user|app|client|account|sid|id|test|live"
    r"|server|service|open ?ai|anthropic|stripe|github|slack|elevenlabs|deepgram|vapi|1234567890|12345678?|123456)[_\-.]?){1,10})"
)


def _end_of_placeholder(text: str, at: int) -> int | None:
    match = _PLACEHOLDERS.match(text, at)
    return match.end() if match is not None and _reads_like_a_name(_inside(match)) else None


def _inside(match: re.Match[str]) -> str:
    return next((each for each in match.groups() if each is not None), "")


def is_no_secret(value: str) -> bool:
    """Whether a text under the name of a secret is none: empty, taken out before, a placeholder, or one of a few words."""
    return _LONG_KEY.fullmatch(value) is None and (
        not any(map(str.isalnum, value))
        or value.strip().lower() in _NO_SECRETS
        or _COUNTED.fullmatch(value) is not None
        or _PUBLIC_VALUE.match(value) is not None
        or is_placeholder(value)
        or _CLASS_PATH.fullmatch(value) is not None
        or (value.startswith("{{") and value.endswith("}}") and is_placeholder(value, among_words=True))
        or is_remark(value)
    )


#: A fingerprint, and a key that is public.
_PUBLIC_VALUE = re.compile(
    r"(?i:sha)(?:1|256|384|512)[:/\-][A-Za-z0-9+/]{20,90}={0,2}\Z|MD5:(?:[0-9a-f]{2}:){15}"
    r"|(?:[\w.,\-\[\]:*]{1,80} )?(?:ssh-[a-z0-9]{3,8}|ecdsa-[a-z0-9\-]{5,20}) AAAA"
    r"|AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh)|-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PUBLIC KEY-----"
)
#: One character again and again, or all digits in their order.
_COUNTED = re.compile(r"([0-9A-Za-z])\1{15,}|(?i:0?1234567890?(?:abcdef)?){2,8}|0123456789abcdef")


#: A class of a program: ``django.contrib.auth.hashers.PBKDF2PasswordHasher``.
_CLASS_PATH = re.compile(r"(?:[a-z_]{2,30}\.){2,6}[A-Z]{1,8}[a-z0-9][A-Za-z0-9]{2,60}")


def _reads_like_a_name(inside: str) -> bool:
    inside = inside.strip()
    default = _DEFAULT.search(inside)
    if is_uuid(inside) or (default is not None and any(map(str.isdigit, default[1]))):
        return False
    return not any(run for run in _RUN_WITH_DIGITS.findall(inside) if has_random_run(run))


def _is_example(text: str) -> bool:
    """Whether a text says what is to be put in its place: ``YOUR_API_KEY``, ``your-token-here``."""
    if len(text) > _LONGEST_EXAMPLE or (_NAMED_EXAMPLE.match(text) is None and not (text.isupper() and "_" in text)):
        return False
    if _YOURS.fullmatch(text):
        return True
    words = key_words(_SCHEME.sub("", text, count=1))
    return len(words) >= 2 and all(word in _EXAMPLE_WORDS for word in words)


_YOURS = re.compile(r"(?:YOUR|ENTER|INSERT|REPLACE|PUT|PASTE)(?:_[A-Z]{1,16}){1,8}")
_EXAMPLE_WORDS = frozenset(
    """
    your my the a an insert enter replace put add paste example dummy some here with this real actual own api key keys token
    tokens secret password passwd pass access auth bearer client id user username account sid app application private public
    webhook url value goes x name service openai elevenlabs twilio deepgram anthropic google azure crm cal calcom provider
    vendor company from dashboard placeholder
    """.split()
)
