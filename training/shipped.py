"""What ships is fitted on: the tickets of ``tickets/`` but for the files called heldout_*."""

from collections.abc import Sequence
from pathlib import Path

from handler.evaluation import labelled
from handler.evaluation.labelled import Row
from handler.fitting.material import through
from handler.pipeline.gist import Gist
from handler.pipeline.redact import Redact
from handler.settings import Settings

TICKETS = Path(__file__).parent / "tickets"
HELD_OUT = "heldout"

# Whatever the environment says.
SETTINGS = Settings(heads="off", taxonomy=None, profile="fast", backend="ctranslate2", pii="mask")


def paths() -> list[Path]:
    """The files, in their order."""
    return [path for path in sorted(TICKETS.glob("*.jsonl")) if not path.name.startswith(HELD_OUT)]


def rows_of(files: Sequence[Path]) -> list[Row]:
    """Their tickets."""
    return [row for path in files for row in labelled.read(path, labelled.Columns())]


def texts_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Each as the embedding stage reads it."""
    stages = (Redact(SETTINGS.pii), Gist())
    return tuple(draft.text for draft in through(stages, [row.ticket for row in rows]))
