"""MiniLM's published weights as a CTranslate2 model, without torch.

CTranslate2's own converter needs torch and transformers; its model specification does not. Filled from the
safetensors file by name, it gives in float32 the embeddings of the original model (tests/inference/test_minilm.py).

The int8 weights are then rounded once more, to a smaller range: processors without VNNI add two products of an
activation (0..255) and a weight in 16 bits, which saturates for large weights. On such a processor (AVX2) the mean
cosine to float32 over 1,000 Banking77 questions rises from 0.9967 to 0.9973; without saturation it stays 0.9975. So
results depend less on the processor. docs/adr/0004 has the table.
"""

import json
import shutil
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from handler.inference.artifacts import converted_folder, publish, write_manifest
from handler.inference.pins import ModelPin

WEIGHT_RANGE = 112  # of 127: the best of seven that were tried on AVX2

Precision = Literal["int8", "float32"]
Weights = dict[str, NDArray[np.float32]]


def convert(pin: ModelPin, source: Path, root: Path, precision: Precision = "int8") -> Path:
    """The folder of the converted model, made from ``source`` if it is not there yet."""
    return publish(converted_folder(root, pin, precision), lambda new: _convert(pin, source, new, precision))


def _convert(pin: ModelPin, source: Path, new: Path, precision: Precision) -> None:
    import ctranslate2  # noqa: PLC0415 - no model library is imported before it is needed
    from safetensors.numpy import load_file  # noqa: PLC0415 - as above

    weights = load_file(source / "model.safetensors")
    spec = _bert_spec(source, weights)
    spec.validate()
    spec.optimize(quantization=precision)
    if precision == "int8":
        _narrow(spec.encoder, weights)
    spec.save(str(new))
    shutil.copyfile(source / "tokenizer.json", new / "tokenizer.json")
    sources = {name: file.sha256 for name, file in pin.files.items()}
    converter = f"ctranslate2 {ctranslate2.__version__}"
    write_manifest(new, {"revision": pin.revision, "precision": precision, "converter": converter, "sources": sources})


def _bert_spec(source: Path, weights: Weights) -> Any:  # the specification classes carry no types
    from ctranslate2.specs import common_spec, transformer_spec  # noqa: PLC0415 - as above

    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    encoder = transformer_spec.TransformerEncoderSpec(
        config["num_hidden_layers"],
        config["num_attention_heads"],
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    spec.config.layer_norm_epsilon = config["layer_norm_eps"]
    spec.config.unk_token = "[UNK]"  # noqa: S105 - a word piece, not a secret
    spec.register_vocabulary((source / "vocab.txt").read_text(encoding="utf-8").splitlines())
    _fill_encoder(encoder, weights)
    return spec


def _fill_encoder(encoder: Any, weights: Weights) -> None:
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = weights["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = weights["embeddings.token_type_embeddings.weight"]
    encoder.position_encodings.encodings = weights["embeddings.position_embeddings.weight"]
    _fill_norm(encoder.layernorm_embedding, weights, "embeddings.LayerNorm")
    for number, layer in enumerate(encoder.layer):
        _fill_layer(layer, weights, f"encoder.layer.{number}")


def _fill_layer(layer: Any, weights: Weights, prefix: str) -> None:
    for linear, names in _linears(layer, prefix):
        linear.weight = _stacked(weights, names, "weight")
        linear.bias = _stacked(weights, names, "bias")
    _fill_norm(layer.self_attention.layer_norm, weights, f"{prefix}.attention.output.LayerNorm")
    _fill_norm(layer.ffn.layer_norm, weights, f"{prefix}.output.LayerNorm")


def _linears(layer: Any, prefix: str) -> list[tuple[Any, list[str]]]:
    """The multiplications of a layer, each with the names of its weights."""
    return [
        (layer.self_attention.linear[0], [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]),
        (layer.self_attention.linear[1], [f"{prefix}.attention.output.dense"]),
        (layer.ffn.linear_0, [f"{prefix}.intermediate.dense"]),
        (layer.ffn.linear_1, [f"{prefix}.output.dense"]),
    ]


def _stacked(weights: Weights, names: list[str], part: str) -> NDArray[np.float32]:
    """Several names are stacked: the engine computes query, key and value in one multiplication."""
    return np.concatenate([weights[f"{name}.{part}"] for name in names])


def _fill_norm(norm: Any, weights: Weights, name: str) -> None:
    norm.gamma = weights[f"{name}.weight"]
    norm.beta = weights[f"{name}.bias"]


def _narrow(encoder: Any, weights: Weights) -> None:
    """Rounds the weights of every multiplication to whole numbers within WEIGHT_RANGE, a scale for each row."""
    from ctranslate2.specs.model_spec import NumpyVariable  # noqa: PLC0415 - as above

    for number, layer in enumerate(encoder.layer):
        for linear, names in _linears(layer, f"encoder.layer.{number}"):
            rows = _stacked(weights, names, "weight")
            scale = (WEIGHT_RANGE / np.maximum(np.abs(rows).max(axis=1), 1e-9)).astype(np.float32)
            linear.weight = NumpyVariable(np.rint(rows * scale[:, None]).astype(np.int8))
            linear.weight_scale = NumpyVariable(scale)
