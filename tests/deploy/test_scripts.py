"""The scripts that make and push images, run for real with tools that write down what they were asked."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from handler import __version__

ROOT = Path(__file__).parents[2]
REGISTRY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
REPOSITORY = f"{REGISTRY}/ticket-processor"
SCRIPTS = sorted(ROOT.glob("deploy/*.sh"))
TOOL = """#!/bin/bash
line=$(printf '%s' "${0##*/}"; printf ' %q' "$@")
echo "$line" >> "$CALLS"  # at once: two tools of a pipe write side by side
case "$*" in
  *get-login-password*) echo the-password ;;
  *describe-images*) [ -n "$PUSHED" ] || exit 254 ;;
  *--password-stdin*) [ "$(cat)" = the-password ] || exit 1 ;;
esac
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder of aws, docker and skopeo that keep a record in ``calls``."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("aws", "docker", "skopeo"):
        (folder / name).write_text(TOOL, encoding="utf-8")
        (folder / name).chmod(0o755)
    (tmp_path / "calls").touch()
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """As much of the project as the scripts look at, with images that were made."""
    project = tmp_path / "project"
    for name in (*(str(path.relative_to(ROOT)) for path in SCRIPTS), "handler/__init__.py"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes((ROOT / name).read_bytes())
        (project / name).chmod(0o755)
    for path in ROOT.glob("layers/*/.flox/env/manifest.toml"):
        copy = project / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path.read_bytes())
    (project / "build/images").mkdir(parents=True)
    for variant in ("avx2", "avx512", "arm64"):
        (project / f"build/images/ticket-processor-{__version__}-{variant}.tar").touch()
    return project


@pytest.fixture
def run(tools: Path, project: Path) -> Run:
    def run(script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{tools}:/usr/bin:/bin",
            "CALLS": str(tools.parent / "calls"),
            "PUSHED": "",
            "TMPDIR": str(tools.parent),
        }
        command = [str(project / "deploy" / script), *arguments]
        return subprocess.run(command, env=environment | variables, capture_output=True, text=True, check=False)

    return run


def _calls(tools: Path) -> list[str]:
    return (tools.parent / "calls").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("tool", ["skopeo", "docker"])
def test_a_dry_run_prints_the_very_commands_that_are_run(run: Run, tools: Path, tool: str) -> None:
    """A pipe of two is one line of the dry run, and nothing is run by it. What only asks, changes nothing."""
    printed = run("ecr-push.sh", "--dry-run", "--tool", tool, REPOSITORY)
    assert ([], "", 0) == (_calls(tools), printed.stderr, printed.returncode)
    assert run("ecr-push.sh", "--tool", tool, REPOSITORY).returncode == 0
    ran = [call for call in _calls(tools) if "describe-images" not in call]
    assert sorted(ran) == sorted(part for line in printed.stdout.splitlines() for part in line.split(" | "))


def test_each_variant_has_its_tag_and_the_list_holds_one_of_each_architecture(run: Run) -> None:
    printed = run("ecr-push.sh", "--dry-run", "--tool", "skopeo", REPOSITORY).stdout
    for variant in ("avx2", "avx512", "arm64"):
        archive = f"docker-archive:build/images/ticket-processor-{__version__}-{variant}.tar"
        assert f"{archive} docker://{REPOSITORY}:{__version__}-{variant}" in printed
    parts = f"{REPOSITORY}:{__version__}-avx2 {REPOSITORY}:{__version__}-arm64"
    assert printed.endswith(f"docker buildx imagetools create --tag {REPOSITORY}:{__version__} {parts}\n")


def test_one_machine_pushes_its_variants_and_another_makes_the_list(run: Run) -> None:
    """x86 and arm images are made on different machines."""
    pushed = run("ecr-push.sh", "--dry-run", "--tool", "skopeo", "--no-list", REPOSITORY, "arm64").stdout
    listed = run("ecr-push.sh", "--dry-run", "--tool", "skopeo", "--list-only", REPOSITORY).stdout
    assert ("imagetools" in pushed, pushed.count("skopeo copy")) == (False, 1)
    assert ("imagetools" in listed, listed.count("skopeo copy")) == (True, 0)


