"""BART, and the DistilBARTs distilled from it: an encoder, and a decoder that shares its embeddings.

Source: https://huggingface.co/docs/transformers/model_doc/bart
"""

from collections.abc import Mapping, Sequence
from typing import Any

from handler.inference.conversion.weights import Weights, padded

POSITION_OFFSET = 2  # BART's position embeddings begin with two rows that are never used


def bart_spec(config: Mapping[str, Any], weights: Weights, tokens: Sequence[str]) -> Any:
    """The engine's specification, filled. Raises ModelUnavailable where a tensor is missing."""
    from ctranslate2.specs import common_spec, transformer_spec  # noqa: PLC0415 - no model library before it is needed

    spec = transformer_spec.TransformerSpec.from_config(
        (config["encoder_layers"], config["decoder_layers"]),
        config["encoder_attention_heads"],
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
    )
    _name_tokens(spec, padded(tokens, config["vocab_size"]), config)
    scale = config["d_model"] ** 0.5 if config.get("scale_embedding") else 1.0
    _fill(spec.encoder, weights, "model.encoder", scale)
    _fill(spec.decoder, weights, "model.decoder", scale)
    _fill_projection(spec.decoder.projection, weights)
    return spec


def _name_tokens(spec: Any, tokens: Sequence[str], config: Mapping[str, Any]) -> None:
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.bos_token = tokens[config["bos_token_id"]]
    spec.config.eos_token = tokens[config["eos_token_id"]]
    spec.config.unk_token = "<unk>"  # noqa: S105 - a word piece, not a secret
    spec.config.decoder_start_token = tokens[config["decoder_start_token_id"]]


def _fill(side: Any, weights: Weights, prefix: str, scale: float) -> None:
    side.scale_embeddings = scale
    embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
    weights.embedding(embeddings, "model.shared.weight")
    side.position_encodings.encodings = weights[f"{prefix}.embed_positions.weight"][POSITION_OFFSET:]
    weights.norm(side.layernorm_embedding, f"{prefix}.layernorm_embedding")
    for number, layer in enumerate(side.layer):
        _fill_layer(layer, weights, f"{prefix}.layers.{number}")


def _fill_layer(layer: Any, weights: Weights, prefix: str) -> None:
    own = f"{prefix}.self_attn"
    weights.linear(layer.self_attention.linear[0], f"{own}.q_proj", f"{own}.k_proj", f"{own}.v_proj")
    weights.linear(layer.self_attention.linear[1], f"{own}.out_proj")
    weights.norm(layer.self_attention.layer_norm, f"{prefix}.self_attn_layer_norm")
    if hasattr(layer, "attention"):
        _fill_cross_attention(layer.attention, weights, prefix)
    weights.linear(layer.ffn.linear_0, f"{prefix}.fc1")
    weights.linear(layer.ffn.linear_1, f"{prefix}.fc2")
    weights.norm(layer.ffn.layer_norm, f"{prefix}.final_layer_norm")


def _fill_cross_attention(attention: Any, weights: Weights, prefix: str) -> None:
    other = f"{prefix}.encoder_attn"
    weights.linear(attention.linear[0], f"{other}.q_proj")
    weights.linear(attention.linear[1], f"{other}.k_proj", f"{other}.v_proj")
    weights.linear(attention.linear[2], f"{other}.out_proj")
    weights.norm(attention.layer_norm, f"{other}_layer_norm")


def _fill_projection(projection: Any, weights: Weights) -> None:
    """The output matrix is the embeddings'; the bias is left out where it is nothing but zeros."""
    weights.embedding(projection, "model.shared.weight")
    if "final_logits_bias" in weights and weights["final_logits_bias"].any():
        projection.bias = weights["final_logits_bias"].reshape(-1)
