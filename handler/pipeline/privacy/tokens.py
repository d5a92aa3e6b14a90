"""Keys and tokens: by the marks that their makers give them, or by the words before them."""

import re
from collections.abc import Iterator

from handler.pipeline.privacy.reading import Span, says_any

_MARKS = (
    *(
        "akia",
        "asia",
        "ghp_",
        "gho_",
        "ghs_",
        "ghu_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "_live_",
        "_test_",
        "-live-",
        "-test-",
        "sk-",
        "xox",
        "xapp-",
        "aiza",
        "ya29.",
        "gocspx-",
        "sg.",
        "whsec_",
    ),
    *(
        "npm_",
        "pypi-",
        "hf_",
        "dop_v1_",
        "shpat_",
        "hvs.",
        "dapi",
        "key-",
        "hooks.slack",
        "eyj",
        "private key",
        "sk_",
        "://",
    ),
)
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"  # AWS access key ids
    r"|gh[opsur]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,255}"  # GitHub, GitLab
    r"|[prs]k[-_](?:live|test|proj|ant)[-_][\w-]{10,255}|sk-[\w-]{16,255}"
    r"|whsec_[\w+/=]{16,255}"  # Stripe, OpenAI and their like
    r"|xox[abeoprs]-[\w-]{10,255}|xapp-[\w-]{10,255}|SG\.[\w-]{16,64}\.[\w-]{16,64}"  # Slack, SendGrid
    r"|AIza[\w-]{35}|ya29\.[\w.-]{16,255}|GOCSPX-[\w-]{20,64}"  # Google
    r"|npm_[A-Za-z0-9]{30,64}|pypi-[\w-]{30,255}|hf_[A-Za-z0-9]{24,64}|dop_v1_[0-9a-f]{64}|shp(?:at|ss|ca"
    r"|pa)_[0-9a-f]{32}"
    r"|hvs\.[\w-]{20,255}|dapi[0-9a-f]{32}|key-[0-9a-f]{32}"  # Vault, Databricks, Mailgun
    r")"
)
_WEBHOOK = re.compile(r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[\w/]{8,255}+)")
_DOTTED = re.compile(r"(?<![\w.-])[\w-]*+(?:\.[\w-]++)++")  # once for each run, however often it says eyJ
_WEB_TOKEN = re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+){0,3}")  # RFC 7519
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*+(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"  # RFC 7468
)
_BEARER = re.compile(r"(?i:\b(?:bearer|basic)) {1,3}(?P<secret>(?=[A-Za-z._~+/=-]{0,500}\d)[\w.~+/=-]{16,8192}+)")
_IN_ADDRESS = re.compile(r"://[^\s/:@\[\]]{0,64}+:(?P<secret>[^\s/@\[\]]{1,64}+)@")
_NAMED = re.compile(
    r"(?i:(?<![A-Za-z])(?:api|access|secret|auth|private|refresh|session|security|account|signing|encryption"
    r"|webhook)[ _-]?(?:access[ _-]?)?"
    r"(?:key|token|secret)|(?<![A-Za-z])(?:client|app|api|consumer|webhook)[ _-]secret|(?<![A-Za-z])(?:token|secret)"
    r"|accountkey)"
    r"(?:[\"']?\s{0,2}(?:[:=]|\bis\b)\s{0,2}[\"']?(?P<secret>(?=[A-Za-z._~+/=-]{0,60}\d)[\w.~+/=-]{8,512}+)"
    r"|\s(?P<beside>(?=[A-Za-z_-]{0,60}\d)[\w-]{16,512}+))"
)


def tokens(text: str) -> Iterator[Span]:
    """Tokens of known shapes, keys that are announced, private keys, passwords in addresses."""
    if says_any(text, _MARKS):
        for pattern in (_PRIVATE_KEY, _TOKEN):
            yield from (found.span() for found in pattern.finditer(text))
        for pattern in (_IN_ADDRESS, _WEBHOOK):
            yield from (found.span("secret") for found in pattern.finditer(text))
        yield from _web_tokens(text)
    if says_any(text, ("key", "token", "secret", "bearer", "basic")):
        yield from (found.span("secret") for found in _BEARER.finditer(text))
        yield from (found.span(found.lastgroup or 0) for found in _NAMED.finditer(text))


def _web_tokens(text: str) -> Iterator[Span]:
    """A run without a dot is none, and is looked at once."""
    for run in _DOTTED.finditer(text) if "eyJ" in text else ():
        found = _WEB_TOKEN.search(run[0], max(0, _last_mark(run[0])))
        if found:
            yield run.start() + found.start(), run.end()


def _last_mark(run: str) -> int:
    """Where the header begins whose segment ends at the first dot after it; what stands before is not looked at."""
    dot = run.find(".", max(0, run.find("eyJ")))
    starts = re.search(r"(?<![A-Za-z0-9])eyJ", run[:dot])
    return starts.start() if starts else dot
