"""What a fault costs, and whom: a step for one record fails alone, a step for all of them blames none."""

import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from handler.domain.message import Disposition
from handler.service.case import Case

IO_THREADS = 16  # requests under way at once: hides S3's latency for a batch of ten, and costs little memory

Spread = Callable[[Callable[[Case], None], Iterable[Case]], Iterable[None]]
"""As ``map``: takes a step for each of many cases, one after the other or side by side."""


def side_by_side() -> Spread:
    """In IO_THREADS threads."""
    return ThreadPoolExecutor(IO_THREADS, thread_name_prefix="io").map


class Guard:
    """Runs steps over cases so that no fault passes from one to another."""

    def __init__(self, spread: Spread) -> None:
        self._spread = spread

    def each(self, step: Callable[[Case], None], cases: Iterable[Case]) -> None:
        """The step for each case; a case whose step raises settles by whose fault it is."""
        list(self._spread(lambda case: _alone(step, case), cases))

    def together(self, step: Callable[[], None], cases: Sequence[Case]) -> None:
        """One step for all cases; if it raises, each of them is tried again."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - a dead store, a dead model or a bug: all stay on the queue
            _let_go(error)
            for case in cases:
                case.settle(Disposition.RETRY, error)


def _alone(step: Callable[[Case], None], case: Case) -> None:
    try:
        step(case)
    except Exception as error:  # noqa: BLE001 - an unknown fault of one record must not reach its neighbours
        _let_go(error)
        case.fail(error)


def _let_go(error: BaseException) -> None:
    """Empties the frames that the error came through: they would keep whole tickets alive as long as it lives.

    Their names stay, for the log. One message may name thousands of objects, each of which fails.
    """
    chain: BaseException | None = error
    while chain is not None:
        traceback.clear_frames(chain.__traceback__)
        chain = chain.__cause__ or chain.__context__
