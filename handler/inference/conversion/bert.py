"""BERT and DistilBERT as encoders: the same layers under different names.

CTranslate2's own converter needs torch and transformers; its model specification does not. Filled from the
safetensors file by name, it gives in float32 the hidden states of the original model (tests/inference/conversion).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handler.inference.conversion.weights import Weights, padded

FillLayer = Callable[[Any, Weights, str], None]


def bert_spec(config: Mapping[str, Any], weights: Weights, tokens: Sequence[str]) -> Any:
    """The engine's specification of a BERT, filled. Raises ModelUnavailable where a tensor is missing."""
    spec = _encoder(config["num_hidden_layers"], config["num_attention_heads"], token_types=True)
    _fill(spec, weights, "embeddings", ("encoder.layer", _fill_bert_layer))
    spec.encoder.embeddings[1].weight = weights["embeddings.token_type_embeddings.weight"]
    return _named(spec, padded(tokens, config["vocab_size"]), config["layer_norm_eps"])


def distilbert_spec(config: Mapping[str, Any], weights: Weights, tokens: Sequence[str]) -> Any:
    """The same of a DistilBERT, whose classifier's head is kept apart (inference/head.py)."""
    spec = _encoder(config["n_layers"], config["n_heads"], token_types=False)
    _fill(spec, weights, "distilbert.embeddings", ("distilbert.transformer.layer", _fill_distilbert_layer))
    return _named(spec, padded(tokens, config["vocab_size"]), layer_norm_epsilon=1e-12)


def _encoder(layers: int, heads: int, *, token_types: bool) -> Any:  # the specification classes carry no types
    from ctranslate2.specs import common_spec, transformer_spec  # noqa: PLC0415 - no model library before it is needed

    encoder = transformer_spec.TransformerEncoderSpec(
        layers,
        heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2 if token_types else 1,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    return transformer_spec.TransformerEncoderModelSpec(encoder)


def _named(spec: Any, tokens: Sequence[str], layer_norm_epsilon: float) -> Any:
    spec.register_vocabulary(tokens)
    spec.config.unk_token = "[UNK]"  # noqa: S105 - a word piece, not a secret
    spec.config.layer_norm_epsilon = layer_norm_epsilon
    return spec


def _fill(spec: Any, weights: Weights, embeddings: str, layers: tuple[str, FillLayer]) -> None:
    spec.encoder.scale_embeddings = False
    spec.encoder.embeddings[0].weight = weights[f"{embeddings}.word_embeddings.weight"]
    spec.encoder.position_encodings.encodings = weights[f"{embeddings}.position_embeddings.weight"]
    weights.norm(spec.encoder.layernorm_embedding, f"{embeddings}.LayerNorm")
    prefix, fill_layer = layers
    for number, layer in enumerate(spec.encoder.layer):
        fill_layer(layer, weights, f"{prefix}.{number}")


def _fill_bert_layer(layer: Any, weights: Weights, prefix: str) -> None:
    own = f"{prefix}.attention.self"
    weights.linear(layer.self_attention.linear[0], f"{own}.query", f"{own}.key", f"{own}.value")
    weights.linear(layer.self_attention.linear[1], f"{prefix}.attention.output.dense")
    weights.norm(layer.self_attention.layer_norm, f"{prefix}.attention.output.LayerNorm")
    weights.linear(layer.ffn.linear_0, f"{prefix}.intermediate.dense")
    weights.linear(layer.ffn.linear_1, f"{prefix}.output.dense")
    weights.norm(layer.ffn.layer_norm, f"{prefix}.output.LayerNorm")


def _fill_distilbert_layer(layer: Any, weights: Weights, prefix: str) -> None:
    own = f"{prefix}.attention"
    weights.linear(layer.self_attention.linear[0], f"{own}.q_lin", f"{own}.k_lin", f"{own}.v_lin")
    weights.linear(layer.self_attention.linear[1], f"{own}.out_lin")
    weights.norm(layer.self_attention.layer_norm, f"{prefix}.sa_layer_norm")
    weights.linear(layer.ffn.linear_0, f"{prefix}.ffn.lin1")
    weights.linear(layer.ffn.linear_1, f"{prefix}.ffn.lin2")
    weights.norm(layer.ffn.layer_norm, f"{prefix}.output_layer_norm")
