"""Against the committed row: what is known already is settled, and what is new replaces what is older.

The object is written first; the conditional row is the commit. When a condition fails somebody else was faster:
the row is read again and decided upon again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from handler.domain.errors import StoreUnavailable
from handler.domain.message import Disposition
from handler.domain.ports import ResultStore
from handler.domain.version import (
    CommittedRow,
    EnrichedVersion,
    TicketKey,
    Verdict,
    judge,
    may_advance,
    may_replace,
)
from handler.service.case import Case, unsettled
from handler.service.guard import Guard

MAX_ATTEMPTS = 5  # times that a row may change under us before the message waits for another delivery


class Committer:
    """Settles cases against the result store."""

    def __init__(self, store: ResultStore, pipeline_version: int, guard: Guard) -> None:
        self._store = store
        self._pipeline_version = pipeline_version
        self._guard = guard

    def settle_known(self, cases: Sequence[Case]) -> None:
        """Settles duplicates and stale versions; what is left has to be enriched."""
        rows: dict[TicketKey, CommittedRow | None] = {}
        keys = list(dict.fromkeys(case.version.key for case in cases))
        if keys:
            self._guard.together(lambda: rows.update(self._store.read(keys)), cases)
        self._guard.each(lambda case: self._compare(case, rows), unsettled(cases))

    def commit(self, cases: Sequence[Case], in_time: Callable[[], None]) -> None:
        """Commits one case of each content; its followers are answered by its row, or try for themselves.

        ``in_time`` raises OutOfTime where nothing should be begun any more.
        """
        leaders = {case.version.content_hash: case for case in reversed(cases)}.values()
        self._guard.each(lambda case: self._commit(case, in_time), leaders)
        followers = unsettled(cases)
        self.settle_known(followers)
        self._guard.each(lambda case: self._commit(case, in_time), unsettled(followers))

    def _compare(self, case: Case, rows: Mapping[TicketKey, CommittedRow | None]) -> None:
        if case.version.key not in rows:
            raise StoreUnavailable("the ticket's row could not be read")
        case.row = rows[case.version.key]
        self._settle_if_known(case)

    def _settle_if_known(self, case: Case) -> None:
        for _ in range(MAX_ATTEMPTS):
            match judge(case.version, self._pipeline_version, case.row):
                case Verdict.RUN:
                    return None
                case Verdict.STALE:
                    return case.settle(Disposition.STALE)
                case Verdict.DUPLICATE if self._sighted(case):
                    return case.settle(Disposition.DUPLICATE)
            self._read_again(case)
        raise StoreUnavailable("the ticket's row kept changing")

    def _sighted(self, case: Case) -> bool:
        """The row knows that its content was seen as late as this, so that anything in between is stale."""
        return not may_advance(case.version, case.row) or self._store.advance(case.version)

    def _commit(self, case: Case, in_time: Callable[[], None]) -> None:
        in_time()
        for _ in range(MAX_ATTEMPTS):
            if self._stored(case):
                return case.settle(Disposition.DONE)
            self._read_again(case)
            self._settle_if_known(case)
            if case.outcome:
                return None
        raise StoreUnavailable("the ticket's row kept changing")

    def _stored(self, case: Case) -> bool:
        """The row holds this result, or one that it may not replace: a partial one of the same content."""
        result = self._result(case)
        if not may_replace(result, case.row):
            return self._sighted(case)
        case.s3_key = case.s3_key or self._store.write(result)
        return self._store.commit(result, case.s3_key)

    def _result(self, case: Case) -> EnrichedVersion:
        """The result as a row, whose source order never moves back."""
        version, row = case.version, case.row
        if row and row.content_hash == version.content_hash:
            version = replace(version, source_order=max(version.source_order, row.source_order))
        return EnrichedVersion(version, case.result, self._pipeline_version)

    def _read_again(self, case: Case) -> None:
        rows = self._store.read([case.version.key])
        if case.version.key not in rows:
            raise StoreUnavailable("the ticket's row could not be read")
        case.row = rows[case.version.key]
