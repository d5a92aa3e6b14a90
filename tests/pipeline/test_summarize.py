"""What is summarized."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from handler.domain.ports import Summary
from handler.pipeline.base import Draft, Pipeline
from handler.pipeline.redact import Redact
from handler.pipeline.summarize import Extract, Summarize
from tests.factories import ticket
from tests.fakes import computation
from tests.pipeline.fakes import FakeExtractor, FakeSummarizer, drafts_of, tickets_of


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        (Draft(subject="Login", body="It fails since noon today"), "It fails since noon today"),
        (Draft(subject="Only a subject", body=" \n"), "Only a subject"),
    ],
)
def test_the_body_is_summarized_or_the_subject_without_one(draft: Draft, text: str) -> None:
    """A summary that repeats the subject, which is shown beside it, says nothing."""
    summarizer = FakeSummarizer()

    Summarize(summarizer)(tickets_of("x"), [draft])

    assert summarizer.seen == [text]


def test_each_draft_gets_its_summary() -> None:
    """One call for the batch; text and method as the summarizer says."""
    drafts = Summarize(FakeSummarizer())(tickets_of("a", "b"), [Draft(body="a b c d"), Draft(body="e")])

    assert [draft.summary for draft in drafts] == [Summary("a b c", "abstractive"), Summary("e", "abstractive")]


def test_the_cost_is_that_of_the_text_that_is_summarized() -> None:
    """The summarizer says what it is; by default it is what has to be read."""
    words, blank = ticket(subject="ab", body="cdef"), ticket(subject="ab", body=" ")
    costly = Summarize(FakeSummarizer(), cost=lambda text: 10.0 * len(text))

    assert (40.0, 20.0) == (costly.work(words, hurried=False), costly.work(blank, hurried=True))
    assert 204.0 == Summarize(FakeSummarizer()).work(words, hurried=False)


def test_a_summary_of_the_beginning_says_so() -> None:
    """Under the stage's own name."""

    class Cutting:
        def summarize(self, texts: Sequence[str]) -> list[Summary]:
            return [Summary(text[:1], "abstractive", truncated=len(text) > 1) for text in texts]

    drafts = Summarize(Cutting())(tickets_of("a", "b"), [Draft(body="ab"), Draft(body="c")])
    assert [("summarize",), ()] == [draft.truncated for draft in drafts]


def test_what_is_missing_is_taken_from_the_ticket() -> None:
    """What was written stays, and so does the very draft; what failed stays without."""
    extractor = FakeExtractor()
    written, hurried, failed = drafts_of("a", "b", "c")
    written = replace(written, summary=Summary("w", "abstractive"))
    failed = failed.failed("summarize", "ValueError")

    found = Extract(extractor)(tickets_of("a", "b", "c"), [written, hurried, failed])

    assert ["b"] == extractor.seen
    assert found[0] is written
    assert found[2] is failed
    assert found[1].summary == Summary("b", "extractive")


def test_no_model_is_touched_where_nothing_is_missing() -> None:
    """Not even with an empty batch."""

    class Unused:
        def extract(self, texts: Sequence[str], wholes: object) -> list[Summary]:
            raise AssertionError(texts, wholes)

    (written,) = drafts_of("a")
    written = replace(written, summary=Summary("w", "abstractive"))
    assert [written] == Extract(Unused())(tickets_of("a"), [written])


def test_a_summary_that_names_a_number_of_its_own_is_dropped() -> None:
    """And was work all the same: its ticket has its share of the time."""
    stage = Summarize(FakeSummarizer(inventing=["a"]))
    drafts = Pipeline([Redact("off"), stage], computation()).run(tickets_of("a", "b")).drafts
    assert [None, Summary("b", "abstractive")] == [draft.summary for draft in drafts]
    assert all("summarize" in draft.seconds for draft in drafts)
    assert [{}, {}] == [draft.errors for draft in drafts]
