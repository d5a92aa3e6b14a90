"""Messages to send, in batches that SQS takes: by number and by bytes."""

from collections.abc import Iterator, Sequence
from typing import Any

MAX_ENTRIES = 10  # of one SendMessageBatch
MAX_BYTES = 1024 * 1024  # of one message, and of all messages of one batch, attributes included
NO_GROUP = "ticket-processor"  # a FIFO queue wants a group, even for what came from a standard one


def batches(entries: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """As many as one call takes, in number and in bytes."""
    batch: list[dict[str, Any]] = []
    for entry in entries:
        if batch and (len(batch) == MAX_ENTRIES or size(*batch, entry) > MAX_BYTES):
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch


def size(*entries: dict[str, Any]) -> int:
    """Bytes as SQS counts them: body, and name, type and value of each attribute."""
    return sum(
        len(entry["MessageBody"].encode(errors="surrogatepass"))
        + sum(_attribute_size(name, value) for name, value in entry.get("MessageAttributes", {}).items())
        for entry in entries
    )


def _attribute_size(name: str, attribute: dict[str, Any]) -> int:
    text, binary = attribute.get("StringValue", ""), attribute.get("BinaryValue", b"")
    return len(name.encode()) + len(attribute["DataType"].encode()) + len(text.encode()) + len(binary)
