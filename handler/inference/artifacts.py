"""Model folders on disk: the verified source files and what was converted from them.

::

    <root>/sources/minilm-1110a243fdf4/          the files of the lock
    <root>/converted/minilm-1110a243fdf4-int8/   what runs, with a manifest of its own
    <root>/partial/                              downloads that can be resumed

A folder appears under its name complete and verified, or not at all: it is made beside its place and renamed. Of two
processes that want the same one, the second waits for the first.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs
from filelock import FileLock

from handler.domain.errors import ModelUnavailable
from handler.inference.pins import FilePin, ModelPin

MANIFEST = "manifest.json"


class ArtifactMismatch(ModelUnavailable):
    """A file is not the one that is pinned."""


def default_root() -> Path:
    """The user's cache directory."""
    return Path(platformdirs.user_cache_dir("ticket-processor")) / "models"


def source_folder(root: Path, pin: ModelPin) -> Path:
    """Where the verified files of ``pin`` lie."""
    return root / "sources" / pin.folder


def converted_folder(root: Path, pin: ModelPin, precision: str) -> Path:
    """Where the model that runs lies. ``precision`` is int8 or float32."""
    return root / "converted" / f"{pin.folder}-{precision}"


def verify_file(path: Path, sha256: str) -> None:
    """Raises ArtifactMismatch, naming the file and both hashes, unless ``path`` has ``sha256``."""
    if not path.is_file():
        raise ArtifactMismatch(f"{path} is missing")
    found = sha256_of(path)
    if found != sha256:
        raise ArtifactMismatch(f"{path} has sha256 {found}, but should have {sha256}")


def verify_files(folder: Path, pins: Mapping[str, FilePin]) -> None:
    """Raises ArtifactMismatch for the first file of ``folder`` that is not as pinned."""
    for name, pin in pins.items():
        verify_file(folder / name, pin.sha256)


def sha256_of(path: Path) -> str:
    """The file's sha256, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def publish(folder: Path, make: Callable[[Path], None]) -> Path:
    """``folder``, made by ``make`` in a place beside it unless it is there already. One process at a time makes it."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{folder.name}.lock"):
        if not folder.is_dir():
            _make(folder, make)
    return folder


def _make(folder: Path, make: Callable[[Path], None]) -> None:
    prefix = f".new-{folder.name}-"
    for left in folder.parent.glob(f"{prefix}*"):
        shutil.rmtree(left)  # by a process that was killed: we hold the lock, so nobody is at work on it
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=prefix) as scratch:
        new = Path(scratch) / folder.name
        new.mkdir()
        make(new)
        new.rename(folder)


def keep_if_sound(folder: Path, verify: Callable[[], None]) -> bool:
    """Whether ``folder`` is there and passes ``verify``; one that does not is removed, to be made anew."""
    if not folder.is_dir():
        return False
    try:
        verify()
    except ArtifactMismatch:
        shutil.rmtree(folder)
        return False
    return True


def write_manifest(folder: Path, origin: Mapping[str, object]) -> None:
    """Records where a converted model came from, and the size and sha256 of each of its files."""
    files = {path.name: {"size": path.stat().st_size, "sha256": sha256_of(path)} for path in sorted(folder.iterdir())}
    (folder / MANIFEST).write_text(json.dumps({**origin, "files": files}, indent=1), encoding="utf-8")


def verify_manifest(folder: Path, pin: ModelPin) -> None:
    """Raises ArtifactMismatch unless the converted model is whole and was made from what ``pin`` names."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: FilePin(**entry) for name, entry in manifest["files"].items()}
        sources = manifest["sources"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ArtifactMismatch(f"{folder / MANIFEST} is missing or damaged") from None
    if sources != {name: file.sha256 for name, file in pin.files.items()}:
        raise ArtifactMismatch(f"{folder} was converted from other files than the lock names")
    verify_files(folder, files)
