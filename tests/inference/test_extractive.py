"""Summaries made of the ticket's own sentences."""

import pytest

from handler.domain.errors import NotFinite
from handler.domain.ports import Embedder
from handler.domain.sentences import _SENTENCE_END, sentences
from handler.inference.brevity import MAX_CHARACTERS, MAX_WORDS
from handler.inference.extractive import Extractive
from handler.inference.salience import is_courtesy
from tests.pipeline.fakes import FakeEmbedder

REPORT = "The export of reports fails with error 500 since Monday. "
CHATTER = "By the way the weather here was lovely at the weekend and we went sailing. "


def summarize(*texts: str, embedder: Embedder | None = None) -> list[tuple[str, str]]:
    embedder = embedder or FakeEmbedder()
    made = Extractive(embedder).extract(texts, list(embedder.embed(texts).vectors)) if texts else []
    return [(one.text, one.method) for one in made]


def test_a_short_text_is_its_own_summary() -> None:
    """On one line."""
    assert [("It fails. Please help.", "verbatim")] == summarize("It fails.\n\n  Please help. ")


@pytest.mark.models
def test_what_the_text_is_about_is_kept_in_its_order_and_said_once(minilm: Embedder) -> None:
    """Whole sentences while they fit; chatter is what is left out."""
    more = "All reports are affected, the export of any of them fails. Error 500 is in the log of reports, too. "
    told = REPORT * 3 + CHATTER + more + "We need the reports for the audit."
    ((text, method),) = summarize(told, embedder=minilm)
    assert "extractive" == method
    assert text.startswith("The export of reports fails with error 500 since Monday.")
    assert 1 == text.count("since Monday")
    assert "weather" not in text
    assert len(text.split()) <= MAX_WORDS


def test_greetings_and_thanks_are_never_in_a_summary() -> None:
    """In whatever language; a line with a question or a matter in it is no greeting."""
    ((text, _),) = summarize(
        f"Hi there,\n{REPORT * 2}\nDzień dobry!\n{CHATTER * 3}\nThanks for your help\nBest regards"
    )
    assert "export" in text
    assert not [word for word in ("Hi", "Dzie", "Thanks", "regards") if word in text]
    assert not is_courtesy("Hello, the export of our reports has failed since Monday morning.")
    assert not is_courtesy("Hi, any news?")


def test_what_is_asked_comes_before_what_is_only_told() -> None:
    """A summary without the question is no help."""
    told = "The weather report of the harbour reads storm report. "
    ((text, _),) = summarize(told + told.replace("storm", "rain") * 3 + CHATTER * 2 + "Could you refund our tickets?")
    assert "Could you refund our tickets?" in text


def test_what_the_subject_is_about_is_kept() -> None:
    """The ticket's embedding knows the subject; the sentences alone would be about most of them."""
    embedder = FakeEmbedder()
    told = CHATTER * 3 + "The harbour was full of boats and people at the weekend. " * 2 + REPORT
    told = told + "We went sailing in lovely weather and it was warm. The people and boats were lovely. "
    wholes = embedder.embed(["export of reports error 500", told]).vectors
    about, alone = Extractive(embedder).extract([told, told], list(wholes))
    assert ("error 500" in about.text, "error 500" in alone.text) == (True, False)


def test_what_is_said_twice_in_other_words_is_said_once() -> None:
    """What adds something takes its place."""
    same = "The export of all our reports fails with error 500 since Monday."
    ((text, _),) = summarize(
        f"{same} {same.replace('all ', 'all of ')} {same.replace('export', 'exports')} " + CHATTER * 2
    )
    assert "weather" in text


def test_a_text_of_courtesies_is_summarised_all_the_same() -> None:
    """Better a greeting than nothing."""
    assert "Hello!" in summarize("Hello! " + "Thank you so much, again! Thanks a lot! Thanks! " * 20)[0][0]


def test_a_text_without_sentences_is_cut_and_shows_it() -> None:
    """Better the beginning than nothing."""
    assert [("word " * (MAX_WORDS - 1) + "word…", "extractive")] == summarize("word " * 200)


def test_a_word_of_any_length_is_cut() -> None:
    """The summary stands in a DynamoDB row, which has a limit."""
    ((text, method),) = summarize("x" * 100_000)
    assert ("x" * MAX_CHARACTERS + "…", "extractive") == (text, method)


def test_every_text_has_a_summary_in_its_place() -> None:
    """Short and long, empty and blank, in any order."""
    found = summarize("", REPORT * 20, " \n ", "short")
    assert ["verbatim", "extractive", "verbatim", "verbatim"] == [method for _, method in found]
    assert [] == summarize()


def test_a_sentence_that_is_no_number_to_the_model_is_refused() -> None:
    """Any order of NaN looks like an answer."""
    embedder = FakeEmbedder(broken="weather")
    with pytest.raises(NotFinite):
        Extractive(embedder).extract([REPORT * 5 + CHATTER], [embedder.embed([REPORT]).vectors[0]])


def test_only_a_long_text_needs_its_tickets_embedding() -> None:
    """The embedding failed: what is its own summary keeps it."""
    extractive = Extractive(FakeEmbedder())
    assert ["verbatim"] == [one.method for one in extractive.extract(["It fails."], [None])]
    with pytest.raises(ValueError, match="embedding"):
        extractive.extract([REPORT * 5], [None])


def test_a_date_or_the_number_of_a_step_ends_no_sentence() -> None:
    """A summary began with "November stehen zwölf Lizenzen": the first of it was another sentence."""
    told = (
        "Auf der Rechnung vom 1. November stehen zwölf Lizenzen. Wir haben acht. It fails in version 3.12. 2. Reload."
    )
    assert [
        "Auf der Rechnung vom 1. November stehen zwölf Lizenzen.",
        "Wir haben acht.",
        "It fails in version 3.12.",
        "2. Reload.",
    ] == sentences(told)


@pytest.mark.timeout(30)  # a guard against hanging, not a measurement: it takes milliseconds
def test_pages_of_spaces_are_no_puzzle() -> None:
    """Sentences are found without backtracking, however much of a text is read one day."""
    text = "word" + " " * 200_000 + "end"
    assert [text] == _SENTENCE_END.split(text)
