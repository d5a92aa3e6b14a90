"""Lines of a file of any size, in memory that does not grow with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from handler.domain.errors import InvalidTicket, PermanentError, TicketTooLarge

MAX_LINE_BYTES = 1024 * 1024  # as for an object in S3


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its number from 1, its bytes with the line end, and its text or why it has none."""

    number: int
    size: int
    text: str = ""
    error: PermanentError | None = None


def read_lines(source: BinaryIO) -> Iterator[Line]:
    """The lines of ``source`` that are not blank. What is too long is skipped, and named."""
    number = 0
    while piece := source.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(piece) > MAX_LINE_BYTES and not piece.endswith(b"\n"):
            size = len(piece) + _skip_line(source)
            yield Line(number, size, error=TicketTooLarge(f"the line has more than {MAX_LINE_BYTES} bytes"))
        elif piece.strip():
            yield _decoded(number, piece)


def _decoded(number: int, piece: bytes) -> Line:
    try:
        return Line(number, len(piece), piece.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Line(number, len(piece), error=InvalidTicket(f"the ticket is not UTF-8 (byte {error.start})"))


def _skip_line(source: BinaryIO) -> int:
    """Reads to the end of the line; how many bytes that were."""
    skipped = 0
    while piece := source.readline(MAX_LINE_BYTES):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped
