# SPDX-License-Identifier: Apache-2.0
"""
Whether a text can be a secret: the same judgement for settings, commands, pairs and prose.

The less the surroundings say, the more the value has to: behind ``password =`` anything is a secret
(:func:`is_secret_under`), behind ``the password is`` what is no word (:func:`is_key_like`), and near the word password only
what can be nothing else (:func:`is_certain`).
"""

from __future__ import annotations

import re
from typing import Final

from airflow_provider_assistants.redaction.names.secret_names import KeyMeaning, fold, key_words, secret_meaning
from airflow_provider_assistants.redaction.values.placeholders import is_no_secret
from airflow_provider_assistants.redaction.values.randomness import has_random_run, is_symbol, is_uuid, looks_random

__all__ = [
    "is_certain",
    "is_chosen",
    "is_key_like",
    "is_no_word",
    "is_numbered",
    "is_of_words",
    "is_other_name",
    "is_password_like",
    "is_password_name",
    "is_pin",
    "is_secret_under",
    "is_stated_phrase",
    "is_stated_word",
    "is_version",
    "names_a_secret",
    "trimmed",
]

_SYMBOLS: Final = frozenset("!#$%^&*~+=")
_NUMERIC = re.compile(r"[\d.,:/\-+%$€]{1,64}|\d{1,3}(?:_\d{3}){1,5}")
_PINS = frozenset(
    """
    pin pins pincode otp passcode code codes pass combination password passwort kennwort senha contrasena clave wachtwoord haslo
    kod kode codigo codice пин пинкод
    """.split()
)
#: The same at the end of a longer word: ``Sicherheitscode``.
_PIN_ENDS: Final = ("code", "kode", "koden")
#: What mixes letters and digits and is no secret: measures, standards, versions, models.
_COMMON_MIXED = re.compile(
    r"(?i)v?\d[\d.,:/\-]*(?:st|nd|rd|th|am|pm|min|mins|ms|secs?|s|h|hrs?|d|days?|kb|mb|gb|tb|k|m|bit|bits|px|x|usd|eur|er|e|%)?"
    r"|(?:oauth|sha|md|rfc|iso|iec|http|https|tls|ssl|utf|ipv|base|aes|rsa|ed|hs|rs|es|pkcs|x|w|h|mp|web|auth|covid|windows"
    r"|office|python|node|java|php|gpt|claude|gemini|llama|nova|whisper|sonic|aura|eleven|din|en|step|day|room|line|page|level"
    r"|phase|version|microsoft|google|hdr|latin|cp|usb|usb-c|hdmi|ddr|pcie|ike|ikev|s3|ec2|b2b|b2c|1password|o[134])[\-_/.]?\d{1,5}(?:[.\-/:]\d{1,4}){0,3}[a-z]{0,3}|(?:gpt|claude|gemini|llama|text|eleven)[_\-][\w.\-]{1,60}"
    r"|\d{1,3}-[a-z]{2,12}(?:-[a-z]{2,12}){0,3}|\d{1,3}(?:[.,]\d{1,3})?[a-z]{1,5}|(?-i:[#@][a-z][a-z0-9_\-]{0,60})"
    r"|(?:ctrl|alt|shift|cmd|win|option|strg|fn|command|control)(?:\+[a-z0-9]{1,6}){1,4}|gpio\d{1,3}"
    r"|(?-i:\.{0,2}/?[a-z0-9_.\-]{1,24}(?:/[a-z0-9_.\-]{1,24}){1,8}#[\w\-]{1,40})"
    # Regions of clouds, formats of dates, and members of lists.
    r"|(?:us|eu|ap|sa|ca|me|af|il|cn|mx)(?:-gov)?-[a-z]{4,9}-?[1-9][a-f]?|\[?(?:%-?[a-zA-Z][\-/:.,TZ]{0,3}){2,10}|[A-Za-z_.]{2,80}\[[A-Za-z_.'\"]{1,40}\]"
    # Cases and offers by year, and interfaces of programs with their version.
    r"|(?-i:[A-Z]{1,4}-?(?:19|20)[0-9]{2}(?:-[A-Z0-9]{1,6}){1,3})"
    r"|(?-i:[a-z0-9.\-]{2,60}/v[0-9]{1,2}(?:(?:alpha|beta)[0-9]{1,2})?)"
    # Standards, rooms and forms, and the images of containers.
    r"|(?-i:[A-Z]{1,6}-\d{1,3}[A-Z]?)|(?-i:[a-z][a-z0-9./\-]{0,60}:v?\d{1,4}(?:\.\d{1,4}){1,3}(?:-[a-z]{2,12}[0-9.]{0,6})?)"
    # Classes of characters, calls of programs, algorithms of digests.
    r"|(?:[A-Za-z0-9]-[A-Za-z0-9][_.\\]{0,2}){1,4}|(?-i:(?:[A-Za-z_]\w{0,40}\.){1,5}[A-Za-z_]{1,40}\([:A-Za-z_'\"., ]{0,60}\)?)"
    r"|(?-i:[A-Za-z_]{1,40}\(['\"][A-Za-z_.:\- ]{1,60}['\"]?\)?)"
    r"|(?:sha|md)[0-9]{1,3}[_\-](?:crypt|sum|hash)"
    # Algorithms that join others, partitions of a lake, and tests of a program.
    r"|(?:[a-z]{2,10}[\-_/])?(?:scram|hmac|digest|rsa|ecdsa|aes|tls|ecdhe|pbkdf2|x|hs|rs|es|ps)[0-9]{0,4}"
    r"(?:[\-_/](?:with|sha|md|aes|gcm|cbc|poly|rsa|[a-z]{2,8})?[\-_]?[0-9]{0,4}){1,4}"
    r"|/?(?:[\w.\-]{1,40}/){0,6}[a-z][a-z_]{0,24}=(?:[0-9]{1,4}(?:-[0-9]{2}){0,2}|[a-z]{1,16})(?:/(?:[a-z_]{1,24}=)?[0-9a-z\-]{1,16}){0,5}/?"
    r"|(?:[\w\-.]{1,40}/){0,8}[\w\-]{1,60}\.[a-z]{1,4}(?:::[A-Za-z_]\w{0,80}){1,3}"
)
_PRODUCT = re.compile(r"[A-Z][A-Za-z]{2,20}[\-_]v?[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}")
#: What people choose without a sign: ``Falcon-harbor-39``.
_CHOSEN = re.compile(r"(?=[^0-9]*[a-z])(?=[^0-9]*[A-Z])[A-Za-z]{3,20}[\-_.+][A-Za-z]{3,20}[\-_.+]?[0-9]{2,5}")
#: Of a person, or of somebody at a host; ``Welcome@2024`` is none.
_ADDRESS = re.compile(
    r"[\w.+\-%]{1,64}@(?:[\w\-]{1,64}\.)+[A-Za-z]{2,24}\S{0,40}|[a-z][a-z0-9_.\-]{0,31}@[a-z][a-z0-9.\-]{0,63}(?::\S{0,80})?|@\S*|\S*@"
)
#: A file below directories, as the key of an object in a store is.
_FILE_PATH = re.compile(r"(?:[\w\-.=]{1,80}/){1,20}[\w\-.]{1,120}\.[a-z][a-z0-9]{1,7}")
#: An address, which has secrets of its own, or the name of a resource; and what a public key is known by.
_URL, _KEY_ID = (
    re.compile(r"[a-z][a-z0-9+.\-]{1,20}://|arn:aws[a-z\-]{0,7}:"),
    re.compile(r"(?:0x)?(?:[0-9A-F]{8}){1,5}"),
)
#: What a sentence says of a password instead of stating it: ``the password is required``.
_PREDICATES = frozenset(
    """
    required optional wrong correct incorrect invalid valid secret weak strong unknown missing empty expired needed mandatory
    private public confidential different sensitive case-sensitive numeric alphanumeric below above following nothing anything
    something whatever yesterday tomorrow somewhere elsewhere unchanged password passwords username birthday birthdate
    encrypted protected provided available necessary accepted rejected important personal temporary permanent compulsory
    erforderlich notwendig ungültig obligatoire facultatif nécessaire incorrecte obligatoria obligatorio incorrecta incorrecto
    necesaria secreta obrigatória obrigatório incorreta necessária opcional verplicht onjuist noodzakelijk wymagane konieczne
    nieprawidłowe opcjonalne obbligatoria richiesta
    """.split()
)
_PASSWORDS: Final = (
    "pass", "pwd", "pw", "kennwort", "losen", "adgangskod", "kodeord", "senha", "contrasen", "wachtwoord", "hasl",
    "heslo", "sifre", "parola", "jelsz", "mdp", "salasan", "lozink", "geslo", "парол", "лозинк",
)  # fmt: skip
#: ``Bitwarden2024``, ``Ec2InstanceMetadata``
_NUMBERED_NAME = re.compile(r"[A-Z]?[a-z]{3,24}[0-9]{1,4}|(?:[A-Z][a-z]{1,20}[0-9]{0,2}){2,6}")
_NUMBERED = re.compile(r"[a-z]{2,24}(?:[-_.][a-z]{1,24}){0,4}[-_.]?[0-9]")
_ADJECTIVE = re.compile(r"(?:ed|able|ible|ary|ory|ive|ial|ical|ful|less|ing|ently|ally|ous|ich|ert)\Z")
#: Words of messages and rules.
_OF_A_MESSAGE = frozenset(
    """
    not no never always too set empty case your my the a an please must should can cannot can't and or if same as is are was
    be do don't does did you they it this that enter input type used here ask see at least in of for to too short long only
    characters digits letters field value n/a none null
    """.split()
)
_SHORTEST_WORD: Final = 8


