"""What the customer says now: without quoted replies, signatures, disclaimers, logs and markup.

Line by line, with patterns that look at one line of bounded length each. In doubt a line stays: what is dropped is seen
by no model. Nothing of this touches what is stored.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import ClassVar

from handler.domain.ticket import RawTicket
from handler.pipeline.draft import Draft, with_subject
from handler.pipeline.words import wording
from handler.pipeline.work import whole

READ_LINES = 2_000
LINE_CHARACTERS = 300  # of a line are looked at to say what kind it is
FEW_WORDS = 12  # a reply so short leans on what it answers
CONTEXT_CHARACTERS = 400  # of what is quoted, then
LOG_LINES_KEPT = 2
SIGNATURE_LINES = 10  # after a closing, at most; more is not a signature
SIGNATURE_LINE_WORDS = 12

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_QUOTED = re.compile(r"\s*[>|]")
_REPLY_HEAD = re.compile(
    r"-{2,}\s*(?:original|forwarded|ursprüngliche|weitergeleitete|message d'origine|mensaje original)\b"
    r"|(?:begin )?forwarded message\b"
    r"|(?:on|am|le|el|op|il) .{6,120}(?:wrote|schrieb.{0,60}|a écrit|escribió|schreef|ha scritto)\s*:?\s*$"
    r"|_{10,}\s*$",
    re.IGNORECASE,
)
_MAIL_FIELD = re.compile(
    r"\*?(?:from|to|cc|sent|date|subject|reply-to|von|an|gesendet|datum|betreff|de|à|envoyé|objet|para|asunto)"
    r"\*?\s?:\*? ",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\W*(?:(?:best|kind|kindest|warm|warmest|many)? ?(?:regards|wishes)|all the best|best|cheers|sincerely(?: yours)?"
    r"|yours (?:truly|sincerely|faithfully)|respectfully(?: yours)?|thank you(?: very much| so much| in advance)?"
    r"|(?:many |with )?thanks(?: again| so much| in advance| and \w+ regards)?"
    r"|mit freundlichen grüßen|(?:viele|liebe|beste|herzliche) grüße|mfg|cordialement|bien à vous"
    r"|saludos(?: cordiales)?|atentamente|un saludo|met vriendelijke groet(?:en)?|cordiali saluti|z poważaniem"
    r"|sayg.lar.mla)\W*",
    re.IGNORECASE,
)
_SIGNATURE_START = re.compile(
    r"--\s?$|_{3,}\s*$|sent from (?:my|a|an|the) |get outlook for |von meinem .{2,30} gesendet", re.IGNORECASE
)
_DISCLAIMER = re.compile(
    r"(?:this|the (?:information|contents?)|diese|ce) .{0,60}(?:e-?mail|message|communication|nachricht|courriel)"
    r".{0,200}"
    r"(?:confidential|privileged|intended (?:solely|only)|recipient|vertraulich|confidentiel)"
    r"|(?:confidentiality notice|disclaimer|please consider the environment)",
    re.IGNORECASE,
)
_LOG = re.compile(
    r"\s*(?:at [\w.$<>/]{3,120}[(:]|File \".{1,120}\", line \d|\.{3} \d+ more|Caused by: |Traceback \(most recent"
    r"|\[?\d{4}-\d\d-\d\d[T ,]{1,2}\d\d:\d\d|\[?\d\d:\d\d:\d\d[.,\] ]"
    r"|(?:INFO|DEBUG|WARN|WARNING|ERROR|FATAL|TRACE)[\]: ]"
    r"|[\w.]{3,80}(?:Exception|Error): |#\d+ +\S+\.php|goroutine \d+)"
)
_TELLING = re.compile(r"error|exception|fatal|fail|denied|refused|timed? ?out|invalid|\b[45]\d\d\b", re.IGNORECASE)


class Gist:
    """Fills ``gist`` and ``wording``."""

    name: ClassVar[str] = "gist"
    needs: ClassVar[tuple[str, ...]] = ("redact",)
    work = staticmethod(whole)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage."""
        return [_told(draft, gist(draft.body)) for draft in drafts]


def _told(draft: Draft, text: str) -> Draft:
    return replace(draft, gist=text, wording=wording(with_subject(draft.subject, text)))


def gist(text: str) -> str:
    """``text`` without what surrounds the customer's own words; all of it where nothing would be left."""
    lines = [_TAG.sub(" ", line) for line in text.splitlines()[:READ_LINES]]
    now, quoted = _without_quotes(lines)
    own = _without_logs(_without_signature(_without_disclaimers(now)))
    if len(" ".join(own).split()) < FEW_WORDS:
        own = [*own, _start_of(_without_signature(_without_disclaimers(quoted)))]
    return "\n".join(own).strip() or text


def _without_quotes(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines above the first reply, and what is quoted: below it, or marked line by line."""
    head = next((i for i, line in enumerate(lines) if _starts_a_reply(lines, i, line)), len(lines))
    own = [line for line in lines[:head] if not _QUOTED.match(line)]
    marked = [line.lstrip("> |") for line in lines[:head] if _QUOTED.match(line)]
    below = [line.lstrip("> |") for line in lines[head + 1 :] if not _MAIL_FIELD.match(line.lstrip("> *|"))]
    return own, [line for line in marked + below if not _REPLY_HEAD.match(line[:LINE_CHARACTERS])]


def _starts_a_reply(lines: Sequence[str], i: int, line: str) -> bool:
    if _REPLY_HEAD.match(line.strip()[:LINE_CHARACTERS]):
        return True
    return all(_MAIL_FIELD.match(other.strip()) for other in lines[i : i + 2]) and i + 1 < len(lines)


def _without_disclaimers(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not _DISCLAIMER.search(line[:LINE_CHARACTERS])]


def _without_signature(lines: Sequence[str]) -> list[str]:
    """Up to a closing after which only short lines come, or the sign that a signature begins."""
    for i, line in enumerate(lines):
        if i and (
            _SIGNATURE_START.match(line.strip()) or (_CLOSING.fullmatch(line.strip()) and _is_signed(lines[i + 1 :]))
        ):
            return list(lines[:i])
    return list(lines)


def _is_signed(after: Sequence[str]) -> bool:
    said = [line for line in after if line.strip()]
    return len(said) <= SIGNATURE_LINES and all(len(line.split()) <= SIGNATURE_LINE_WORDS for line in said)


def _without_logs(lines: Iterable[str]) -> list[str]:
    """Of each block of log lines the most telling ones."""
    kept: list[str] = []
    for is_log, block in groupby(lines, key=lambda line: _LOG.match(line[:LINE_CHARACTERS]) is not None):
        found = list(block)
        if is_log:
            found = ([line for line in found if _TELLING.search(line[:LINE_CHARACTERS])] or found)[:LOG_LINES_KEPT]
        kept += [line[:LINE_CHARACTERS] if is_log else line for line in found]
    return kept


def _start_of(lines: Sequence[str]) -> str:
    return " ".join(" ".join(lines).split())[:CONTEXT_CHARACTERS]
