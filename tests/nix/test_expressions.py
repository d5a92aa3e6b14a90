"""The Nix expressions, evaluated against a stub of nixpkgs: what cannot be built here is at least consistent."""

import json
import re
import tomllib
from typing import get_args

import pytest

from handler.inference.cpu import MACHINES, NEEDS
from handler.settings import Settings
from tests.nix.evaluator import ROOT, STUBBED, SYSTEMS, Nix

pytestmark = pytest.mark.nix

EXPRESSIONS = [ROOT / "flake.nix", *sorted(ROOT.glob("layers/nix/*.nix")), *sorted(ROOT.glob(".flox/pkgs/*.nix"))]
VARIANTS = {name for option in get_args(Settings.model_fields["cpu_variant"].annotation) for name in get_args(option)}


def _drv(nix: Nix, variant: str, system: str, suffix: str = "") -> str:
    return str(nix.flake(f"packages.{system}.ticket-processor-{variant}{suffix}.drvPath"))


def _builds(nix: Nix) -> list[tuple[str, str]]:
    return [
        (name, system) for name, variant in nix.file("layers/nix/variants.nix").items() for system in variant["systems"]
    ]


@pytest.mark.parametrize("path", EXPRESSIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_expression_parses(nix: Nix, path: str) -> None:
    """Syntax, and names that nobody binds."""
    assert nix.run("nix-instantiate", "--parse", str(path))


def test_the_flake_is_whole(nix: Nix) -> None:
    """Every package, image and shell of every system can be made into a derivation."""
    nix.run("nix", "flake", "check", "--no-build", f"path:{nix.project}", *STUBBED)
    assert set(nix.flake("packages", "--apply", "builtins.attrNames")) == SYSTEMS
    names = {system: set(nix.flake(f"packages.{system}", "--apply", "builtins.attrNames")) for system in SYSTEMS}
    for variant, system in _builds(nix):
        made = {f"ticket-processor-{variant}", f"ticket-processor-{variant}-torch", f"image-{variant}"}
        assert made <= names[system]
    assert "ticket-processor-arm64" not in names["x86_64-linux"]
    assert not {"ticket-processor-avx2", "ticket-processor-avx512"} & names["aarch64-linux"]


def test_variants_have_the_same_words_everywhere(nix: Nix) -> None:
    """Settings, guard, Nix and Flox: one list of names, and the guard demands what the data says."""
    data = nix.file("layers/nix/variants.nix")
    assert VARIANTS == set(data) == set(NEEDS)
    assert {path.stem.removeprefix("ticket-processor-") for path in ROOT.glob(".flox/pkgs/*.nix")} == VARIANTS
    assert {name: set(variant["features"]) for name, variant in data.items()} == NEEDS
    machines = {name: {s.split("-")[0] for s in variant["systems"]} for name, variant in data.items()}
    assert all(machines[name] <= MACHINES[name] for name in MACHINES)


def test_no_flag_lets_the_compiler_use_what_the_guard_does_not_demand(nix: Nix) -> None:
    """Or an image would die of an illegal instruction on a processor that the guard let through."""
    for variant in nix.file("layers/nix/variants.nix").values():
        features = {flag.removeprefix("-m") for flag in variant["flags"] if not flag.startswith("-mtune=")}
        assert features <= set(variant["features"])


def test_variants_differ_and_carry_their_flags_to_the_engine(nix: Nix) -> None:
    """The library that computes is compiled with them, in the Python that the package runs, and nothing else is."""
    data = nix.file("layers/nix/variants.nix")
    made = {(variant, system): _drv(nix, variant, system) for variant, system in _builds(nix)}
    assert len(set(made.values())) == len(made) == 5
    for (variant, _), drv in made.items():
        path = ("python-3.13-env", "python-ctranslate2", "ctranslate2-0")
        wanted = data[variant]["flags"]
        assert nix.part(drv, *path).get("NIX_CFLAGS_COMPILE", "").split() == wanted
        assert [env for env in nix.closure(drv) if "NIX_CFLAGS_COMPILE" in env] == (
            [nix.part(drv, *path)] if wanted else []
        )
        assert f"TICKETS_CPU_VARIANT {variant}\n" in nix.part(drv)["installPhase"]


def test_torch_is_there_where_its_backend_is_chosen(nix: Nix) -> None:
    """Without CUDA, with the variant's flags; and not in the other packages, where it would be most of their size."""
    torch = nix.part(_drv(nix, "avx2", "x86_64-linux", "-torch"), "python-3.13-env", "python-torch")
    assert torch["options"] == '{"cudaSupport":false,"tritonSupport":false}'
    assert torch["NIX_CFLAGS_COMPILE"].split() == ["-mavx2", "-mfma"]
    assert "python-torch" not in {env["name"] for env in nix.closure(_drv(nix, "avx2", "x86_64-linux"))}


def test_flox_and_the_flake_build_the_same(nix: Nix) -> None:
    """Each file of .flox/pkgs is one line that calls the one expression."""
    for variant, system in _builds(nix):
        path = f".flox/pkgs/ticket-processor-{variant}.nix"
        assert len((nix.project / path).read_text(encoding="utf-8").splitlines()) == 1
        text = f"(({nix.stub(system)}).callPackage {nix.project / path} {{ }}).drvPath"
        assert _drv(nix, variant, system) == nix.expression(text)


def test_a_variant_that_there_is_not_is_refused_by_name(nix: Nix) -> None:
    """And so are a backend that there is not, and a variant on a system that it is not for."""
    path = "layers/nix/package.nix"
    assert "variant sse4 is none of arm64 avx2 avx512 generic" in nix.refused(path, '{ variant = "sse4"; }')
    assert "backend onnx is neither" in nix.refused(path, '{ backend = "onnx"; }')
    assert "is not for x86_64-linux" in nix.refused(path, '{ variant = "arm64"; }')


def test_nix_installs_what_pyproject_asks_for(nix: Nix) -> None:
    """No dependency is forgotten, none is left over; Lambda's runtime client comes with the function's program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = nix.file("layers/nix/dependencies.nix")
    wanted = {re.split(r"[\[>=]", line)[0] for line in project["dependencies"]}
    assert wanted | {"awslambdaric"} == set(names["always"])
    extra = {re.split(r"[\[>=]", line)[0] for line in project["optional-dependencies"]["torch"]}
    assert (extra, []) == (set(names["torch"]), names["ctranslate2"])


def test_wheels_are_those_of_the_locks(nix: Nix) -> None:
    """The same versions with the same hashes that pip would take."""
    locks = [ROOT / "requirements/runtime.txt", ROOT / "tests/nix/runtime-client.txt"]
    text = "".join(path.read_text(encoding="utf-8") for path in locks)
    entries = {block.split("==")[0]: block for block in re.split(r"\n(?=\S)", text)}
    for name, wheel in nix.file("layers/nix/wheels.nix").items():
        entry = entries[name.replace("_", "-")]
        assert entry.split()[0].endswith(f"=={wheel.pop('version')}")
        assert wheel
        assert all(f"--hash=sha256:{digest}" in entry for digest in wheel.values())


def test_the_image_starts_as_lambda_demands(nix: Nix) -> None:
    """Our own program as its entry point, an unprivileged user, models inside of it."""
    image = nix.flake("packages.x86_64-linux.image-avx2.drvPath")
    config = json.loads(nix.part(image)["config"])
    assert (["/bin/ticket-processor-lambda"], "993:990") == (config["Entrypoint"], config["User"])
    lock = tomllib.loads((ROOT / "handler/inference/models.lock.toml").read_text(encoding="utf-8"))["models"]["minilm"]
    fetched = {env["outputHash"] for env in nix.closure(image) if "huggingface.co" in env.get("url", "")}
    assert fetched == {pin["sha256"] for pin in lock["files"].values()}
