"""What ``make sam-local`` does before there is a container, with tools that write down what they were asked."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from handler.local.server import free_port
from handler.operations.doctor.document import under
from layers.inventory import locked
from tests.deploy.template import BODY, ROOT
from tests.sam_local import base, engine, project
from tests.sam_local.base import Base
from tests.sam_local.forward import forwarded

LINE = "sam-local: "
DOCKER = """#!/bin/sh
echo "docker $*" >> "$CALLS"
case "$1" in
  version) [ -n "$RUNS" ] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; } ;;
  pull) [ -n "$REGISTRY" ] || { echo "lookup registry: no such host" >&2; exit 1; } ;;
  images) [ -z "$MADE" ] || echo "sha256:$3" ;;
  run) [ -z "$REFUSED" ] || { echo "operation not permitted" >&2; exit 125; }; echo 3.11 ;;
  image) echo "python@sha256:0123" ;;
  import) cat > /dev/null ;;
  network) echo "$ADDRESSES" ;;
esac
"""
DEBOOTSTRAP = """#!/bin/sh
echo "debootstrap $*" >> "$CALLS"
for root; do :; done
for place in cache/apt lib/apt/lists log; do mkdir -p "$root/var/$place"; done
for place in doc man locale; do mkdir -p "$root/usr/share/$place"; done
touch "$root/var/log/old"
"""
CHROOT = """#!/bin/sh
echo "chroot $*" >> "$CALLS"
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A docker that answers, a registry that does not, and a debootstrap; ``calls`` has what they were asked."""
    for name, text in (("docker", DOCKER), ("debootstrap", DEBOOTSTRAP), ("chroot", CHROOT)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "calls").touch()
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("RUNS", "yes")
    for name in ("REGISTRY", "MADE", "REFUSED", "DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(base, "SCRATCH", str(tmp_path))
    return tmp_path / "calls"


def _asked(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command as make starts it; there is no sam, so it never gets further than what is tested."""
    return subprocess.run(
        [sys.executable, "-m", "tests.sam_local", "/nowhere", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_registry_comes_first_and_debian_where_there_is_none(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One switch, tried in that order."""
    assert (base.DEBIAN, base.DEBIAN_BUILDER, "3.11") == _parts(base.choose("auto"))
    calls = [line.split()[0:2] for line in tools.read_text().splitlines()]
    assert calls.index(["docker", "pull"]) < calls.index(["debootstrap", "--variant=minbase"])
    monkeypatch.setenv("REGISTRY", "yes")
    tools.write_text("", encoding="utf-8")
    assert (base.default_image(), base.default_image(), "3.11") == _parts(base.choose("auto"))
    assert "debootstrap" not in tools.read_text()


def test_debian_is_asked_for_without_trying_a_registry_and_made_once(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base.choose("debian")
    monkeypatch.setenv("MADE", "yes")
    base.choose("debian")
    calls = tools.read_text()
    assert (0, 1) == (calls.count("docker pull"), calls.count("debootstrap"))
    imported = re.findall(r"docker import .* (\S+)\n", calls)
    assert [base.DEBIAN_BUILDER, base.DEBIAN] == imported
    assert calls.index(f"- {base.DEBIAN_BUILDER}") < calls.index(f"purge -y --autoremove {base.BUILDING}")


def _parts(found: Base) -> tuple[str, str, str]:
    return found.python, found.builder, found.version


@pytest.mark.parametrize(
    ("arguments", "variables", "reason"),
    [
        (["--base", "registry"], {}, "cannot be pulled: lookup registry: no such host"),
        (["--base", "debian"], {"REFUSED": "yes", "MADE": "yes"}, "no container runs here: operation not permitted"),
        ([], {"RUNS": "", "DOCKER_HOST": "tcp://10.0.0.1:1"}, "no Docker answers at DOCKER_HOST=tcp://10.0.0.1:1"),
        ([], {"AWS_ENDPOINT_URL": "https://sqs.eu-west-1.amazonaws.com"}, "is not this machine"),
        (["--parameter", "MemoryMb=512"], {}, "template.yaml: MemoryMb=512 is not between 1024 and 10240"),
        (["--parameter", "CpuVariant=sse4"], {}, "CpuVariant=sse4 is none of generic, avx2, avx512, arm64"),
        (["--parameter", "Memory=2048"], {}, "has no parameter Memory"),
    ],
)
def test_what_stands_in_the_way_is_one_line(
    tools: Path, arguments: list[str], variables: dict[str, str], reason: str
) -> None:
    """And exit code 2."""
    done = _asked(*arguments, **variables)
    said = [line for line in done.stderr.splitlines() if line.startswith(LINE)]
    assert (2, 1, "") == (done.returncode, len(said), done.stdout)
    assert reason in said[0]
    assert "Traceback" not in done.stderr


def test_without_docker_nobody_but_root_is_given_one(tools: Path) -> None:
    """It says what to do."""
    code = "import os; os.geteuid = lambda: 1000\nfrom tests.sam_local import engine\nwith engine.ready(): pass"
    environment = {**os.environ, "RUNS": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert 2 == done.returncode
    assert [f"{LINE}no Docker answers (Cannot connect to the Docker daemon): "] == [
        line.partition("start it")[0] for line in done.stderr.splitlines()
    ]


def test_a_taken_port_is_one_line_before_anything_is_started(tools: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = _asked("--port", str(port))
    assert (2, "") == (done.returncode, tools.read_text())
    assert f"{LINE}127.0.0.1:{port} cannot be listened on (Address already in use)" in done.stderr


def test_the_wheels_are_those_that_the_dockerfile_installs() -> None:
    """The same entries go: here by Python, there by awk."""
    dockerfile = (ROOT / "deploy/docker/Dockerfile").read_text(encoding="utf-8")
    [program] = re.findall(r"awk '([^']+)' /wheelhouse/lambda.txt", dockerfile)
    lock = ROOT / "requirements/lambda.txt"
    by_awk = subprocess.run(["awk", program, str(lock)], capture_output=True, text=True, check=True).stdout  # noqa: S607
    assert by_awk == locked(lock.read_text(encoding="utf-8"))
    assert "localstack-client==" not in by_awk


def test_sam_builds_the_projects_own_template(tmp_path: Path) -> None:
    """Only the build's arguments and what a local AWS needs are others: the rest is what is deployed."""
    staged = project.Project(tmp_path, Base("python", "builder", "3.11"), "avx2", "fast")
    made, ours = project.template(staged), json.loads(json.dumps(BODY))
    function = ours["Resources"]["Function"]
    function["Metadata"]["DockerBuildArgs"] |= {"PYTHON": "python", "BUILDER": "builder"}
    function["Metadata"] |= {"DockerImage": "ticket-processor-sam", "DockerTag": "fast"}
    function["Properties"]["Environment"]["Variables"] |= project.DECLARED
    assert ours == made
    assert under(made, {"MemoryMb": "2048"}).resources("AWS::Serverless::Function")["Function"]["MemorySize"] == "2048"


def test_the_copy_holds_what_the_dockerfile_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the models and wheels that no build has to fetch, and no compiled leftovers."""
    monkeypatch.setattr(project, "FOLDER", tmp_path / "build")
    wheels, models = tmp_path / "wheels", tmp_path / "models"
    for path in (wheels / "a.whl", models / "converted/minilm-int8/model.bin", models / "sources/large"):
        path.parent.mkdir(parents=True)
        path.touch()
    monkeypatch.setattr(project, "_wheels", lambda version: wheels)
    staged = project.stage(Base("python", "builder", "3.11"), "fast", models).folder
    found = {str(path.relative_to(staged)) for path in staged.rglob("*") if path.is_file()}
    assert {".wheelhouse/a.whl", ".models/converted/minilm-int8/model.bin", "handler/entry.py"} <= found
    assert {"deploy/docker/Dockerfile", "requirements/lambda.txt", ".dockerignore", "template.json"} <= found
    assert not [name for name in found if "__pycache__" in name or name.endswith("large")]


def test_containers_are_let_in_through_another_address() -> None:
    """The local AWS stays on loopback; what is said there comes back, however much it is."""
    port = free_port()
    with closing(socket.create_server(("127.0.0.1", port))) as server, forwarded("127.0.0.1", port) as outside:
        Thread(target=_answer, args=(server,), daemon=True).start()
        with urllib.request.urlopen(f"http://127.0.0.1:{outside}/", timeout=10) as answer:
            assert b"x" * 1_000_000 == answer.read()


def _answer(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        ({"Subnet": "172.17.0.0/16"}, "172.17.0.1"),
        ({"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.9"}, "172.17.0.9"),
    ],
)
def test_containers_find_this_machine_though_docker_runs_for_the_first_time(
    addresses: dict[str, str], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker 20.10 tells no gateway of a bridge that it has just made."""
    monkeypatch.setenv("ADDRESSES", json.dumps(addresses))
    assert engine.gateway() == found
