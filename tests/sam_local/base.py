"""What the image begins with: the registry's slim Python, or where no registry can be reached one made of Debian."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.sam_local.engine import docker, install, last_words, refuse, say

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy/docker/Dockerfile"
WISHES = ("auto", "registry", "debian")
PULL_SECONDS = 300

SUITE = "bookworm"
DEBIAN = f"ticket-processor-debian:{SUITE}"
DEBIAN_BUILDER = f"{DEBIAN}-builder"
RUNTIME = "python3,ca-certificates"
BUILDING = "python3-venv"  # with what it draws in, taken out again for the base
SCRATCH = "/var/tmp"  # noqa: S108 - a system is made in it by root, in a folder of its own; /tmp may be mounted nodev
EMPTIED = ("var/cache/apt", "var/lib/apt/lists", "var/log", "usr/share/doc", "usr/share/man", "usr/share/locale")


@dataclass(frozen=True)
class Base:
    """The Dockerfile's PYTHON and BUILDER, and the Python that is in them, such as 3.11."""

    python: str
    builder: str
    version: str


def choose(wish: str) -> Base:
    """``auto`` tries the registry first. Refuses where neither can be had, or no container runs at all."""
    image = default_image()
    reason = "" if wish == "debian" else _pull(image)
    if wish == "registry" and reason:
        refuse(f"{image} cannot be pulled: {reason}")
    if wish == "debian" or reason:
        say(f"the base is made of Debian {SUITE}" + (f", since {image} cannot be pulled: {reason}" if reason else ""))
        _debian()
        return _proven(DEBIAN, DEBIAN_BUILDER)
    say(f"the base is {docker('image', 'inspect', image, '--format', '{{index .RepoDigests 0}}')}")
    return _proven(image, image)


def default_image() -> str:
    """What the Dockerfile names."""
    [found] = re.findall(r"^ARG PYTHON=(\S+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    return str(found)


def _pull(image: str) -> str:
    """Why the image is not here; nothing if it is."""
    try:
        docker("pull", "--quiet", image, seconds=PULL_SECONDS)
    except subprocess.CalledProcessError as error:
        return "" if _is_here(image) else last_words(error.stderr)
    except subprocess.TimeoutExpired:
        return "" if _is_here(image) else f"the registry does not answer within {PULL_SECONDS} s"
    return ""


def _is_here(image: str) -> bool:
    return bool(docker("images", "--quiet", image))


def _proven(python: str, builder: str) -> Base:
    """Runs a container: what Docker has installed, the kernel may still refuse."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        version = docker("run", "--rm", "--entrypoint", "python3", python, "-c", question)
    except subprocess.CalledProcessError as error:
        refuse(f"Docker answers, but no container runs here: {last_words(error.stderr)}")
    return Base(python, builder, version)


def _debian() -> None:
    """Both images, unless they are here: the builder's first, then without what only building needs."""
    if _is_here(DEBIAN) and _is_here(DEBIAN_BUILDER):
        return
    install("debootstrap")
    with tempfile.TemporaryDirectory(prefix="sam-local-", dir=SCRATCH) as folder:
        root = Path(folder) / "root"
        _run("debootstrap", "--variant=minbase", f"--include={RUNTIME},{BUILDING}", SUITE, str(root))
        _empty(root)
        _import(root, DEBIAN_BUILDER)
        _run("chroot", str(root), "apt-get", "purge", "-y", "--autoremove", BUILDING)
        _empty(root)
        _import(root, DEBIAN)


def _empty(root: Path) -> None:
    """Of what no program reads; the folders stay."""
    for place in EMPTIED:
        for entry in (root / place).iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        refuse(f"{command[0]} failed: {last_words(done.stderr.strip() or done.stdout)}")


def _import(root: Path, tag: str) -> None:
    with subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as archive:
        docker("import", "--change", 'CMD ["python3"]', "-", tag, stdin=archive.stdout)
    if archive.returncode:
        refuse(f"tar failed on {root}")
