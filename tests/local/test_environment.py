"""The emulator's own environment: made once, whole or not at all."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from handler.local import environment
from handler.local.failures import InstallFailed

LOCK = environment.LOCK_FILE.read_text()
NOTHING = "# a lock file that asks for nothing, so that an environment is made in a few seconds\n"
WRONG_HASH = f"six==1.17.0 --hash=sha256:{'0' * 64}\n"

MAKES = """
import sys
from pathlib import Path
from handler.local import environment
environment.LOCK_FILE = Path(sys.argv[1], "lock.txt")
environment.python(print, Path(sys.argv[1]))
"""


def _lock(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (folder / "lock.txt").write_text(text)
    monkeypatch.setattr(environment, "LOCK_FILE", folder / "lock.txt")


def test_the_lock_file_pins_every_package_by_hash_and_names_no_index() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert all(re.match(r"[a-z0-9-]+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", block) for block in blocks)
    assert f"ministack=={environment.VERSION} " in LOCK
    assert not re.search(r"://|--index|--find-links|--trusted-host|(^|\s)/", LOCK)


def test_a_package_that_is_not_the_locked_one_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the environment is not taken for complete."""
    _lock(tmp_path, monkeypatch, WRONG_HASH)
    with pytest.raises(InstallFailed, match="could not be installed"):
        environment.python(lambda _: None, tmp_path)
    assert not list(tmp_path.glob("*/.complete"))


def test_two_processes_make_it_once_and_later_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first. Another lock file means another environment."""
    _lock(tmp_path, monkeypatch, NOTHING)
    command = [sys.executable, "-c", MAKES, str(tmp_path)]
    makers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = "".join(maker.communicate()[0] for maker in makers)
    assert [maker.returncode for maker in makers] == [0, 0]
    assert said.count("installing the local AWS (") == 1
    made = environment.python(pytest.fail, tmp_path)
    _lock(tmp_path, monkeypatch, "# nothing, put in other words\n")
    assert made.parent.parent != environment._folder(tmp_path)


def test_what_was_left_half_done_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _lock(tmp_path, monkeypatch, NOTHING)
    folder = environment._folder(tmp_path)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text("half a file")
    python = environment.python(lambda _: None, tmp_path)
    asked = subprocess.run([python, "-c", "print(1)"], capture_output=True, text=True, check=True)
    assert asked.stdout == "1\n"


def test_a_python_without_venv_names_the_package_to_install() -> None:
    output = "The virtual environment was not created successfully because ensurepip is not available."
    name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert f"apt install {name}" in environment._explanation(["python"], output)
