"""An evaluation that is kept comes back as it was, and holds no ticket."""

import json
from pathlib import Path

import pytest

from handler.evaluation.labelled import LabelledError
from handler.evaluation.saved import THIS, compared, load, save
from tests.evaluation.made import evaluation, judged

FOUND = [judged({"urgency": "high"}, body="canary"), judged({"urgency": "low"}, body="canary", urgency="high")]


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    """To the last digit; the customers' words are not in it."""
    what = evaluation(*FOUND)
    save(tmp_path / "s.json", what)
    assert what == load(tmp_path / "s.json")
    assert "canary" not in (tmp_path / "s.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("change", [{"rows": "many"}, {"format": 2}, {"groups": {}}, {"secret": "canary"}])
def test_another_file_is_refused_in_one_line(tmp_path: Path, change: dict[str, object]) -> None:
    """With the file and the field, not what stands there."""
    path = tmp_path / "s.json"
    path.write_text(json.dumps({**evaluation(*FOUND).model_dump(mode="json"), **change}), encoding="utf-8")
    with pytest.raises(LabelledError, match=r"s\.json: .*is not what --save writes") as raised:
        load(path)
    assert "canary" not in str(raised.value)


def test_side_by_side_this_run_comes_first() -> None:
    """Then other ways to label, then the run before."""
    what = evaluation(*FOUND, compared={"keywords": ()})
    assert [THIS, "keywords", "previous"] == list(compared(what, evaluation(*FOUND)))
