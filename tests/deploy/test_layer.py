"""The function without an image: its dependencies and its model as Lambda layers, out of ``make layer``."""

import json
import os
import platform
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handler.local import function
from handler.local.clients import Aws
from handler.local.resources import Resources
from layers import archive
from tests.factories import ticket_fields

SECONDS = 60
BUCKET = "layers"  # above 50 MB a layer is published from a bucket, on AWS as here


def _folder(folder: Path, names: list[str]) -> Path:
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
        os.utime(folder / name, (number, number))
    return folder


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    """Whatever order and time they were written in: a layer that did not change need not be published again."""
    names = ["b/__init__.py", "a.so", "b/c/d.py", "a-1.dist-info/RECORD"]
    made = []
    for attempt in range(2):
        random.Random(attempt).shuffle(names)  # noqa: S311 - an order, not a secret
        archive.archive(_folder(tmp_path / str(attempt), names), "python", tmp_path / f"{attempt}.zip")
        made.append((tmp_path / f"{attempt}.zip").read_bytes())
    assert made[0] == made[1]


def test_a_layer_holds_packages_and_no_leftovers(tmp_path: Path) -> None:
    """Programs have the builder's paths in them, compiled files its moments; a package's own `bin` is part of it."""
    names = ["bin/tool", "a/__init__.py", "a/bin/x", "a/__pycache__/b.pyc", "a.libs/c.so.1", ".hidden/d"]
    archive.archive(_folder(tmp_path / "from", names), "python", tmp_path / "to.zip")
    with zipfile.ZipFile(tmp_path / "to.zip") as made:
        expected = {f"python/{name}" for name in (".hidden/d", "a.libs/c.so.1", "a/__init__.py", "a/bin/x")}
        assert expected == set(made.namelist())


def test_bytes_are_counted_by_package(tmp_path: Path) -> None:
    """A package's libraries and metadata are its own."""
    names = ["numpy/core.py", "numpy.libs/blas.so", "numpy-2.dist-info/RECORD", "six.py"]
    found = archive.sizes(_folder(tmp_path, names))
    assert {"numpy": sum(map(len, names[:3])), "six.py": len("six.py")} == found


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The true zips, with their dependencies from the package index."""
    output = tmp_path_factory.mktemp("layer")
    found = archive.build(output)
    assert {"ctranslate2", "numpy", "(MiniLM)", "(handler)"} <= set(found)
    assert sum(found.values()) <= archive.LIMIT
    return output


@pytest.fixture
def deployed(aws: Aws, resources: Resources, layer: Path, tmp_path: Path) -> Iterator[Resources]:
    """The function with both layers and without this environment's libraries.

    The local AWS enforces the 250 MB, but merges layers somewhere else than in /opt, so what lies in /opt/models on
    AWS is unpacked here.
    """
    aws.s3.create_bucket(Bucket=BUCKET)
    with zipfile.ZipFile(layer / archive.MODELS_ZIP) as models:
        models.extractall(tmp_path)
    arns = [_publish(aws, layer / name) for name in (archive.DEPENDENCIES_ZIP, archive.MODELS_ZIP)]
    function.deploy(aws, resources)
    variables = function.environment(aws, resources, tmp_path / archive.MODELS)
    del variables["PYTHONPATH"]
    name = resources.names.function
    aws.functions.update_function_configuration(FunctionName=name, Layers=arns, Environment={"Variables": variables})
    yield resources
    function.remove(aws, resources.names)


def _publish(aws: Aws, path: Path) -> str:
    aws.s3.put_object(Bucket=BUCKET, Key=path.name, Body=path.read_bytes())
    content = {"S3Bucket": BUCKET, "S3Key": path.name}
    return str(aws.functions.publish_layer_version(LayerName=path.stem, Content=content)["LayerVersionArn"])  # type: ignore[arg-type]


@pytest.mark.nix
@pytest.mark.models
@pytest.mark.skipif(platform.system() != "Linux", reason="layers are made of Linux's wheels")
def test_a_function_of_layers_enriches_a_ticket(aws: Aws, deployed: Resources) -> None:
    """With nothing but what is in the zips: the emulator's own Python has no such libraries."""
    aws.s3.put_object(Bucket=deployed.names.raw_bucket, Key="t.json", Body=json.dumps(ticket_fields("T-1")).encode())
    row = _row(aws, deployed)
    assert ("complete", "T-1") == (row["status"]["S"], row["ticket_id"]["S"])
    stored = aws.s3.get_object(Bucket=deployed.names.enriched_bucket, Key=row["s3_key"]["S"])["Body"].read()
    assert 384 == len(json.loads(stored)["enrichment"]["embedding"])


def _row(aws: Aws, resources: Resources) -> dict[str, Any]:
    """The one row of the table, once it is there."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if found := aws.dynamodb.scan(TableName=resources.names.table)["Items"]:
            return dict(found[0])
        time.sleep(0.2)
    pytest.fail(f"no row after {SECONDS} seconds")
