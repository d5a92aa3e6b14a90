"""Hostile messages: recorded events and valid tickets, mutated where their structure is, and plain rubbish.

A seeded generator, so that a number names a message for ever. Every text carries the canary, which is customer text:
it may be stored and dead-lettered as a body, and must be seen nowhere else.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.sqs.bodies import EVENTS, eventbridge, notification, pointer, sns
from tests.sqs.test_envelope_bounds import HOSTILE

CANARY = "cAnArY"
MARK = f"¤{CANARY} 7c1f¤"  # with what no ticket id may hold: a valid one is told in logs, and rightly so

EXAMPLES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(EVENTS.glob("*.json"))]
SHORT, LONG, LONGEST = 300, 6_000, 110_000

# Each is a trap of some kind: for expressions that backtrack, for letters whose case has another length, for terminals.
SNIPPETS = (
    "a@b.co ", "a@", "@a.", "1.1.1.1 ", "1:", "::1 ", "4111 1111 1111 1111 ", "4", "1 ", "+1 ", "(0", "00-",
    "DE89 3704 ", "password: ", "password is ", "pin is 1234 ", "Bearer a1", "eyJhbGciOi.", "://a:b@", "token=",
    "-----BEGIN PRIVATE KEY-----", "-", "not ", "no ", "!", "?", ". ", ".\n", "\n", " ", "\t", "urgent ", "asap ",
    "I cannot log in. ", "refund ", "\x00", "\x1b[31m", "\x7f", "\u0085", "\u2028", "\u202e", "\u200b", "\ufeff",
    "\ufffe", "\ud800", "\udfff", "e\u0301", "\u0323" * 30, "ﷺ", "ﬃ", "İ", "ß", "ẞ", "ǰ", "\u2126", "\U0001d573",
    "🙂", "\U0001f469\u200d\U0001f467", "漢字", "العربية ", "ก็", "<b>", "=1+1", "{{7*7}}", "%00", "%2B", "\\", '"',
    "'", "$", "\\u0000", "../", "NaN", "null", "[" * 40, "{" * 40, "x" * 90,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 10**12, 10**13, 10**40, -0.0, 1e308, 5e-324, 0.1, "", " ", "0", ".", "..", "null",
    "\x00", "\ud800", [], {}, [[]], [None], {"": ""}, [[[[[[[[1]]]]]]]], ["x"] * 200, {str(n): n for n in range(200)},
    MARK, [MARK], {MARK: MARK}, "ObjectCreated:Put", "ObjectRemoved:Delete", "tickets-raw", "aws.s3", "Notification",
    "s3:TestEvent", "9" * 4_400, "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-13-01T00:00:00Z",
    "FFFFFFFFFFFFFFFF", "0" * 33,
)  # fmt: skip
OBJECT = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hostile:
    """A message's body, what lies at every place that it names, and the message attributes of its sender."""

    body: str
    content: bytes
    attributes: dict[str, Any] = field(default_factory=dict)


def hostile(random: Random) -> Hostile:
    """One message."""
    form = random.choices((_ticket_body, _event, _wrapped, _rubbish, _weapon), (40, 32, 15, 12, 1))[0]
    body = form(random)
    text = body if isinstance(body, str) else _written(random, body)
    content = _written(random, _ticket_body(random)).encode("utf-8", "surrogatepass")
    return Hostile(_damaged(random, text), _damaged_bytes(random, content), _attributes(random))


def ticket(random: Random) -> OBJECT:
    """A ticket that is valid unless a text is too long; its id is one of few, so that versions meet."""
    fields: OBJECT = {
        "ticket_id": f"T-{random.randrange(40)}",
        "subject": text(random, SHORT),
        "body": text(random),
        "created_at": random.choice((0, 1_760_000_000, 253_402_300_799)),
        "customer_id": MARK,
        "metadata": {"source": text(random, SHORT), "language": MARK, "tags": [text(random, 50), MARK]},
        "unknown": {MARK: MARK},
    }
    if random.random() < 0.3:
        fields |= {"priority": random.choice((None, "critical", "low")), "updated_at": random.randrange(2_000_000_000)}
    return fields


