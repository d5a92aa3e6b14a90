"""An embedder that is asked for the same sentences by two stages, and computes them once."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from handler.domain.ports import Embedder, Embeddings, Vectors

REMEMBERED = 8_192  # texts: some batches' worth, 13 MB of vectors


class Shared:
    """An Embedder. Who asks second waits, and gets what the first one had computed."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: OrderedDict[str, tuple[Vectors, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder."""
        with self._lock:
            self._learn([text for text in dict.fromkeys(texts) if text not in self._known])
            found = [self._known[text] for text in texts]
            self._forget()
        return Embeddings(np.stack([vector for vector, _ in found]), tuple(truncated for _, truncated in found))

    def _learn(self, texts: Sequence[str]) -> None:
        if texts:
            new = self._inner.embed(texts)
            self._known.update(zip(texts, zip(new.vectors, new.truncated, strict=True), strict=True))

    def _forget(self) -> None:
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
