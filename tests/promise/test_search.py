"""The promise holds under every fault that is simulated, and the search would notice if it did not."""

import json
import os
import subprocess
import sys

import pytest

from tests.promise.choices import Choices
from tests.promise.mutants import MUTANTS
from tests.promise.scenario import RATES, play
from tests.promise.search import kind_of, search, shrunk

SEEDS = range(200)  # `make faults` plays 10,000, CI 1,000
ENOUGH = range(3_000)  # of them every mutant is found in far fewer


def test_the_promise_is_kept() -> None:
    """Whatever is killed, lost, late, doubled or refused: nothing is lost, stale, stuck or wrongly dead-lettered."""
    found = search(SEEDS)
    assert found.failing is None, f"python -m tests.promise --first {found.failing} --seeds 1"
    assert set(found.struck) >= RATES.keys(), "a kind of fault never struck"


@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that finds no broken core proves nothing by finding no fault in ours."""
    MUTANTS[name](monkeypatch)
    assert search(ENOUGH).failing is not None


def test_a_history_is_made_plainer_and_stays_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed is as short as it can be made, and shows the same fault."""
    MUTANTS["swallow_a_failed_save"](monkeypatch)
    failing = search(ENOUGH).failing
    assert failing is not None
    long, short = play(Choices(failing)), shrunk(failing)
    assert kind_of(long) == kind_of(short)
    assert 0 < sum(short.struck.values()) < sum(long.struck.values())
    assert len(short.history) < len(long.history)


def test_a_seed_is_one_history() -> None:
    """Also in another process, whose sets have another order: or a failing seed could not be looked at."""
    code = "import tests.promise.scenario as s; print(*s.play(s.Choices(7)).history, sep='\\n')"
    histories = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert {("\n".join(play(Choices(7)).history) + "\n").encode()} == histories


def test_figures_of_a_search_are_one_line_of_json() -> None:
    """``make faults`` says what it did."""
    command = [sys.executable, "-m", "tests.promise", "--seeds", "20", "--processes", "1"]
    said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert 20 == said["seeds"]
    assert sum(said["by_kind"].values()) == said["faults"]