def text(random: Random, most: int = 0) -> str:
    """The canary among snippets, or in a flood of one of them; now and then as long as a body may be, and longer."""
    most = most or random.choices((SHORT, LONG, LONGEST), (95, 4.5, 0.5))[0]
    if random.random() < 0.4:
        snippet = random.choice(SNIPPETS)
        pieces = [snippet] * random.randrange(1, most // len(snippet) + 2)
    else:
        pieces = random.choices(SNIPPETS, k=random.randrange(1, min(most, 400) // 4 + 2))
    pieces.insert(random.randrange(len(pieces) + 1), MARK)
    return "".join(pieces)


def _ticket_body(random: Random) -> Any:
    return _mutated(random, ticket(random)) if random.random() < 0.4 else ticket(random)


def _event(random: Random) -> Any:
    if random.random() < 0.5:
        return _mutated(random, _marked(random.choice(EXAMPLES)))
    key = text(random, 200)
    event = random.choice(
        (
            eventbridge(key),
            {"Records": [notification("T+1%2F" + MARK, sequencer=random.choice(("", "0055", MARK)))]},
            {"Records": [notification(key, versionId=MARK), notification("T-1"), _mutated(random, notification(MARK))]},
        )
    )
    return _mutated(random, event) if random.random() < 0.5 else event


def _wrapped(random: Random) -> Any:
    inner = random.choice((_ticket_body, _event, _rubbish))(random)
    form = random.choice((sns, lambda _: pointer(MARK), lambda one: sns(sns(one)), lambda one: {"Records": [one]}))
    return form(inner)


def _rubbish(random: Random) -> Any:
    return random.choice(
        (text(random), random.randbytes(random.randrange(400)).decode("latin-1"), random.choice(VALUES))
    )


def _weapon(random: Random) -> str:
    return random.choice(tuple(HOSTILE.values()))


def _attributes(random: Random) -> OBJECT:
    if random.random() < 0.8:
        return {}
    value = random.choice(("1760000000000", "", "-1", "9" * 14, MARK, "1e3", "\u0661"))
    return {"SourceTime": {"stringValue": value, "dataType": "String"}, MARK: {"stringValue": MARK}}


def _mutated(random: Random, value: Any) -> Any:
    """``value`` with one to four of its places changed: another value, none, another name, or one level deeper."""
    root = [json.loads(json.dumps(value))]
    for _ in range(random.randrange(1, 5)):
        parent, name = random.choice(list(_places(root)))
        match random.randrange(4):
            case 0 if isinstance(parent, dict):
                del parent[name]
            case 1 if isinstance(parent, dict):
                parent[random.choice((MARK, name.upper(), f"{name} ", ""))] = parent.pop(name)
            case 2:
                parent[name] = random.choice(([parent[name]], {str(name): parent[name]}, json.dumps(parent[name])))
            case _:
                parent[name] = deepcopy(random.choice((*VALUES, text(random, SHORT))))
    return root[0]


def _places(parent: Any) -> Iterator[tuple[Any, Any]]:
    for name in list(parent) if isinstance(parent, dict) else range(len(parent)):
        yield parent, name
        if isinstance(parent[name], dict | list):
            yield from _places(parent[name])


def _marked(value: Any) -> Any:
    """``value`` with the canary after every text but a ticket's id, so that recorded events hold customer text too."""
    if isinstance(value, dict):
        return {name: child if name in _NAMES else _marked(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_marked(child) for child in value]
    return value + MARK if isinstance(value, str) else value


_NAMES = {"ticket_id", "name", "eventName", "eventTime", "time", "source", "detail-type", "Type", "Event", "sequencer"}


def _written(random: Random, value: Any) -> str:
    """As JSON, in one of the ways in which it may be written."""
    written = json.dumps(value, ensure_ascii=random.random() < 0.5, indent=random.choice((None, None, 1)))
    if random.random() < 0.05:  # a name twice: the last counts, and no other
        written = written.replace("{", '{"ticket_id": "T-twice", ', 1)
    return written


def _damaged(random: Random, body: str) -> str:
    """``body``, in one case of five with a piece that is missing, doubled or rubbish. SQS carries a mebibyte."""
    if random.random() < 0.2:
        start = random.randrange(len(body) + 1)
        end = start + random.randrange(20)
        piece = random.choice(("", body[start:end] * 2, random.choice(SNIPPETS), body[end:]))
        body = body[:start] + piece + body[end:]
    return body.encode("utf-8", "surrogatepass")[:1_000_000].decode(
        "utf-8", "surrogatepass" if _whole(body) else "replace"
    )


def _whole(body: str) -> bool:
    return len(body) < 1_000_000 // 4


def _damaged_bytes(random: Random, content: bytes) -> bytes:
    if random.random() < 0.8:
        return content
    place = random.randrange(len(content) + 1)
    return random.choice(
        (content[:place], content[:place] + random.randbytes(4) + content[place:], b"\xef\xbb\xbf" + content, b"")
    )
