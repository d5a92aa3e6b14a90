"""template.yaml as the tests read it, and as a stack on the local AWS."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handler.operations.doctor.document import Document, load

ROOT = Path(__file__).parents[2]
PATH = ROOT / "template.yaml"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ticket-processor:1"


def parsed(**parameters: str) -> Document:
    """The template under ``parameters``, with its intrinsics resolved."""
    return load(PATH, {"ImageUri": IMAGE, **parameters})
