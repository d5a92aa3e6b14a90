"""Our renderer against the real kustomize, where this machine has one."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.deploy.kustomize import COMPONENTS, KUBERNETES, OVERLAYS, Object, render

DOCS = KUBERNETES.parents[1] / "docs"


@cache
def kustomize() -> tuple[str, ...]:
    """The command of one that knows components and patches: kustomize 5, or kubectl with it in."""
    for command, version in (
        (("kustomize", "build"), ("version",)),
        (("kubectl", "kustomize"), ("version", "--client")),
    ):
        if shutil.which(command[0]):
            said = subprocess.run([command[0], *version], capture_output=True, text=True, check=False).stdout
            found = re.search(
                r"(?:Kustomize Version: |^|/)v([0-9]+)\.", said.replace("Client Version", ""), re.MULTILINE
            )
            if found and int(found[1]) >= 5:
                return command
    return ()


def by_name(objects: list[Object]) -> dict[tuple[str, str], Object]:
    return {(one["kind"], one["metadata"]["name"]): one for one in objects}


def built(folder: Path) -> list[Object]:
    if not kustomize():
        pytest.skip("no kustomize 5 on this machine: rendered by tests/deploy/kustomize.py alone")
    done = subprocess.run([*kustomize(), str(folder)], capture_output=True, text=True, check=True)
    return list(yaml.safe_load_all(done.stdout))


@pytest.mark.parametrize("folder", OVERLAYS, ids=lambda folder: folder.name)
def test_we_render_what_kustomize_renders(folder: Path) -> None:
    """Hashes of names included; otherwise every other test here would look at something that nobody applies."""
    assert by_name(built(folder)) == by_name(render(folder))


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda folder: folder.name)
def test_every_component_fits_an_overlay(component: Path, tmp_path: Path) -> None:
    """Those too that no overlay of ours takes: they are there for yours."""
    overlay = tmp_path / "mine"
    overlay.mkdir()
    base, wanted = (os.path.relpath(path, overlay) for path in (KUBERNETES / "base", component))  # never absolute
    text = yaml.safe_dump({"namespace": "tickets", "resources": [base], "components": [wanted]})
    (overlay / "kustomization.yaml").write_text(text)
    rendered = render(overlay)
    assert by_name(built(overlay)) == by_name(rendered)
    assert {"tickets"} == {one["metadata"]["namespace"] for one in rendered if "namespace" in one["metadata"]}


@pytest.mark.parametrize("page", ["kubernetes.md", "imageless-kubernetes.md"])
def test_the_documentation_s_overlays_are_kustomize_s_too(page: str, tmp_path: Path) -> None:
    """What a reader copies is read by the real one; what it has to replace is test_kubernetes.py's business."""
    (text,) = re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    overlays = os.path.relpath(KUBERNETES / "overlays", tmp_path)
    (tmp_path / "kustomization.yaml").write_text(text.replace("  - ../", f"  - {overlays}/"))
    assert by_name(built(tmp_path)) == by_name(render(tmp_path))


def test_what_the_renderer_does_not_know_is_an_error(tmp_path: Path) -> None:
    """Silence would be another result than kustomize's."""
    (tmp_path / "kustomization.yaml").write_text("namePrefix: x-\n")
    with pytest.raises(ValueError, match="namePrefix"):
        render(tmp_path)
