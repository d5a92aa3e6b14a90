"""Tickets that keep coming while things happen."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from handler.local.clients import Aws
from handler.local.resources import Resources
from tests.soak.workload import Put


@contextmanager
def arriving(aws: Aws, made: Resources, planned: Sequence[Put], per_second: float) -> Iterator[list[Put]]:
    """Puts them one by one while the block runs, for as long as there are any; those that were put."""
    done: list[Put] = []
    over = threading.Event()

    def put() -> None:
        begun = time.monotonic()
        for number, one in enumerate(planned):
            if over.wait(max(0.0, begun + number / per_second - time.monotonic())):
                return
            aws.s3.put_object(Bucket=made.names.raw_bucket, Key=one.key, Body=one.body)
            done.append(one)

    thread = threading.Thread(target=put)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()
