"""The workflows for users: pinned, with no more rights than they use, and without a key to keep."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
TOOLS = ROOT / ".venv-packaging/bin"

# The commits that were verified, and how: docs/publishing.md. A new one is added there and here.
VERIFIED = {
    "actions/checkout": ("08c6903cd8c0fde910a37f88322edcfb5dd907a8", "v5.0.0"),
    "actions/setup-python": ("e797f83bcb11b83ae66e0230d6156d7c80228e7c", "v6.0.0"),
    "actions/upload-artifact": ("ea165f8d65b6e75b540449e92b4886f43607fa02", "v4.6.2"),
    "aws-actions/configure-aws-credentials": ("61815dcd50bd041e203e49132bacad1fd04d2708", "v5.1.1"),
}
RIGHTS = {
    "test.yml": {"test": {"contents": "read"}, "packaging": {"contents": "read"}},
    "images.yml": {
        "build": {"contents": "read"},
        "push": {"contents": "read", "actions": "read", "id-token": "write"},
    },
}

each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(_text(path)))


def _steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in _read(path)["jobs"].values() for step in job["steps"]]


@each
def test_actions_are_pinned_to_commits_that_were_verified(path: Path) -> None:
    """A tag can be moved to anything at any time. The comment says which version it is."""
    used = re.findall(r"uses: (\S+)(?: # (\S+))?$", _text(path), re.MULTILINE)
    assert len(used) == sum("uses" in step for step in _steps(path)) > 0
    assert [] == [
        (action, version)
        for action, version in used
        if VERIFIED[action.partition("@")[0]] != (action.partition("@")[2], version)
    ]


def test_the_documentation_says_how_each_commit_was_verified() -> None:
    page = (ROOT / "docs/publishing.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page and f"`{commit}`" in page for name, (commit, _) in VERIFIED.items())


@each
def test_rights_are_given_to_jobs_and_no_more_than_they_use(path: Path) -> None:
    """The workflow itself has none; only the job that pushes can take the role."""
    workflow = _read(path)
    assert {} == workflow["permissions"]
    assert RIGHTS[path.name] == {name: job["permissions"] for name, job in workflow["jobs"].items()}


@each
def test_there_are_no_keys_to_keep(path: Path) -> None:
    """AWS is reached with GitHub's own token for a role, and nothing of git's is left on the disk."""
    assert not re.search(r"secrets\.|aws-access-key-id|aws-secret-access-key|AKIA", _text(path))
    checkouts = [step for step in _steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@each
def test_what_others_can_write_never_reaches_a_shell_as_text(path: Path) -> None:
    """The name of a branch can be a command. Expressions come into scripts as variables only."""
    assert [] == [step["run"] for step in _steps(path) if "${{" in step.get("run", "")]
    assert "pull_request_target" not in _text(path)


@each
def test_every_job_ends(path: Path) -> None:
    assert all(0 < job["timeout-minutes"] <= 120 for job in _read(path)["jobs"].values())


@each
def test_verbs_and_scripts_are_there(path: Path) -> None:
    """What a workflow calls is part of this repository."""
    verbs = re.findall(r"^([\w-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    scripts = "\n".join(step.get("run", "") for step in _steps(path))
    assert set(" ".join(re.findall(r"\bmake ([\w -]+)", scripts)).split()) <= set(verbs)
    assert all((ROOT / name).is_file() for name in re.findall(r"\bdeploy/\S+\.sh", scripts))


def test_each_variant_is_made_on_its_own_processor() -> None:
    """An image has the architecture of the machine that makes it; the whole system is tested on both."""
    builds = _read(ROOT / ".github/workflows/images.yml")["jobs"]["build"]["strategy"]["matrix"]["include"]
    runners = {build["variant"]: build["runner"] for build in builds}
    assert {"avx2": "ubuntu-24.04", "avx512": "ubuntu-24.04", "arm64": "ubuntu-24.04-arm"} == runners
    tests = _read(ROOT / ".github/workflows/test.yml")["jobs"]["test"]["strategy"]["matrix"]["runner"]
    assert set(runners.values()) == set(tests)


@pytest.mark.nix
@each
def test_the_workflow_keeps_to_githubs_schema(path: Path) -> None:
    """SchemaStore's, as check-jsonschema carries it."""
    assert 0 == _checked("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)).returncode


@pytest.mark.nix
@each
def test_zizmor_finds_nothing(path: Path) -> None:
    """An audit of workflows: injection, rights, caches, pins. Offline, so it asks GitHub for nothing."""
    done = _checked("zizmor", "--offline", "--no-progress", "--persona=auditor", "--format=json", str(path))
    assert [] == [finding["ident"] for finding in json.loads(done.stdout)], done.stdout


def _checked(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    if not (TOOLS / tool).is_file():
        pytest.fail(f"{tool} is not here: run these tests with `make nix`")
    return subprocess.run([str(TOOLS / tool), *arguments], capture_output=True, text=True, check=False)
