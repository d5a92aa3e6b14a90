"""What is summarized."""

import pytest

from handler.domain.ports import Summary
from handler.pipeline.base import Draft
from handler.pipeline.summarize import Summarize
from tests.pipeline.fakes import FakeSummarizer, tickets_of


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

    assert [draft.summary for draft in drafts] == [Summary("a b c", "extractive"), Summary("e", "extractive")]