def trimmed(value: str) -> str:
    """Return a value without the marks at the end of a sentence."""
    bare = value.rstrip(".,;:?)") or value
    if bare[-1] in "}]" and "{" not in bare and "[" not in bare:
        bare = bare.rstrip("}].,;:?)") or value
    return bare.rstrip("!.") if bare.rstrip("!.").isalpha() else bare


def is_no_word(value: str) -> bool:
    """Whether a text is a key rather than a word of prose, as in ``Password: ask for it``."""
    bare = value.strip(".,;:!?()[]*_\"'`")
    if len(value) >= 20:
        return True
    return len(value) >= 6 and not bare.replace("-", "").replace("'", "").isalpha()


def is_secret_under(meaning: KeyMeaning, value: str) -> bool:
    """Whether a text is a secret where a name means that one stands there."""
    if is_no_secret(value):
        return False
    if meaning is KeyMeaning.SECRET:
        return True
    if meaning is KeyMeaning.SECRET_UNLESS_NUMBER:
        return not value.isdigit()
    if meaning is KeyMeaning.SECRET_UNLESS_SWITCH:
        return value.lower() not in ("0", "1", "true", "false", "yes", "no", "on", "off")
    if meaning is KeyMeaning.SECRET_IF_RANDOM:
        is_key = is_certain(value) and _FILE_PATH.fullmatch(value) is None and _URL.match(value) is None
        return is_key or is_uuid(value)
    if meaning is KeyMeaning.DESCRIPTION:
        is_named = _NUMBERED_NAME.fullmatch(value) is not None
        is_public = is_named or _KEY_ID.fullmatch(value) is not None
        return has_random_run(value) and not is_uuid(value) and "/" not in value and not is_public
    return False


