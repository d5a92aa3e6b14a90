"""The models of the full profile, from a folder that the user trusts to enriched tickets."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handler import profiles
from handler.cli import app
from handler.inference import cache
from handler.inference.artifacts import source_folder
from handler.pipeline import summarize
from handler.settings import Settings
from tests.factories import ticket_fields
from tests.inference import small

pytestmark = pytest.mark.models

NAMES = ("distilbert", "distilbart")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model directory with the real MiniLM, and small models beside it that nobody has pinned yet."""
    settings = Settings()
    minilm = source_folder(profiles.model_root(settings), profiles.pins(settings)["minilm"])
    for name, make in zip(NAMES, (small.distilbert, small.bart), strict=True):
        (tmp_path / "published" / name).mkdir(parents=True)
        make(tmp_path / "published" / name)
    (tmp_path / "published" / "minilm").symlink_to(minilm)
    monkeypatch.setenv("TICKETS_MODEL_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("TICKETS_PROFILE", "full")
    cache.clear()
    return tmp_path / "models"


def run(*arguments: str, said: str | None = None, code: int = 0) -> str:
    """What the command prints on stdout."""
    done = CliRunner().invoke(app, arguments, input=said)
    assert code == done.exit_code, done.output
    return done.stdout


def fetched(root: Path) -> Path:
    """Locks both from their folders, and fetches the whole profile."""
    for name in NAMES:
        run("models", "lock", name, "--from", str(root.parent / "published" / name))
    run("models", "fetch", "--from", str(root.parent / "published"))
    return root


def test_lock_fetch_verify_enrich(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: pinned, checked, converted, and at work on a short and a long ticket."""
    monkeypatch.setattr(summarize, "invented", lambda *_: [])  # random weights name any number
    fetched(root)
    run("models", "verify")
    long = ticket_fields("T-2", body="I was charged twice and nobody answers. " * 12)
    lines = run("enrich", said="\n".join(map(json.dumps, (ticket_fields("T-1"), long)))).splitlines()
    found = [json.loads(line)["enrichment"] for line in lines]
    assert ["verbatim", "abstractive"] == [one["summary_method"] for one in found]
    assert ["head", "model"] == [one["sentiment_method"] for one in found]  # the short one is plain, says the head
    assert ["complete", "complete"] == [one["status"] for one in found]
    assert {"minilm", *NAMES} == set(found[0]["provenance"]["models"])


def test_what_is_not_pinned_yet_says_how_to_pin_it(root: Path) -> None:
    """No hash is made up: the first download that the user trusts gives them."""
    done = CliRunner().invoke(app, ["models", "fetch", "--from", str(root.parent / "published")])
    assert done.exit_code
    assert "run 'ticket-processor models lock" in str(done.exception) + done.output


def test_a_file_that_changed_since_it_was_locked_is_refused(root: Path) -> None:
    """The lock is of no use if it is not checked."""
    name = "distilbert"
    published = root.parent / "published" / name
    run("models", "lock", name, "--from", str(published))
    for held in (root / "sources").glob(f"{name}-*"):
        held.rename(root / "moved")
    weights = published / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"oops")
    done = CliRunner().invoke(app, ["models", "fetch", "--from", str(root.parent / "published")])
    assert done.exit_code
    assert "model.safetensors has sha256" in str(done.exception) + done.output


def test_convert_makes_what_is_missing_again(root: Path) -> None:
    """At build time, from files that lie there already."""
    fetched(root)
    for converted in (root / "converted").glob("distilbert-*"):
        converted.rename(root / "moved")
    run("models", "convert")
    run("models", "verify")


def test_an_unknown_model_cannot_be_locked(root: Path) -> None:
    """The names are listed."""
    assert "there are minilm, distilbert, distilbart" in " ".join(
        CliRunner().invoke(app, ["models", "lock", "gpt"]).output.replace("│", " ").split()
    )
