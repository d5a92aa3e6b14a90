"""Another embedding model of the same family takes MiniLM's place by one command: here a small one of its layout."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handler.cli import app
from handler.inference import cache
from tests.factories import ticket_fields
from tests.inference import small


def run(*arguments: str, said: str | None = None) -> str:
    """What the command prints on stdout."""
    done = CliRunner().invoke(app, arguments, input=said)
    assert 0 == done.exit_code, done.output
    return done.stdout


def test_a_multilingual_minilm_is_a_lock_entry_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No head is used that was fitted to other embeddings: examples and rules speak until ``fit`` has made some."""
    (tmp_path / "made").mkdir()
    folder = small.multilingual(tmp_path / "made")
    monkeypatch.setenv("TICKETS_MODEL_DIR", str(tmp_path / "models"))
    cache.clear()
    run("models", "lock", "minilm", "--repository", "example/multilingual-minilm", "--from", str(folder))
    run("models", "fetch")
    run("models", "verify")
    (line,) = run("enrich", said=json.dumps(ticket_fields(body="I was charged twice, please refund me"))).splitlines()
    found = json.loads(line)["enrichment"]
    assert 384 == len(found["embedding"])
    assert "payment_issue" == found["intent"]
    assert {"rules", "prototype"} >= {found["intent_method"], found["urgency_method"], found["sentiment_method"]}
    assert "example/multilingual-minilm" in (tmp_path / "models" / "models.lock.toml").read_text(encoding="utf-8")
