"""What int8 does to MiniLM's neighbours: ``python -m benchmarks.neighbours TEXTS.txt``, one text a line.

Real weights, on CTranslate2 in float32 and in int8.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from handler import profiles
from handler.domain.ports import Vectors
from handler.inference.artifacts import source_folder
from handler.inference.conversion.convert import Precision, convert
from handler.inference.engine.files import Converted
from handler.inference.engine.minilm import MiniLM
from handler.inference.pins import model_pins
from handler.settings import Settings

FIRST = 5


def embeddings(texts: list[str], precision: Precision, root: Path) -> Vectors:
    """Of a model that is converted for this."""
    pin = model_pins()["minilm"]
    convert(pin, source_folder(profiles.model_root(Settings()), pin), root, precision)
    return MiniLM(Converted(pin, root, precision), threads=2).embed(texts).vectors


def ranked(vectors: Vectors) -> Vectors:
    """By row, the other rows from the nearest on."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    return np.argsort(-likeness, axis=1)


def main(path: str) -> None:
    """Prints cosines and how often neighbours agree."""
    texts = Path(path).read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as root:
        exact, rounded = (embeddings(texts, one, Path(root)) for one in ("float32", "int8"))
    cosines = np.einsum("ij,ij->i", exact, rounded)
    before, after = ranked(exact), ranked(rounded)[:, 0]
    print(f"{len(texts)} texts: cosine mean {cosines.mean():.4f}, lowest {cosines.min():.4f}")
    print(f"same nearest neighbour: {(before[:, 0] == after).mean():.1%}")
    print(
        f"int8's nearest among float32's first {FIRST}: {(before[:, :FIRST] == after[:, None]).any(axis=1).mean():.1%}"
    )


if __name__ == "__main__":
    main(sys.argv[1])