def is_pin(name: str, value: str) -> bool:
    """Whether a number is what is asked of a PIN: a few digits."""
    if len(value) < 3 or not trimmed(value).rstrip("#*").isdigit():
        return False
    words = key_words(name)
    return not _PINS.isdisjoint(words) or any(word.endswith(_PIN_ENDS) for word in words)


def is_key_like(value: str) -> bool:
    """Whether a text behind ``the password is`` is no word, date, amount, address, measure or host."""
    has_digit = any(map(str.isdigit, value))
    is_mixed = len(value) >= 5 and has_digit and any(map(str.isalpha, value))
    if (
        value.isalpha()
        or ("@" in value and _ADDRESS.fullmatch(value))
        or not (is_mixed or is_no_word(value))
        or _is_common(value)
    ):
        return False
    if _NUMERIC.fullmatch(value):
        return value.isdigit()
    # Long is what ASCII has no blank in, as the quick search has it: names in other letters are words.
    return has_digit or not _SYMBOLS.isdisjoint(value) or (len(value) >= 20 and value.isascii())


def _is_common(value: str) -> bool:
    """Whether a text mixes letters, digits and symbols as words of prose and programs do."""
    if _COMMON_MIXED.fullmatch(value) or _SNAKE.fullmatch(value) or is_symbol(value):
        return True
    return "/" in value and all(map(_COMMON_MIXED.fullmatch, value.split("/")))


