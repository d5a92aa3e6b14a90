"""Words are counted by how rare they are, known by their hashes, and cost a bounded time whatever the text."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.pipeline.words import MOST_TERMS, Vocabulary, Words, dense, key_of, scores, trust, vocabulary, wording

TEXTS = ["nobody can log in", "nobody can pay", "thanks, it works", "it works again, thanks!!"]


def words_of(*texts: str) -> Words:
    """Through JSON."""
    return Words.of(Vocabulary.model_validate_json(vocabulary([*map(wording, texts)]).model_dump_json()))


def keys_of(*terms: str) -> list[int]:
    return sorted(map(key_of, terms))


def test_terms_are_words_and_pairs_of_neighbours() -> None:
    said = wording("Can't log in: 2 of 340!!")
    singles, pairs = ("can't", "log", "in", "#", "of", "!!"), ("can't log", "log in", "in #", "# of", "of #", "# !!")
    assert keys_of(*singles, *pairs) == said.keys.tolist()
    assert [key_of("#")] == said.keys[said.counts > 1].tolist()
    assert said.words == 4
    assert keys_of("can't") == wording("can\N{RIGHT SINGLE QUOTATION MARK}t").keys.tolist()
    assert [] == wording("").keys.tolist()
    assert keys_of("charge") == wording("charge").keys.tolist() == wording("CHARGES").keys.tolist()


def test_the_fewer_words_the_less_a_head_may_say() -> None:
    """Digits, emoji and punctuation are no words."""
    texts = ("", "4711 !!! \U0001f600 99", "can't", "can't log in at all")
    nothing, numbers, one, more = trust([*map(wording, texts)])[:, 0]
    assert nothing == numbers == pytest.approx(1 / 3)
    assert numbers < one < more < 1
    assert (0, 1) == trust([]).shape


@pytest.mark.parametrize(
    "text",
    ["\u0130ade", "re\u0301gle\u0301"],
)
def test_a_letter_and_its_accent_are_one_character(text: str) -> None:
    """However they are encoded: no word ends in its middle."""
    assert 1 == wording(text).words


def test_only_what_more_than_one_ticket_says_is_known() -> None:
    known = words_of(*TEXTS)
    assert keys_of("nobody", "can", "it", "works", "thanks", "nobody can", "it works") == known.known.tolist()


def test_the_rarer_term_weighs_more() -> None:
    known = words_of(*["common word"] * 9, "rare word", "rare word")
    places, values = known.row(wording("a common rare word"))
    by_key = dict(zip(known.known[places].tolist(), values, strict=True))
    assert by_key[key_of("rare")] > by_key[key_of("common")] > by_key[key_of("word")] == 0
    assert not known.row(wording("none of these"))[0].size


def test_few_terms_say_less_and_many_say_no_more_than_one() -> None:
    """A text of nothing but numbers was a critical payment_issue with a confidence of 0.99."""
    long = " ".join(f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    known = words_of(*["something else"] * 8, long, long)
    one, all_of_them = (np.linalg.norm(known.row(wording(text))[1]) for text in ("worda", long))
    assert one < 0.2
    assert 0.5 < all_of_them < 1


def test_what_is_dense_is_what_the_rows_say() -> None:
    """In blocks of any width."""
    known = words_of(*TEXTS)
    rows = [known.row(wording(text)) for text in [*TEXTS, ""]]
    weights = np.random.default_rng(1).normal(size=(len(known.rarity), 3))
    for width in (1, 3, 100):
        found = sum(block @ weights[some] for some, block in dense(rows, len(known.rarity), width))
        assert scores(rows, weights) == pytest.approx(found)


def test_a_file_holds_no_word_of_the_tickets() -> None:
    """Only hashes of what two of them share."""
    said = json.dumps(vocabulary([wording(f"{text} canary") for text in TEXTS]).model_dump())
    assert "canary" not in said
    assert "nobody" not in said


def test_of_too_many_terms_the_most_frequent_are_kept() -> None:
    texts = [" ".join(f"w{chr(97 + n % 26)}{'x' * (n // 26 % 40)}{'y' * (n // 1040)}" for n in range(15_000))] * 2
    known = words_of(*texts, "often", "often", "often")
    assert len(known.rarity) <= MOST_TERMS
    assert key_of("often") in known.known


@given(st.text(max_size=200))
def test_every_text_is_a_row(text: str) -> None:
    """Lone surrogates, other scripts, nothing at all."""
    places, values = words_of(text, text).row(wording(text + "\ud800"))
    assert np.isfinite(values).all()
    assert sorted(set(places)) == list(places)
