"""From a download that the user trusts to an entry of the lock: every file's size and sha256."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from handler.domain.errors import ModelUnavailable
from handler.inference.artifacts import sha256_of
from handler.inference.pins import FilePin, ModelPin

WEIGHTS = "model.safetensors"
NEEDED = ("config.json", WEIGHTS)
TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "generation_config.json",
)


def pin_of(named: ModelPin, folder: Path, revision: str | None = None) -> ModelPin:
    """``named`` with the files of ``folder``; without a revision of a hub, one that is made of their hashes.

    Raises ModelUnavailable, naming the file that is missing.
    """
    for name in NEEDED:
        if not (folder / name).is_file():
            raise ModelUnavailable(f"{folder / name} is missing{_ADVICE if name == WEIGHTS else ''}")
    names = [*NEEDED, *(name for name in TOKENIZER if (folder / name).is_file())]
    files = {name: FilePin(size=(folder / name).stat().st_size, sha256=sha256_of(folder / name)) for name in names}
    pinned = {"files": files, "revision": revision or _fingerprint(files), "mirror": None}
    return named.model_copy(update=pinned)


def _fingerprint(files: Mapping[str, FilePin]) -> str:
    """As long as a commit: other files make another revision."""
    return hashlib.sha256("".join(files[name].sha256 for name in sorted(files)).encode()).hexdigest()[:40]


_ADVICE = (
    ": weights in pickle's format are not loaded; name a revision with safetensors, such as the one that the hub's "
    "conversion robot offers (--revision refs/pr/N)"
)


def from_hub(repository: str, revision: str, folder: Path) -> str:
    """Downloads what is needed into ``folder``; the commit that ``revision`` names now. Raises ModelUnavailable."""
    from huggingface_hub import HfApi, snapshot_download  # noqa: PLC0415 - heavy, and needed here only

    try:
        commit = HfApi().model_info(repository, revision=revision).sha or revision
        snapshot_download(repository, revision=commit, local_dir=folder, allow_patterns=[*NEEDED, *TOKENIZER])
    except Exception as error:  # whatever the library or its transport raises
        raise ModelUnavailable(f"{repository} could not be downloaded: {type(error).__name__}") from error
    return commit
