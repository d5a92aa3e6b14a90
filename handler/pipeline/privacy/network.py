"""IP addresses, and what only looks like them: versions, sections, times."""

import ipaddress
import re
from collections.abc import Iterator

from handler.pipeline.privacy.reading import Span, before

_IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_IP6 = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?:%\w{1,16})?(?![\w.]\w|:\w)"
)
_VERSION_BEFORE = re.compile(
    r"(?:(?:versions?|releases?|build|firmware|driver|kernel|update[ds]?|upgraded?|downgraded?|patch|hotfix|sdk|api"
    r"|app|client|plugin"
    r"|module|package|library|chrome|chromium|edge|firefox|safari|opera|windows|android|ios|macos|oracle|java|\.net"
    r"|jdk|node|php|python"
    r"|sections?|chapter|clause|paragraph|step|article|\u00a7|ver|rev)(?:[ .:#]|\bis\b|\bto\b|\bfrom\b|\bof\b"
    r"|\bnumber\b){0,5}"
    r"|\d\.\d{1,4} (?:to|->|and|or|/) )$"
)
_PRODUCT_BEFORE = re.compile(r"(?:(?<![\w.])[A-Za-z]\w{0,30}/v?|\b[Vv])$")  # Chrome/119.0.0.0, docs/v2.1.0.0
_VERSION_AFTER = re.compile(r",? (?:release|version|build)\b|/start")


def addresses(text: str) -> Iterator[Span]:
    """IP addresses, versions 4 and 6; not version numbers that are announced as such, nor times."""
    versions: set[str] = set()  # by their first number: who compares two names the product once
    for found in _IP4.finditer(text):
        first = found[0].partition(".")[0]
        if _is_version(text, found):
            versions.add(first)
        elif first not in versions and _is_address(found[0]):
            yield found.span()
    if text.count(":") > 1:
        candidates = (found for found in _IP6.finditer(text) if not _is_name(found[0]))
        yield from (found.span() for found in candidates if _is_address(found[0]))


def _is_name(text: str) -> bool:
    """As code has them: ``bad::cafe``. In full, an address may do without a digit."""
    return "::" in text and not any(map(str.isdigit, text))


def _is_version(text: str, found: re.Match[str]) -> bool:
    words = before(text, found.start())
    if words[-1:] in {"/", "v", "V"}:
        return _PRODUCT_BEFORE.search(words) is not None
    return bool(_VERSION_BEFORE.search(words.lower()) or _VERSION_AFTER.match(text, found.end()))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