def test_a_tag_is_not_written_twice(run: Run, tools: Path) -> None:
    """What runs as this version today is what ran so yesterday."""
    done = run("ecr-push.sh", "--tool", "skopeo", REPOSITORY, "avx2", PUSHED="yes")
    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert f"{__version__}-avx2 is there already" in done.stderr
    assert not any(call.startswith("skopeo copy") for call in _calls(tools))


def test_the_password_is_never_an_argument(run: Run, tools: Path) -> None:
    """Arguments can be read by every process of the machine."""
    done = run("ecr-push.sh", "--tool", "skopeo", REPOSITORY, "avx2")
    assert "the-password" not in "".join(_calls(tools)) + done.stdout + done.stderr


def test_an_image_that_was_not_made_is_named(run: Run, tools: Path, project: Path) -> None:
    """Before anything is pushed."""
    (project / f"build/images/ticket-processor-{__version__}-arm64.tar").unlink()
    done = run("ecr-push.sh", "--tool", "skopeo", REPOSITORY)
    assert (2, []) == (done.returncode, _calls(tools))
    assert f"ticket-processor-{__version__}-arm64.tar is missing: run make images first" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "name the repository"),
        (["docker.io/somebody/image"], "is not <account>.dkr.ecr"),
        ([f"{REPOSITORY};reboot"], "is not <account>.dkr.ecr"),
        ([REPOSITORY, "sse4"], "sse4 is none of"),
        (["--tool", "podman", REPOSITORY], "neither skopeo nor docker"),
        (["--tool"], "--tool needs a value"),
        (["--force", REPOSITORY], "there is no option --force"),
        (["--list-only", "--no-list", REPOSITORY], "leave nothing to do"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(run: Run, arguments: list[str], reason: str) -> None:
    done = run("ecr-push.sh", *arguments)
    assert (2, 1, "") == (done.returncode, len(done.stderr.splitlines()), done.stdout)
    assert reason in done.stderr


def test_images_are_made_of_your_own_catalog(run: Run, tools: Path, project: Path) -> None:
    """Each variant of this machine, by flox, out of an environment in which your catalog's name stands."""
    flox = '#!/bin/bash\necho "$*" >> "$CALLS"\ncp "$3/.flox/env/manifest.toml" "${@: -1}"\n'
    (tools / "flox").write_text(flox, encoding="utf-8")
    (tools / "flox").chmod(0o755)
    assert run("images.sh", CATALOG="acme", MACHINE="x86_64").returncode == 0
    tags = [call.split("--tag ")[1].split()[0] for call in _calls(tools)]
    assert [f"{__version__}-avx2", f"{__version__}-avx512"] == tags
    made = (project / f"build/images/ticket-processor-{__version__}-avx512.tar").read_text(encoding="utf-8")
    assert 'pkg-path = "acme/ticket-processor-avx512"' in made
    assert "@CATALOG@/" not in made


@pytest.mark.parametrize(
    ("arguments", "variables", "reason"),
    [
        ([], {}, "set CATALOG"),
        ([], {"CATALOG": "a/b"}, "set CATALOG"),
        (["arm64"], {"CATALOG": "acme"}, "cannot be made on x86_64"),
        (["sse4"], {"CATALOG": "acme"}, "sse4 is none of"),
        ([], {"CATALOG": "acme"}, "flox is not installed"),
        ([], {"CATALOG": "acme", "MACHINE": "riscv64"}, "no variant is for riscv64"),
    ],
)
def test_images_that_cannot_be_made_say_why(
    run: Run, arguments: list[str], variables: dict[str, str], reason: str
) -> None:
    done = run("images.sh", *arguments, **{"MACHINE": "x86_64", **variables})
    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert reason in done.stderr


@pytest.mark.nix
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_finds_nothing(script: Path) -> None:
    done = subprocess.run(
        ["shellcheck", str(script)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stdout)
