"""When it is the world that does not work, and no message of a batch could have been settled."""

from collections.abc import Sequence

from handler.domain.errors import ModelUnavailable, RetryableError, StoreUnavailable
from handler.domain.message import Outcome


def outage_of(outcomes: Sequence[Outcome]) -> RetryableError | None:
    """The error to raise when the world is at fault for every single record."""
    errors = [record.error for outcome in outcomes for record in outcome.records]
    down = [error for error in errors if isinstance(error, StoreUnavailable | ModelUnavailable)]
    return down[0] if down and len(down) == len(errors) else None
