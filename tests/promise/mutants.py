"""Breakages of the core, each a mistake that somebody could make, or has made. The search has to find every one."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from handler import app
from handler.domain import version
from handler.domain.errors import MalformedMessage
from handler.domain.message import Disposition
from handler.service.case import Case
from handler.service.committer import Committer
from handler.service.core import EnrichmentService
from handler.sqs import sighting
from handler.sqs.fields import Field
from handler.storage import memory
from handler.worker.loop import Worker
from tests.promise import scenario

Mutant = Callable[[pytest.MonkeyPatch], None]
MUTANTS: dict[str, Mutant] = {}

commit, settle_known, work_off = Committer._commit, Committer.settle_known, Worker._work_off


def mutant(make: Mutant) -> Mutant:
    """Adds it under its name."""
    MUTANTS[make.__name__] = make
    return make


@mutant
def acknowledge_before_storing(patch: pytest.MonkeyPatch) -> None:
    def broken(worker: Worker, deliveries: Any) -> None:
        worker._queue.delete(deliveries)
        work_off(worker, deliveries)

    patch.setattr(Worker, "_work_off", broken)


@mutant
def delete_in_finally(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Worker, "_answer", lambda worker, deliveries, _: worker._queue.delete(deliveries))


@mutant
def answer_that_nothing_failed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(app, "answer", lambda _: {"batchItemFailures": []})


@mutant
def fail_the_batch_for_one_bad_message(patch: pytest.MonkeyPatch) -> None:
    good = app.answer

    def broken(outcomes: Any) -> Any:
        if any(r.disposition is Disposition.REJECTED for one in outcomes for r in one.records):
            raise ValueError
        return good(outcomes)

    patch.setattr(app, "answer", broken)


@mutant
def skip_what_exists(patch: pytest.MonkeyPatch) -> None:
    judge = version.judge
    patch.setattr(
        "handler.service.committer.judge", lambda v, p, row: version.Verdict.DUPLICATE if row else judge(v, p, row)
    )
    patch.setattr("handler.service.committer.may_advance", lambda *_: False)


@mutant
def put_the_row_before_the_object(patch: pytest.MonkeyPatch) -> None:
    def broken(committer: Committer, case: Case) -> bool:
        result, store = committer._result(case), committer._store
        key = f"early/{result.version.content_hash}/{result.version.source_order}"
        committed = store.commit(result, key)
        store.write(result)
        store.memory.objects[key] = result  # type: ignore[attr-defined]
        return committed

    patch.setattr(Committer, "_stored", broken)


@mutant
def know_messages_by_their_id(patch: pytest.MonkeyPatch) -> None:
    def broken(committer: Committer, cases: Any) -> None:
        seen = committer._store.__dict__.setdefault("seen", set())
        for case in cases:
            if (case.message.message_id, case.index) in seen:
                case.settle(Disposition.DUPLICATE)
            seen.add((case.message.message_id, case.index))
        settle_known(committer, [case for case in cases if case.outcome is None])

    patch.setattr(Committer, "settle_known", broken)


@mutant
def swallow_a_failed_save(patch: pytest.MonkeyPatch) -> None:
    def broken(committer: Committer, case: Case, in_time: Any) -> None:
        try:
            commit(committer, case, in_time)
        except Exception:  # noqa: BLE001 - the mistake
            case.settle(Disposition.DONE)

    patch.setattr(Committer, "_commit", broken)


@mutant
def swallow_a_failed_dead_letter(patch: pytest.MonkeyPatch) -> None:
    def broken(service: EnrichmentService, rejected: Any) -> None:
        service._ports.dead_letters.send([letter for _, letter in rejected])

    patch.setattr(EnrichmentService, "_send", broken)


@mutant
def dead_letter_what_may_pass(patch: pytest.MonkeyPatch) -> None:
    def broken(case: Case, error: Exception) -> None:
        case.settle(Disposition.REJECTED, MalformedMessage(str(error)))

    patch.setattr(Case, "fail", broken)


@mutant
def compare_sequencers_as_text(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(version, "SEQUENCER_DIGITS", 0)


@mutant
def order_by_the_time_of_sending(patch: pytest.MonkeyPatch) -> None:
    claims = sighting._claims
    patch.setattr(sighting, "_claims", lambda message, _: claims(message, Field()))


@mutant
def forget_that_old_content_was_seen_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Committer, "_sighted", lambda *_: True)


@mutant
def write_without_a_condition(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(memory, "may_replace", lambda *_: True)
    patch.setattr("handler.service.committer.may_replace", lambda *_: True)


@mutant
def settle_followers_with_their_leader(patch: pytest.MonkeyPatch) -> None:
    def broken(committer: Committer, cases: Any, in_time: Any) -> None:
        leaders = {case.version.content_hash: case for case in reversed(cases)}.values()
        committer._guard.each(lambda case: committer._commit(case, in_time), leaders)
        for case in cases:
            if case.outcome is None:
                case.settle(Disposition.DUPLICATE)

    patch.setattr(Committer, "commit", broken)


@mutant
def leave_fields_out_of_the_content_hash(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(version, "content_hash", lambda ticket: hashlib.sha256(ticket.body.encode()).hexdigest())


@mutant
def let_the_row_move_back(patch: pytest.MonkeyPatch) -> None:
    def replaceable(new: Any, row: Any) -> bool:
        return version.may_replace(replace(new, version=replace(new.version, source_order="9")), row)

    patch.setattr(memory, "may_replace", replaceable)


@mutant
def redrive_with_the_time_of_sending(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scenario, "time_to_keep", lambda message, _: message.source_time or str(message.sent_at_ms))


@mutant
def let_a_lethal_ticket_keep_its_company(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("handler.service.core.next_round", lambda waiting: waiting)
