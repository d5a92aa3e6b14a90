"""The least that the work could cost: multiply-adds counted from the shapes, over the engine's int8 peak here."""

import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Shape:
    """A stack of transformer layers: how many, their width and the width of their feed-forward part."""

    layers: int
    width: int
    hidden: int

    def encoder(self, tokens: int) -> int:
        """Multiply-adds of reading ``tokens``: four projections, the feed-forward part, and attention itself."""
        each = 4 * self.width**2 + 2 * self.width * self.hidden
        return self.layers * (tokens * each + 2 * tokens**2 * self.width)

    def decoder(self, source: int, made: int, beams: int, vocabulary: int) -> int:
        """Of writing ``made`` tokens in ``beams``: the source's keys and values are computed once."""
        each = 6 * self.width**2 + 2 * self.width * self.hidden + 2 * self.width * (source + made // 2)
        return self.layers * 2 * source * self.width**2 + beams * made * (self.layers * each + vocabulary * self.width)


MINILM = Shape(6, 384, 1536)
DISTILBERT = Shape(6, 768, 3072)
DISTILBART = Shape(6, 1024, 4096)


def multiply_adds(profile: str, pieces: int, tokens: int, made: int, beams: int) -> int:
    """Of one ticket of ``pieces`` word pieces and ``tokens`` of DistilBART, with a summary of ``made`` tokens."""
    fast = MINILM.encoder(pieces)
    if profile == "fast":
        return fast
    summary = DISTILBART.encoder(tokens) + DISTILBART.decoder(tokens, made, beams, 50_264)
    return fast + DISTILBERT.encoder(pieces) + summary


def int8_peak(threads: int) -> float:
    """Multiply-adds a second of the engine on large int8 layers, one replica a thread: the best of several."""
    import ctranslate2
    from ctranslate2.specs import common_spec, transformer_spec

    shape, rows, tokens = Shape(2, 1024, 4096), 8, 64
    encoder = transformer_spec.TransformerEncoderSpec(shape.layers, 16, pre_norm=False, activation=common_spec.Activation.GELU)  # fmt: skip
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    _fill(encoder, shape)
    spec.register_vocabulary([f"t{i}" for i in range(64)])
    spec.config.unk_token = "t0"  # noqa: S105 - a token, not a secret
    spec.validate()
    spec.optimize(quantization="int8")
    with tempfile.TemporaryDirectory() as folder:
        spec.save(folder)
        engine = ctranslate2.Encoder(folder, compute_type="int8", inter_threads=threads, intra_threads=1)
    batch = [[i % 64 for i in range(tokens)]] * rows
    work = threads * rows * shape.encoder(tokens)
    return work / min(_times(lambda: np.asarray(engine.forward_batch(batch).last_hidden_state), threads))


def _times(call: object, threads: int) -> list[float]:
    found = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(12):
            started = time.perf_counter()
            list(pool.map(lambda _: call(), range(threads)))  # type: ignore[operator]
            found.append(time.perf_counter() - started)
    assert statistics.median(found) > 0  # noqa: S101 - else nothing was measured
    return found


def _fill(encoder: object, shape: Shape) -> None:
    random = np.random.default_rng(0)

    def matrix(*size: int) -> NDArray[np.float32]:
        return random.normal(0, 0.02, size).astype(np.float32)

    encoder.scale_embeddings = False  # type: ignore[attr-defined]
    encoder.embeddings[0].weight = matrix(64, shape.width)  # type: ignore[attr-defined]
    encoder.position_encodings.encodings = matrix(512, shape.width)  # type: ignore[attr-defined]
    for layer in encoder.layer:  # type: ignore[attr-defined]
        pairs = [(layer.self_attention.linear[0], 3 * shape.width, shape.width), (layer.self_attention.linear[1], shape.width, shape.width), (layer.ffn.linear_0, shape.hidden, shape.width), (layer.ffn.linear_1, shape.width, shape.hidden)]  # fmt: skip
        for linear, outputs, inputs in pairs:
            linear.weight, linear.bias = matrix(outputs, inputs), matrix(outputs)
        for norm in (layer.self_attention.layer_norm, layer.ffn.layer_norm):
            norm.gamma, norm.beta = np.ones(shape.width, np.float32), np.zeros(shape.width, np.float32)
