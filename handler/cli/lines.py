"""Lines of a file of any size, in memory that does not grow with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from handler.domain.errors import InvalidTicket, PermanentError, TicketTooLarge
from handler.domain.message import InlineTicket, Message, Record

MAX_LINE_BYTES = 1024 * 1024  # as for an object in S3
MAX_CHUNK_BYTES = 4 * MAX_LINE_BYTES  # parsed, a line may take dozens of times its size


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


def chunks(lines: Iterable[Line], most: int) -> Iterator[list[Line]]:
    """Lines together, at most ``most`` and not many more bytes than MAX_CHUNK_BYTES."""
    chunk: list[Line] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == most or sum(one.size for one in chunk) >= MAX_CHUNK_BYTES:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class TicketALine:
    """A Decoder: every line is one ticket, whatever it looks like."""

    def decode(self, message: Message) -> list[Record]:
        """See service.core.Decoder."""
        return [Record(InlineTicket(message.body), message.body)]

    def decode_payload(self, message: Message, payload: bytes) -> list[Record]:  # noqa: ARG002 - the port's signature
        """See service.core.Decoder. A line points to no payload, so this is never asked for."""
        return self.decode(message)


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
