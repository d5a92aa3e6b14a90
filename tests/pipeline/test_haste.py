"""A summary is written for tickets that have time, and taken from the others."""

from collections.abc import Sequence

from handler.domain.ports import Extractor, Summarizer, Summary
from handler.pipeline.base import Pipeline, Spent
from handler.pipeline.embed import Embed
from handler.pipeline.haste import AtLeisure
from handler.pipeline.redact import Redact
from handler.pipeline.summarize import Extract, Summarize
from handler.pipeline.work import OVERHEAD_CHARACTERS, READ_CHARACTERS, whole
from tests.factories import ticket
from tests.fakes import computation
from tests.pipeline.fakes import FakeEmbedder, FakeExtractor, FakeSummarizer, tickets_of


def two_ways(thorough: Summarizer, quick: Extractor) -> Pipeline:
    ways = ((Embed(FakeEmbedder()), AtLeisure(Summarize(thorough))), Extract(quick, stands_in=True))
    return Pipeline([Redact("off"), *ways], computation(), lambda: 0.0)


def test_each_ticket_takes_the_way_that_it_has_time_for() -> None:
    """Neither model sees a ticket of the other; timings name the stage that ran, and no other."""
    thorough, quick = FakeSummarizer(), FakeExtractor()

    drafts = two_ways(thorough, quick).run(tickets_of("a", "b", "c"), [False, True, False]).drafts

    assert (["a", "c"], ["b"]) == (thorough.seen, quick.seen)
    assert ["a", "b", "c"] == [draft.summary.text for draft in drafts if draft.summary]
    ways = [set(draft.seconds) - {"redact", "embed"} for draft in drafts]
    assert [{"summarize"}, {"extract"}, {"summarize"}] == ways


def test_in_haste_the_thorough_way_is_not_touched() -> None:
    """Not even with an empty batch, which would load its model."""
    drafts = two_ways(Unused(), FakeExtractor()).run(tickets_of("a", "b"), [True, True]).drafts
    assert [{}, {}] == [draft.errors for draft in drafts]


class Unused:
    """A summarizer that must not be called."""

    def summarize(self, texts: Sequence[str]) -> list[Summary]:
        raise AssertionError(texts)


def test_a_model_that_fails_on_a_ticket_costs_it_its_summary() -> None:
    """As with any signal: what failed is absent and named, and no other way hides it."""

    class Broken:
        def summarize(self, texts: Sequence[str]) -> list[Summary]:
            raise ValueError(texts)

    (draft,) = two_ways(Broken(), FakeExtractor()).run(tickets_of("a")).drafts
    assert ({"summarize": "ValueError"}, None) == (draft.errors, draft.summary)


def test_equal_texts_with_different_haste_are_different_work() -> None:
    """And with the same haste they share it."""
    thorough, quick = FakeSummarizer(), FakeExtractor()

    two_ways(thorough, quick).run(tickets_of(*["same"] * 4), [False, True, True, False])

    assert (["same"], ["same"]) == (thorough.seen, quick.seen)


def test_work_counts_where_it_is_done() -> None:
    """A ticket is work for one of the two ways; the run reports it so."""
    line = two_ways(FakeSummarizer(), FakeExtractor())
    leisurely, hurried = tickets_of("x" * 100, "x" * 300)
    assert {"redact": 300, "embed": 300, "summarize": 300, "extract": 0} == line.work(leisurely, hurried=False)
    assert {"redact": 300, "embed": 300, "summarize": 0, "extract": 300} == line.work(leisurely, hurried=True)
    spent = line.run([leisurely, hurried], [False, True]).spent
    assert (Spent(0, 300), Spent(0, 500)) == (spent["summarize"], spent["extract"])


def test_work_is_bounded_as_reading_is() -> None:
    """What is not read costs nothing; every ticket costs something."""
    assert OVERHEAD_CHARACTERS + 3 == whole(ticket(subject="a", body="bc"), hurried=False)
    most = OVERHEAD_CHARACTERS + READ_CHARACTERS
    assert most == whole(ticket(subject="a", body="b" * 90_000), hurried=False)
