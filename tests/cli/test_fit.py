"""``fit``: what it writes is what the pipeline then uses, and what it says of it was measured on other tickets."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Operator

pytestmark = pytest.mark.models

OWN = Path(__file__).parents[2] / "docs/your-own-labels"
LABELLED = (str(OWN / "labelled.csv"), "--map", str(OWN / "map.toml"))
TRAINING = Path(__file__).parents[2] / "training/tickets"


@pytest.fixture
def own(command: Operator, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """A command in whose environment the example's taxonomy is."""
    monkeypatch.setenv("TICKETS_TAXONOMY", str(OWN / "taxonomy.toml"))
    return command


def test_what_is_written_is_used(own: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Intents come from the new head, urgency from the shipped one, and the fingerprint is another."""
    out, tickets = tmp_path / "heads.json", str(OWN / "tickets.jsonl")
    line = {
        "ticket_id": "T",
        "created_at": 1,
        "customer_id": "C",
        **json.loads(Path(tickets).read_text().splitlines()[6]),
    }
    (tmp_path / "one.jsonl").write_text(json.dumps(line))
    before = json.loads(own("enrich", str(tmp_path / "one.jsonl")).out)["enrichment"]
    assert 0 == own("fit", *LABELLED, "--only", "intent", "--out", str(out)).code
    monkeypatch.setenv("TICKETS_HEADS", str(out))
    after = json.loads(own("enrich", str(tmp_path / "one.jsonl")).out)["enrichment"]
    assert ("prototype", "head") == (before["intent_method"], after["intent_method"])
    assert ("broken_bike", "head") == (after["intent"], after["urgency_method"])
    assert before["urgency_confidence"] == after["urgency_confidence"]
    assert before["provenance"]["fingerprint"] != after["provenance"]["fingerprint"]


def test_the_file_holds_numbers_and_no_text(own: Operator, tmp_path: Path) -> None:
    """Its name and hash, labels, weights; the same rows give the same file."""
    for name in ("a.json", "b.json"):
        assert 0 == own("fit", *LABELLED, "--only", "intent", "--out", str(tmp_path / name)).code
    first, again = (json.loads((tmp_path / name).read_text()) for name in ("a.json", "b.json"))
    assert first == again
    assert {"format", "taxonomy", "embedding", "rows", "sources", "vocabulary", "heads"} == set(first)
    assert (6, 48, ["intent"], ["labelled.csv"]) == (
        first["format"],
        first["rows"],
        list(first["heads"]),
        list(first["sources"]),
    )
    assert {"labels", "bias", "weights", "words"} == set(first["heads"]["intent"])
    assert "bike" not in json.dumps(first).replace("broken_bike", "")


def test_scores_are_of_tickets_that_the_head_did_not_see(own: Operator, tmp_path: Path) -> None:
    """On the rows that it was fitted to it is always right; the number that is printed is not that one."""
    said = json.loads(own("fit", *LABELLED, "--json", "--out", str(tmp_path / "h.json")).out)
    by_signal = {one["signal"]: one for one in said["verdicts"]}
    assert ("by group, of 4", []) == (said["left_out"], said["flattered"])
    assert 0.8 < by_signal["intent"]["fitted"]["macro_f1"] < 1.0
    assert "no clear difference" == by_signal["urgency"]["opinion"]
    assert by_signal["urgency"]["gain_low"] < by_signal["urgency"]["gain"] < by_signal["urgency"]["gain_high"]
    assert by_signal["urgency"]["gain_low"] < 0 < by_signal["urgency"]["gain_high"]  # which sign, a processor decides


def test_a_head_of_another_taxonomy_is_refused(own: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """At start, by name: after an edit of the taxonomy it would guess."""
    out = tmp_path / "heads.json"
    assert 0 == own("fit", *LABELLED, "--only", "intent", "--out", str(out)).code
    monkeypatch.setenv("TICKETS_HEADS", str(out))
    monkeypatch.delenv("TICKETS_TAXONOMY")
    answer = own("enrich", str(OWN / "tickets.jsonl"))
    assert (2, "", 1) == (answer.code, answer.out, len(answer.err.splitlines()))
    assert "TICKETS_HEADS: heads.json: was fitted with taxonomy " in answer.err


def test_an_intent_of_another_taxonomy_is_refused(command: Operator, tmp_path: Path) -> None:
    """With the line, the number of such rows and what there is to choose from; not with what stands there."""
    answer = command("fit", *LABELLED, "--out", str(tmp_path / "h.json"))
    assert (2, 1) == (answer.code, len(answer.err.splitlines()))
    assert "labelled.csv:2: intent is none of the taxonomy's (48 such rows); it has login_issue" in answer.err
    assert not (tmp_path / "h.json").exists()


def test_heads_are_not_praised_on_what_they_were_fitted_on(command: Operator) -> None:
    """Neither by fit nor by evaluate."""
    answer = command("evaluate", str(TRAINING / "admin.jsonl"))
    assert "the heads in use were fitted on admin.jsonl" in answer.err
    assert "" == command("evaluate", str(TRAINING / "heldout_nurse.jsonl")).err
