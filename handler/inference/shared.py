"""An embedder that is asked for the same sentences by two stages, and computes them once."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np

from handler.domain.ports import Embedder, Embeddings, Vectors

REMEMBERED = 8_192  # vectors: some batches' worth, 13 MB


class Shared:
    """An Embedder. Who asks second waits, and gets what the first one had computed.

    Texts are known by their hashes: no customer's words outlive the batch, and memory does not grow with them.
    """

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: OrderedDict[bytes, tuple[Vectors, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder."""
        keys = [hashlib.sha256(text.encode(errors="surrogatepass")).digest() for text in texts]
        with self._lock:
            self._learn({key: text for key, text in zip(keys, texts, strict=True) if key not in self._known})
            found = [self._known[key] for key in keys]
            self._forget()
        return Embeddings(np.stack([vector for vector, _ in found]), tuple(truncated for _, truncated in found))

    def _learn(self, texts: Mapping[bytes, str]) -> None:
        if texts:
            new = self._inner.embed(list(texts.values()))
            self._known.update(zip(texts, zip(new.vectors.copy(), new.truncated, strict=True), strict=True))

    def _forget(self) -> None:
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
