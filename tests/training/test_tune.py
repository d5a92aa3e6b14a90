"""What is left out of which training."""

from pathlib import Path

import pytest

from handler.evaluation import labelled
from training import shipped

tune = pytest.importorskip("training.tune", reason="the extra [torch] is not installed", exc_type=ImportError)

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]  # of libraries that are not ours


def rows(count: int) -> list[labelled.Row]:
    """Of every so-many-th file."""
    files: list[Path] = shipped.paths()
    return shipped.rows_of(files[:: len(files) // count])


def test_a_style_is_left_out_as_a_whole() -> None:
    """Or the layers would know the writer."""
    some = rows(12)
    parts: dict[str, set[int]] = {}
    for row, part in zip(some, tune.parts_of(some), strict=True):
        parts.setdefault(row.group, set()).add(part)
    assert {len(found) for found in parts.values()} == {1}
    assert {part for found in parts.values() for part in found} == set(range(tune.PARTS))


@pytest.mark.models
def test_what_is_kept_says_what_was_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounded factors in int8 layers of the engine against the trained modules: a short training, odds alike."""
    from handler import profiles  # noqa: PLC0415 - as the engine
    from handler.inference.engine.files import Converted  # noqa: PLC0415
    from handler.inference.engine.minilm import MiniLM  # noqa: PLC0415
    from training.tuner import Tuner  # noqa: PLC0415 - torch

    monkeypatch.setattr("training.tuner.EPOCHS", 3)
    task = tune.task_of(rows(3))
    tuner = Tuner(task)
    tuner.train()
    made = tune.kept(tuner)
    pin, root = profiles.pins(shipped.SETTINGS)["minilm"], profiles.model_root(shipped.SETTINGS)
    engine = MiniLM(Converted(pin, root, "int8"), threads=1, tuning=made).odds(task.texts)
    trained = tuner.odds(task.seen)
    assert abs(engine - trained).mean() < 0.1 * abs(trained).mean()
