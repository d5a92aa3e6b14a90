"""How near int8 embeddings come to float32, by the range that weights are rounded to (docs/adr/0004).

    python benchmarks/weight_range.py TEXTS.txt        one text a line

CT2_USE_MKL=1 runs the same on a library that does not saturate.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from handler import profiles
from handler.domain.ports import Vectors
from handler.inference import cache
from handler.inference.artifacts import source_folder
from handler.inference.conversion import convert, weights
from handler.inference.engine.files import Converted
from handler.inference.engine.minilm import MiniLM
from handler.inference.pins import model_pins
from handler.settings import Settings

RANGES = (127, 118, 112, 106, 100, 94, 88, 64)
PIN = model_pins()["minilm"]


def embeddings(texts: list[str], precision: convert.Precision) -> Vectors:
    """Of a model that is converted for this one call."""
    cache.clear()
    with tempfile.TemporaryDirectory() as folder:
        convert.convert(PIN, source_folder(profiles.model_root(Settings()), PIN), Path(folder), precision)
        return MiniLM(Converted(PIN, Path(folder), precision), threads=2).embed(texts).vectors


def main(path: str) -> None:
    """Prints a row for each range."""
    texts = Path(path).read_text(encoding="utf-8").splitlines()
    exact = embeddings(texts, "float32")
    print(f"{len(texts)} texts\nrange  mean cosine  lowest")
    for most in RANGES:
        weights.WEIGHT_RANGE = most
        cosines = np.einsum("ij,ij->i", exact, embeddings(texts, "int8"))
        print(f"{most:5}  {cosines.mean():11.5f}  {cosines.min():.4f}")


if __name__ == "__main__":
    main(sys.argv[1])
