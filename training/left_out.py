"""What tuned layers say of tickets whose style was left out when they were tuned: for heads to be fitted to.

On tickets that they were tuned on, layers are right more often than they ever will be again.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from handler.domain.packed import Packed
from handler.domain.ports import Embeddings, TunedEmbedder, Vectors
from handler.evaluation import labelled
from handler.inference.tuning import Tuning
from training import shipped

PATH = Path(__file__).parent / "left_out.json"


class LeftOut(BaseModel):
    """``odds``: a row for each of the ``keys``, as ports.TunedEmbedder gives them. ``tuning``: what it belongs to."""

    tuning: str
    keys: tuple[str, ...]
    odds: Packed


def key_of(text: str) -> str:
    """A text's name in the file: it holds no text."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def left_out(tuned: Tuning) -> LeftOut:
    """The file, if it knows each ticket that the layers were tuned on as it is now. Raises SystemExit."""
    known = LeftOut.model_validate_json(PATH.read_text(encoding="utf-8"))
    same = [path for path in shipped.paths() if labelled.source(path).short == tuned.sources.get(path.name)]
    unknown = {key_of(text) for text in shipped.texts_of(shipped.rows_of(same))} - set(known.keys)
    if known.tuning != tuned.version or len(same) < len(tuned.sources) or unknown:
        raise SystemExit("layers, tickets and left_out.json do not belong together: run make tune")
    return known


class Unseeing:
    """A TunedEmbedder that says of tickets it was tuned on what it would say of them had it not been."""

    def __init__(self, inner: TunedEmbedder, known: LeftOut) -> None:
        self._inner = inner
        self._known = dict(zip(known.keys, known.odds.matrix().astype(np.float32), strict=True))

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder."""
        return self._inner.embed(texts)

    def odds(self, texts: Sequence[str]) -> Vectors:
        """See ports.TunedEmbedder."""
        said = zip(texts, self._inner.odds(texts), strict=True)
        return np.stack([self._known.get(key_of(text), odds) for text, odds in said])
