"""How long to wait before trying again: longer each time, and never in step with anybody else."""

from collections.abc import Callable

from handler.domain.message import Outcome
from handler.service.outage import outage_of

FIRST_SECONDS = 10.0  # of the first try's ceiling; doubled with each further receive
PAUSE_SECONDS = 1.0  # of the first pause between two polls when the world is down
LONGEST_PAUSE_SECONDS = 60.0

Jitter = Callable[[float, float], float]
"""A number between two: random.uniform."""


def retry_seconds(outcome: Outcome, visibility_seconds: float, jitter: Jitter) -> int:
    """After how many seconds the queue may give a message again that has to be tried again.

    Full jitter below a ceiling that doubles with the receive count, up to the visibility timeout. In an outage
    trying sooner would only use up the receives after which SQS gives the message up, so it is the visibility timeout.
    https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
    """
    if outage_of([outcome]):
        return round(jitter(visibility_seconds / 2, visibility_seconds))
    ceiling: float = min(visibility_seconds, FIRST_SECONDS * 2 ** min(outcome.message.receive_count - 1, 16))
    return round(jitter(0, ceiling))


def pause_seconds(failures: int, jitter: Jitter) -> float:
    """How long to leave the world alone after so many failures in a row."""
    return jitter(0, min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2 ** min(failures, 16)))
