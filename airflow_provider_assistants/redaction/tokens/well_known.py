# SPDX-License-Identifier: Apache-2.0
"""
The shapes of well-known keys, by who issues them; data only.

A key of one of these shapes is a secret wherever it stands, whatever its name. Shapes without a mark of their own (a bare run
of 32 hexadecimal digits, a UUID) are not here: ids and checksums look the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["TOKEN_SHAPES", "TokenShape"]


_MOST_COUNTED: Final = 6


@dataclass(frozen=True, slots=True)
class TokenShape:
    """
    The shape of a kind of key.

    :param literals: Every match contains one of them, which is searched for first.
    :param core: The key, as a pattern that Python's ``re`` and Rust's ``regex`` read alike: no looking around, no ``w`` class.
    :param before: What Python's pattern has before it: nothing that a longer word would be.
    :param needs_digit: A match without any digit is a word.
    :param needs_mixture: Likewise one without capitals, small letters and digits, or with a word in it.
    """

    literals: tuple[str, ...]
    core: str
    before: str = r"(?<![A-Za-z0-9])"
    needs_digit: bool = True
    needs_mixture: bool = False

    @property
    def suspicious(self) -> str:
        """A pattern that finds every key of this shape and more: counts beyond a few make a quick search slow."""
        return re.sub(r"\{([0-9]+)(?:,[0-9]*)?\}", lambda match: f"{{{min(int(match[1]), _MOST_COUNTED)},}}", self.core)

    @property
    def branches(self) -> list[tuple[tuple[str, ...], str]]:
        """The same letter by letter, as far as it begins with one of the literals."""
        opening, whole = f"(?:{'|'.join(map(_escaped, self.literals))})", self.suspicious
        if not whole.startswith(opening):
            return [((), whole)]
        return [(tuple(map(_escaped, literal)), whole[len(opening) :]) for literal in self.literals]


def _prefixed(prefixes: str, body: str, *, digit: bool = True) -> TokenShape:
    """Return the shape of keys that begin with one of some prefixes."""
    literals = tuple(prefixes.split())
    return TokenShape(literals, f"(?:{'|'.join(map(_escaped, literals))}){body}", needs_digit=digit)


def _escaped(literal: str) -> str:
    return literal.replace(".", r"\.").replace("$", r"\$").replace("|", r"\|").replace("+", r"\+")


_SAYING: Final = ("live", "test", "prod", "oauth", "secret", "token", "pat", "key", "auth")
_W = "[A-Za-z0-9_]"
_WD = r"[A-Za-z0-9_\-]"
_AN = "[A-Za-z0-9]"
_START = r"(?<![A-Za-z])"

TOKEN_SHAPES: Final[tuple[TokenShape, ...]] = (
    # JSON Web Tokens, also cut off, and other base64 of an object.
    TokenShape(("eyJ",), rf"eyJ{_WD}{{14,}}={{0,2}}(?:\.{{1,2}}{_WD}+)*", before="", needs_digit=False),
    # Clouds: AWS, Google, Azure, Alibaba, Tencent, Yandex, DigitalOcean, Heroku, Fly, Cloudflare, IBM.
    TokenShape(("AKIA",), "AKIA[0-9A-Z]{12,}", before="", needs_digit=False),
    TokenShape(
        ("ASIA", "ABIA", "ACCA", "AROA", "AIDA", "AGPA", "AIPA", "ANPA", "APKA"),
        "(?:ASIA|ABIA|ACCA|AROA|AIDA|AGPA|AIPA|ANPA|APKA)[0-9A-Z]{16,}",
        before="(?<![A-Z])",
    ),
    _prefixed("FwoGZXIvYXdzE IQoJb3JpZ2lu", r"[A-Za-z0-9+/=]{20,}", digit=False),
    _prefixed("ABSK", r"[A-Za-z0-9+/]{40,}={0,2}"),
    TokenShape(("AIza",), rf"AIza{_WD}{{30,}}", before="", needs_digit=False),
    TokenShape(("ya29.",), r"ya29\.[A-Za-z0-9_\-.]{20,}", before="", needs_digit=False),
    _prefixed("GOCSPX-", rf"{_WD}{{20,}}", digit=False),
    _prefixed("1//0", rf"{_WD}{{20,}}", digit=False),
    TokenShape(("8Q~", "7Q~", "9Q~"), r"[A-Za-z0-9_~.\-]{3,6}[0-9]Q~[A-Za-z0-9_~.\-]{30,}"),
    _prefixed("LTAI", "[A-Za-z0-9]{12,24}"),
    _prefixed("AKID", "[A-Za-z0-9]{13,40}"),
    _prefixed("AQVN y0_ t1.", rf"{_WD}{{30,}}"),
    _prefixed("dop_v1_ doo_v1_ dor_v1_", "[a-f0-9]{20,}"),
    _prefixed("HRKU-", rf"{_WD}{{20,}}"),
    _prefixed("fo1_ fm1r_ fm2_ FlyV1", r"[ A-Za-z0-9_\-+/=,]{20,}"),
    _prefixed("v1.0-", r"[a-f0-9]{20,}-[a-f0-9]{20,}"),
    _prefixed("v1.", r"[a-f0-9]{40}"),
    # Model and voice platforms.
    TokenShape(
        ("sk-", "pk-", "rk-"),
        rf"[spr]k-(?:proj|ant|or|svcacct|admin|live|test|lf|None)-{_WD}{{4,}}",
        before=_START,
        needs_digit=False,
    ),
    TokenShape(("sk-", "pk-", "rk-"), rf"[spr]k-{_WD}{{8,}}(?:[+/]{_WD}{{8,}}={{0,2}})*", before=_START),
    TokenShape(("sk-", "pk-", "rk-"), rf"[spr]k-{_W}{{20,}}", before=_START, needs_digit=False),
    TokenShape(
        ("sk_", "pk_", "rk_"), rf"g?[spr]k_(?:live|test|car|prod)_{_WD}{{4,}}", before=_START, needs_digit=False
    ),
    TokenShape(("sk_", "pk_", "rk_"), rf"g?[spr]k_{_WD}{{8,}}", before=_START),
    TokenShape(("sk_", "pk_", "rk_"), rf"g?[spr]k_{_W}{{20,}}", before=_START, needs_digit=False),
    TokenShape(("burki_",), rf"burki_(?:live|test)_{_WD}{{4,}}", before="", needs_digit=False),
    TokenShape(("burki_",), rf"burki_{_WD}{{8,}}", before=""),
    TokenShape(("burki_",), "burki_[A-Za-z0-9]{20,}", before="", needs_digit=False),
    _prefixed("hf_ api_org_ r8_ pplx- fw_ csk- tvly- tvly-dev- jina_ fal_ vapi_ cog_ together_", f"{_AN}{{16,}}{_WD}*"),
    TokenShape(("API",), "API[A-Za-z0-9]{11,15}"),
    _prefixed("nvapi- pcsk_ xai- jina_", rf"{_WD}{{16,}}"),
    _prefixed("lsv2_pt_ lsv2_sk_ ls__", rf"{_W}{{20,}}"),
    _prefixed("key_", "[0-9a-f]{20,}"),
    _prefixed("cal_live_ cal_test_ whsec_", r"[A-Za-z0-9_\-+/=]{12,}"),
    _prefixed("cal_", f"{_AN}{{16,}}"),
    # Telephony and chat: Twilio, Telnyx, Plivo, Slack, Discord, Telegram, Meta, Twitch, Line, Teams.
    TokenShape(("AC", "SK"), "(?:AC|SK)[0-9a-f]{32}(?::[0-9a-f]{32})?"),
    _prefixed("KEY", r"[0-9A-F]{20,}(?:_[A-Za-z0-9]{10,})?"),
    TokenShape(("MA", "SA"), "(?:MA|SA)[A-Z0-9]{18,}"),
    TokenShape(
        ("xox", "xapp-"), rf"(?:xox[a-z](?:\.xox[a-z])?-|xapp-[0-9]-){_WD}{{8,}}", before=_START, needs_digit=False
    ),
    TokenShape((".",), rf"[MNO][A-Za-z0-9_\-]{{22,28}}\.{_WD}{{6,7}}\.{_WD}{{25,}}"),
    TokenShape((":",), rf"(?:bot)?[0-9]{{8,10}}:{_WD}{{33,40}}"),
    _prefixed("EAA", rf"{_WD}{{30,}}"),
    _prefixed("IGQV IGQW IGAA", rf"{_WD}{{30,}}"),
    _prefixed("oauth:", "[a-z0-9]{30}"),
    # Code, packages, builds.
    TokenShape(
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        rf"(?:gh[pousr]|github_pat)_{_W}{{16,}}",
        before="",
        needs_digit=False,
    ),
    _prefixed(
        "glpat- gldt- glrtr- glrt- glcbt- glptt- glft- glsoat- glimt- glffct- gloas- _gitlab_session=",
        rf"{_WD}{{16,}}(?:\.[0-9a-z]{{2}}\.[0-9a-z]{{7,9}})?",
    ),
    _prefixed("pat-", rf"{_WD}{{16,}}"),
    _prefixed("GR1348941", rf"{_WD}{{18,}}"),
    _prefixed("ATATT3 ATCTT3 ATBB", r"[A-Za-z0-9_\-=]{20,}"),
    _prefixed("npm_ rubygems_ CLOJARS_ packagist_ cio", f"{_AN}{{20,}}"),
    _prefixed("pypi- testpypi-", rf"{_WD}{{40,}}"),
    _prefixed("AKCp cmVmdGtuO oy2", rf"{_WD}{{38,}}"),
    _prefixed("dckr_pat_ dckr_oat_", rf"{_WD}{{16,}}"),
    _prefixed("CCIPAT_ bkua_ bkat_ PMAK- figd_ glagent-", rf"{_WD}{{16,}}"),
    _prefixed(
        "sqp_ squ_ sqa_ sgp_ nfp_ vcp_ rnd_ pul- dbtc_ dbtu_ pnu_ pnb_ ntn_ lin_api_ lin_oauth_", f"{_AN}{{16,}}{_WD}*"
    ),
    _prefixed("secret_", f"{_AN}{{24,}}"),
    _prefixed("tr_dev_ tr_prod_ tr_stg_", f"{_AN}{{20,}}"),
    _prefixed("bce-v3/ALTAK-", "[A-Za-z0-9]{10,}/[0-9a-f]{40}"),
    _prefixed("sl. sl.u.", rf"{_WD}{{60,}}"),
    TokenShape(("/",), "[0-9]/[0-9]{10,20}(?:/[0-9]{10,20})?:[0-9a-f]{32}"),
    TokenShape(("NRAL",), "[0-9a-fA-F]{32,36}(?:FFFF)?NRAL", needs_digit=False),
    _prefixed(
        "sdk- mob- api- pit- lrt- ark- ops- ctx7sk- xaat- xapt- amzn.mws. ap2_ sgai-",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    _prefixed(
        "0.", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}[.][A-Za-z0-9]{20,}(?::[A-Za-z0-9+/=]{20,})?"
    ),
    _prefixed("tskey- hcp. v2.local. CFPAT- sb_publishable_ vercel_blob_rw_ apify_api_", rf"{_WD}{{20,}}"),
    # What says of itself that it is secret, or of a test, with marks in what follows.
    TokenShape(
        tuple(f"_{word}_" for word in _SAYING),
        rf"(?:{'|'.join(f'_{word}_' for word in _SAYING)}){_WD}{{24,}}",
        # Whether the session of a checkout is a test, its id says likewise.
        before=r"(?<![A-Za-z0-9])(?!cs_(?!(?:live|test)_[A-Za-z0-9]{20,80}_secret_))[A-Za-z][A-Za-z0-9]{0,11}",
        needs_mixture=True,
    ),
    # Vaults and databases.
    _prefixed("hvs. hvb. hvr.", rf"{_WD}{{18,}}"),
    TokenShape(("s.", "b."), r"[sb]\.[A-Za-z0-9]{24}(?:\.[A-Za-z0-9]{5})?", before=r"(?<![A-Za-z0-9./@_\-])"),
    TokenShape((".atlasv1.",), rf"[A-Za-z0-9]{{8,16}}\.atlasv1\.{_WD}{{20,}}"),
    _prefixed("dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", r"[A-Za-z0-9._\-]{20,}"),
    _prefixed("A3-", r"[A-Z0-9]{6}-[A-Z0-9\-]{20,}"),
    TokenShape(("ak-", "as-"), f"a[ks]-{_AN}{{22}}", needs_mixture=True),
    TokenShape(("app-", "dataset-"), f"(?:app|dataset)-{_AN}{{24}}", needs_mixture=True),
    _prefixed("AVNS_", rf"{_WD}{{16,}}"),
    _prefixed("npg_", f"{_AN}{{12,}}"),
    _prefixed("u+", rf"{_WD}{{18,20}}"),
    _prefixed("TG-", "[0-9a-f]{24}-[0-9]{6,12}"),
    _prefixed("VF.DM. VF.WS.", rf"[0-9a-f]{{24}}[.]{_WD}{{12,}}"),
    _prefixed("snyk_uat. snyk_sat.", r"[A-Za-z0-9_.\-]{20,}"),
    _prefixed("pat. sat.", rf"{_WD}{{22}}\.[0-9a-f]{{24}}\.{_AN}{{20}}"),
    _prefixed("st.", r"[0-9a-f]{24}\.[0-9a-f]{20,}\.[0-9a-f]{20,}"),
    _prefixed("ser.", "[A-Za-z0-9]{22}"),
    _prefixed("fnA fnE syt_ dG9rOj sec-c- essu_", r"[A-Za-z0-9_\-+/]{30,}={0,2}"),
    _prefixed("PT", "[0-9a-f]{48}"),
    _prefixed("SCW", "[0-9A-Z]{17}"),
    _prefixed("AGE-SECRET-KEY-1", "[0-9A-Z]{20,}"),
    _prefixed("pscale_tkn_ pscale_pw_ pscale_oauth_ sbp_ sb_secret_ napi_ neon_", rf"{_WD}{{16,}}"),
    _prefixed("dapi", "[a-f0-9]{32}(?:-[0-9])?"),
    # Money, mail, support, logs.
    _prefixed("rzp_live_ rzp_test_ FLWSECK- FLWSECK_TEST- APP_USR- sq0atp- sq0csp- sq0idp-", rf"{_WD}{{12,}}"),
    _prefixed("access-sandbox- access-production- access-development-", r"[0-9a-f\-]{36}"),
    _prefixed("shpat_ shpca_ shppa_ shpss_ shptka_", "[A-Za-z0-9]{20,}"),
    _prefixed("shpua_", "[A-Za-z0-9]{20,}"),
    _prefixed("access_token$", r"[a-z]{4,12}\$[a-z0-9A-Z]{8,20}\$[0-9a-f]{32}"),
    _prefixed("1000.", r"[0-9a-f]{32}\.[0-9a-f]{32}"),
    _prefixed("amzn1.oa2-cs. Atza| Atzr|", r"[A-Za-z0-9_.\-]{20,}"),
    _prefixed("TEST-", r"[0-9]{12,20}-[0-9]{6}-[0-9a-f]{32}(?:-[0-9]{4,12})?"),
    _prefixed("tfp_", rf"{_WD}{{30,}}"),
    _prefixed("sandbox_ production_", "[a-z0-9]{8}_[a-z0-9]{16}"),
    _prefixed("pdl_live_ pdl_sdbx_ pdl_ntfset_", r"[A-Za-z0-9_+/=]{16,}"),
    _prefixed("Mid-server- Mid-client-", rf"{_WD}{{16,}}"),
    _prefixed("SWIA", "[A-Z0-9]{22}"),
    _prefixed("EXO", "[0-9a-f]{26}"),
    _prefixed("ucat_", "[A-Z0-9]{26}"),
    _prefixed("K00", "[0-9][A-Za-z0-9+/]{27}"),
    _prefixed("BSA", rf"{_WD}{{24,28}}"),
    _prefixed("akab- akaa-", "[a-z0-9]{16}-[a-z0-9]{16}"),
    TokenShape(("AAAAAAAAAAAAAAAAAA",), "A{18,24}[A-Za-z0-9%]{40,}"),
    _prefixed("ATTA", "[0-9a-f]{64}[0-9A-F]{0,8}"),
    _prefixed("WPL_AP1.", r"[A-Za-z0-9]{10,}(?:\.[A-Za-z0-9+/=]{4,})?"),
    TokenShape(("-",), r"(?:u|ur|m)[0-9]{6,10}-[0-9a-f]{24,32}"),
    _prefixed("eu1- na1- na2- ap1-", r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    _prefixed("EZAK EZTK", "[A-Za-z0-9]{50,}"),
    TokenShape(("SG.",), rf"SG\.{_WD}{{16,}}(?:\.{_WD}+)?", needs_digit=False),
    TokenShape(("key-",), "(?:pub)?key-[0-9a-f]{32}", before=_START, needs_digit=False),
    TokenShape(("-us",), r"[0-9a-f]{32}-us[0-9]{1,2}"),
    _prefixed("xkeysib- xsmtpsib-", rf"{_WD}{{20,}}"),
    _prefixed("re_", f"{_AN}{{6,12}}_{_AN}{{16,}}"),
    _prefixed("md-", f"{_AN}{{22}}"),
    TokenShape(("!",), r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{60,}"),
    TokenShape(("pat",), r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    _prefixed(
        "glc_ glsa_ NRAK- NRJS- NRII- NRRA- sntrys_ sntryu_ hcaik_ phc_ phx_ dt0c01. dt0s01. dt0s02. dt0s06. dt0s08. dt0s16.",
        r"[A-Za-z0-9_\-.=+/]{16,}",
    ),
    # Laravel Sanctum, which the vendors of the Autocalls family issue.
    TokenShape(("|",), rf"[0-9]{{1,9}}\|{_WD}{{20,}}", before=r"(?<![A-Za-z0-9\-])", needs_digit=False),
)
