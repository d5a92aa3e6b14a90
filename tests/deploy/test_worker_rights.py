"""What a worker asks of SQS is what docs/kubernetes.md has its role allow."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALLS = {"queue": "sqs/source_queue.py", "dead-letter queue": "sqs/queue.py"}
BATCHES = "_batch"  # the action of a batch call is that of the single one


def called(path: str) -> set[str]:
    """The actions that a module's client is asked for."""
    source = (ROOT / "handler" / path).read_text(encoding="utf-8")
    methods = set(re.findall(r"self\.client\.([a-z_]+)", source)) - {"exceptions"}
    return {"sqs:" + "".join(word.title() for word in name.removesuffix(BATCHES).split("_")) for name in methods}


def test_the_documented_role_may_do_what_the_worker_does() -> None:
    """A right that is missing shows in production only: emulators enforce none. Both queues are measured."""
    page = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8").replace("\n", " ")
    rights = page[page.index("It needs what the function's role") :]
    for queue, path in CALLS.items():
        (granted,) = re.findall(rf"((?:`sqs:\w+`,\s+)*`sqs:\w+`) on the {queue}", rights)[:1]
        assert called(path) | called("sqs/length.py") == set(re.findall(r"sqs:\w+", granted)), queue
