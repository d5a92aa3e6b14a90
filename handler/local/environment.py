"""The emulator's own Python environment, because it pins versions of boto3 that are not ours.

It lies in the user's cache and is made once for each version, Python and lock file. A virtual environment holds its
own path and cannot be moved into place when it is done, so a marker is written last: without it, it is made again.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import platformdirs
from filelock import FileLock

from handler.local.failures import InstallFailed

VERSION = "1.5.33"
LOCK_FILE = Path(__file__).with_name("ministack.lock.txt")

INSTALL = ("install", "--require-hashes", "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--quiet")
LAST_LINES = 15


def python(announce: Callable[[str], None], cache: Path | None = None) -> Path:
    """The Python that has the emulator; it is installed first where it is missing. Raises InstallFailed."""
    folder = _folder(cache or platformdirs.user_cache_path("ticket-processor"))
    if _is_complete(folder):
        return _python_of(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if not _is_complete(folder):
            announce("installing the local AWS (ministack; once, about 110 MB)")
            _make(folder)
    return _python_of(folder)


def _folder(cache: Path) -> Path:
    digest = hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()[:8]
    return cache / f"ministack-{VERSION}-py{sys.version_info.major}{sys.version_info.minor}-{digest}"


def _is_complete(folder: Path) -> bool:
    """Whether it was finished, and the Python that it links to is still there."""
    return (folder / ".complete").exists() and _python_of(folder).exists()


def _python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def _make(folder: Path) -> None:
    (folder / ".complete").unlink(missing_ok=True)
    _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    _run([str(_python_of(folder)), "-m", "pip", *INSTALL, "-r", str(LOCK_FILE)])
    (folder / ".complete").touch()


def _run(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(  # noqa: S603  our own Python, our own arguments
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise InstallFailed(_explanation(command, done.stdout + done.stderr))


def _explanation(command: list[str], output: str) -> str:
    last = "\n".join(output.strip().splitlines()[-LAST_LINES:])
    if "ensurepip" in output:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        return f"this Python lacks its venv module: on Debian and Ubuntu, `apt install {name}`\n{last}"
    return f"the local AWS could not be installed: {' '.join(command)}\n{last}"
