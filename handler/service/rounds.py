"""Who is enriched beside whom: a message that keeps coming back may be what kills the process, so it goes alone.

A ticket on which a library crashes, or that fills the memory, takes its whole batch with it, again and again, until SQS
gives all of them up. So from its third receive on a message is enriched after the others, by itself, and what it shared
a batch with is committed before it or after it: two messages that meet again meet in the opposite order. Whoever stood
behind the one that kills stands before it the next time, so that five receives are enough for everybody else.
"""

import zlib
from collections.abc import Sequence

from handler.service.case import Case

SUSPECT_RECEIVES = 3  # the first two may be anybody's bad luck; two more are needed, and AWS advises at least five


def next_round(waiting: Sequence[Case]) -> Sequence[Case]:
    """Those that may be enriched together next: all that are above suspicion, else one suspect with its equals."""
    trusted = [case for case in waiting if case.message.receive_count < SUSPECT_RECEIVES]
    if trusted:
        return trusted
    suspect = min(waiting, key=_turn)
    return [case for case in waiting if case.version.content_hash == suspect.version.content_hash]


def _turn(case: Case) -> int:
    """Any order will do, if it is the opposite one at the next receive."""
    place = zlib.crc32(case.message.message_id.encode(errors="surrogatepass"))
    return place if case.message.receive_count % 2 else -place
