"""The image as its Dockerfile says it: what it holds, in which order, and what starts. ``make sam-local`` builds it."""

import re

import pytest

from tests.deploy.template import BODY, ROOT

TEXT = (ROOT / "deploy/docker/Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STAGES = {
    name: body.splitlines()
    for name, body in re.findall(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM |\Z)", TEXT, re.MULTILINE | re.DOTALL)
}


def values(stage: str, instruction: str) -> list[str]:
    """What follows an instruction in a stage, in order."""
    return [line.partition(" ")[2] for line in STAGES[stage] if line.startswith(instruction + " ")]


def test_layers_come_in_the_order_in_which_they_change() -> None:
    """Libraries, models, code: an edit of the code ships one small layer."""
    assert ["/opt/venv", "/opt/models", "/opt/app"] == [copied.split()[-1] for copied in values("image", "COPY")]


def test_nobody_is_root_and_nothing_of_ours_is_written() -> None:
    """But where sam adds its emulator to the image, which it does as the image's user."""
    users = {stage: values(stage, "USER") for stage in STAGES if values(stage, "USER")}
    assert {"image": ["993:993"], "sam": ["0:0"]} == users
    (variables,) = values("image", "ENV")
    assert {"PYTHONDONTWRITEBYTECODE=1", "HOME=/tmp", "TICKETS_CPU_VARIANT=${VARIANT}"} <= set(variables.split())


def test_the_function_starts_as_the_template_says() -> None:
    """And is the last stage, which a build without a target makes."""
    image = BODY["Resources"]["Function"]["Properties"]["ImageConfig"]
    quoted = [f'["{part[0]}"]' for part in (image["EntryPoint"], image["Command"])]
    assert quoted == [*values("function", "ENTRYPOINT"), *values("function", "CMD")]
    assert quoted == [*values("sam", "ENTRYPOINT"), *values("sam", "CMD")]
    assert "function" == list(STAGES)[-1]
    assert ['["ticket-processor"]', '["worker"]'] == [*values("worker", "ENTRYPOINT"), *values("worker", "CMD")]
    assert ["8080 9090"] == values("worker", "EXPOSE")


def test_every_script_that_starts_is_made_and_leads_to_its_function() -> None:
    """As pyproject.toml has them."""
    scripts = dict(re.findall(r'^(ticket-processor[a-z-]*) = "([\w.:]+)"', (ROOT / "pyproject.toml").read_text(), re.M))
    made = re.findall(r"from ([\w.]+) import (\w+)\\n\w+\(\)\\n' > /opt/app/bin/(\S+)", TEXT)
    assert scripts == {name: f"{module}:{function}" for module, function, name in made}


@pytest.mark.parametrize("wanted", ["--require-hashes", "--only-binary=:all:", "--no-cache-dir"])
def test_libraries_are_those_of_the_lock(wanted: str) -> None:
    assert any(wanted in line for line in values("libraries", "RUN"))


def test_the_lock_of_the_image_is_the_runtimes_and_the_runtime_client() -> None:
    """The same versions, and no torch."""
    locks = {name: _pins(name) for name in ("runtime", "lambda")}
    assert locks["runtime"].items() <= locks["lambda"].items()
    assert {"awslambdaric", "simplejson", "snapshot-restore-py"} == set(locks["lambda"]) - set(locks["runtime"])
    assert "torch" not in locks["lambda"]


def test_what_sam_builds_is_what_the_parameters_default_to() -> None:
    metadata, parameters = BODY["Resources"]["Function"]["Metadata"], BODY["Parameters"]
    assert (ROOT / metadata["DockerContext"] / metadata["Dockerfile"]).is_file()
    assert metadata["DockerBuildTarget"] in STAGES
    arguments = {"VARIANT": parameters["CpuVariant"]["Default"], "PROFILE": parameters["Profile"]["Default"]}
    assert arguments == metadata["DockerBuildArgs"]


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