_SNAKE = re.compile(
    r"(?:[a-z]{1,20}|[A-Z][a-z]{1,20}|[A-Z]{1,12})(?:[_.](?:[a-z]{1,20}|[A-Z][a-z]{1,20}|[A-Z]{1,12})){1,8}"
)


def is_certain(value: str) -> bool:
    """Whether a text can be nothing but a key or a password, whatever stands before it."""
    if _is_common(value):
        return False
    if looks_random(value):
        return True
    has_digit = any(map(str.isdigit, value))
    return len(value) >= 6 and has_digit and any(map(str.isalpha, value)) and not _SYMBOLS.isdisjoint(value)


def is_chosen(value: str) -> bool:
    """Whether a text is a key or a password where a sentence says that somebody gets in with it, but not how it is called."""
    if is_version(value):
        return False
    return is_certain(value) or (_CHOSEN.fullmatch(value) is not None and not _is_common(value))


def is_version(value: str) -> bool:
    """Whether a text can be a product with its version: ``LibreOffice-24.8``."""
    return _PRODUCT.fullmatch(value) is not None


def is_numbered(value: str) -> bool:
    """Whether a text is words with a number, such as ``field_2``."""
    return _NUMBERED.fullmatch(value) is not None


def names_a_secret(name: str, value: str) -> bool:
    """Whether a text is what a secret is called where it is kept, as in ``secret 'db-credentials'``, not the secret."""
    return name.lower().endswith(("secret", "secrets")) and _SLUG.fullmatch(value) is not None


#: Words in lower case, with a number or a version at the end.
_SLUG = re.compile(r"[a-z]{1,24}(?:-[a-z]{1,24}){1,6}(?:-?v?[0-9]{1,2}|-[0-9]{4})?")


def is_of_words(value: str) -> bool:
    """Whether a text is written in Chinese, Japanese or Korean, as no password is, such as the way through a menu."""
    return (
        not value[0].isascii() and value[0] >= "\u3000" and not any(each.isascii() and each.isalnum() for each in value)
    )


def is_other_name(value: str) -> bool:
    """Whether a text is itself what secrets are called, in several words: ``BearerToken``, ``Authorization-header``."""
    return (
        _JOINED_WORDS.fullmatch(value) is not None
        and len(key_words(value)) > 1
        and secret_meaning(value) is not KeyMeaning.PLAIN
    )


_JOINED_WORDS = re.compile(r"[A-Z]?[a-z]{2,20}(?:[_\-][A-Za-z]{2,20}|[A-Z][a-z]{2,20}){1,4}")


def is_stated_phrase(value: str) -> bool:
    """Whether several words in quotes are a secret rather than what is said of one: ``the password is "open sesame"``."""
    words = value.lower().rstrip("!?.").split()
    return _OF_A_MESSAGE.isdisjoint(words) and not any(map(_ADJECTIVE.search, words)) and _PREDICATES.isdisjoint(words)


def is_password_name(name: str) -> bool:
    """Whether a name is one of what people make up and type, rather than of what a program makes."""
    folded = fold(name).lower()
    return any(word in folded for word in _PASSWORDS)


def is_password_like(value: str) -> bool:
    """Whether a text right behind the word password is one: no path, and no word with a number, such as ``field_2``."""
    return is_key_like(value) and "/" not in value and not is_numbered(value)


def is_stated_word(name: str, value: str) -> bool:
    """Whether a single word can be a password where one is stated: ``the password is swordfish``."""
    return (
        len(value) >= _SHORTEST_WORD
        and value.isalpha()
        and value.islower()
        and is_password_name(name)
        and value not in _PREDICATES
        and _ADJECTIVE.search(value) is None
    )
