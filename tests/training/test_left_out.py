"""Heads are fitted to what layers say of tickets that they never saw."""

import numpy as np
import pytest

from handler.domain.packed import Packed
from handler.domain.ports import ODDS
from handler.inference.tuning import shipped
from handler.pipeline import heads_file as heads
from tests.inference.tunings import tuning
from tests.pipeline.fakes import FakeEmbedder
from training import shipped as shipped_tickets
from training.left_out import LeftOut, Unseeing, key_of, left_out


def test_what_ships_belongs_together() -> None:
    """Tickets, layers and left-out odds of one ``make tune``: a ticket that was changed since is noticed."""
    known = left_out(shipped())
    assert len(known.keys) == known.odds.shape[0] == len(set(known.keys))
    assert known.odds.shape[1] == ODDS
    assert shipped().sources.items() <= heads.shipped().sources.items()


def test_other_layers_are_noticed() -> None:
    """One line says what to run."""
    with pytest.raises(SystemExit, match="run make tune"):
        left_out(tuning(3))


def test_a_ticket_that_was_changed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layers know the one that was."""
    texts = shipped_tickets.texts_of
    monkeypatch.setattr(shipped_tickets, "texts_of", lambda rows: ("another text", *texts(rows)[1:]))
    with pytest.raises(SystemExit, match="run make tune"):
        left_out(shipped())


def test_known_texts_are_answered_from_the_file_and_others_by_the_layers() -> None:
    """Examples and new tickets were never seen by any."""
    inner = FakeEmbedder()
    known = LeftOut(tuning="any", keys=(key_of("seen"),), odds=Packed.of(np.ones((1, ODDS)), "int8"))
    seen, new = Unseeing(inner, known).odds(["seen", "new"])
    assert seen == pytest.approx(1)
    assert np.array_equal(inner.odds(["new"])[0], new)
    assert np.array_equal(inner.embed(["seen"]).vectors, Unseeing(inner, known).embed(["seen"]).vectors)
