"""Models of the published architectures, made small: random weights in the hub's layout, without torch."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import ByteLevel, Metaspace

WIDTH, FEED_FORWARD, HEADS, LAYERS = 32, 64, 4, 2
WORDS = ("charged", "twice", "refund", "please", "error", "login", "nan")

Tensors = dict[str, NDArray[np.float32]]


class Made:
    """Tensors under construction, from a pinned seed."""

    def __init__(self, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        self.tensors: Tensors = {}

    def matrix(self, name: str, *shape: int) -> None:
        self.tensors[name] = self._random.normal(0, 0.3, shape).astype(np.float32)

    def linear(self, name: str, outputs: int = WIDTH, inputs: int = WIDTH) -> None:
        self.matrix(f"{name}.weight", outputs, inputs)
        self.matrix(f"{name}.bias", outputs)

    def norm(self, name: str, width: int = WIDTH) -> None:
        self.matrix(f"{name}.bias", width)
        self.tensors[f"{name}.weight"] = 1 + self._random.normal(0, 0.1, width).astype(np.float32)


def multilingual(folder: Path) -> Path:
    """A MiniLM of two layers whose tokenizer is a unigram one that marks texts as XLM-R's does."""
    width, made, pieces = 384, Made(), ["<s>", "<pad>", "</s>", "<unk>", *(f"\u2581{word}" for word in WORDS), "\u2581"]
    made.matrix("embeddings.word_embeddings.weight", len(pieces), width)
    made.matrix("embeddings.position_embeddings.weight", 512, width)
    made.matrix("embeddings.token_type_embeddings.weight", 2, width)
    made.norm("embeddings.LayerNorm", width)
    for number in range(LAYERS):
        _bert_layer(made, f"encoder.layer.{number}", width)
    config = {
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": width, "intermediate_size": FEED_FORWARD,
        "num_attention_heads": 12, "num_hidden_layers": LAYERS, "vocab_size": len(pieces), "type_vocab_size": 2,
        "max_position_embeddings": 512, "layer_norm_eps": 1e-12, "pad_token_id": 0, "hidden_act": "gelu",
    }  # fmt: skip
    tokenizer = Tokenizer(Unigram([(piece, -float(number)) for number, piece in enumerate(pieces)], unk_id=3))
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return _saved(folder, made.tensors, config)


def _bert_layer(made: Made, prefix: str, width: int) -> None:
    for part in ("self.query", "self.key", "self.value", "output.dense"):
        made.linear(f"{prefix}.attention.{part}", width, width)
    made.norm(f"{prefix}.attention.output.LayerNorm", width)
    made.linear(f"{prefix}.intermediate.dense", FEED_FORWARD, width)
    made.linear(f"{prefix}.output.dense", width, FEED_FORWARD)
    made.norm(f"{prefix}.output.LayerNorm", width)


def distilbert(folder: Path, *, labels: tuple[str, ...] = ("NEGATIVE", "POSITIVE"), positions: int = 512) -> Path:
    """A classifier of tone, with a word-piece vocabulary and no tokenizer.json, as published."""
    made, vocabulary = Made(), _word_pieces()
    made.matrix("distilbert.embeddings.word_embeddings.weight", len(vocabulary), WIDTH)
    made.matrix("distilbert.embeddings.position_embeddings.weight", positions, WIDTH)
    made.norm("distilbert.embeddings.LayerNorm")
    for number in range(LAYERS):
        _distilbert_layer(made, f"distilbert.transformer.layer.{number}")
    made.linear("pre_classifier")
    made.linear("classifier", len(labels))
    config = {
        "model_type": "distilbert", "architectures": ["DistilBertForSequenceClassification"], "activation": "gelu",
        "dim": WIDTH, "hidden_dim": FEED_FORWARD, "n_heads": HEADS, "n_layers": LAYERS, "vocab_size": len(vocabulary),
        "max_position_embeddings": positions, "pad_token_id": 0,
        "id2label": {str(i): label for i, label in enumerate(labels)},
        "label2id": {label: i for i, label in enumerate(labels)},
    }  # fmt: skip
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    return _saved(folder, made.tensors, config)


def _distilbert_layer(made: Made, prefix: str) -> None:
    for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
        made.linear(f"{prefix}.attention.{part}")
    made.norm(f"{prefix}.sa_layer_norm")
    made.linear(f"{prefix}.ffn.lin1", FEED_FORWARD)
    made.linear(f"{prefix}.ffn.lin2", WIDTH, FEED_FORWARD)
    made.norm(f"{prefix}.output_layer_norm")


def bart(folder: Path, *, positions: int = 1024) -> Path:
    """A summariser, with a byte-level vocabulary that is smaller than its embedding, as published."""
    made, vocabulary = Made(), _bytes()
    size = len(vocabulary) + 3
    made.matrix("model.shared.weight", size, WIDTH)
    made.tensors["final_logits_bias"] = np.zeros((1, size), np.float32)
    for side in ("encoder", "decoder"):
        made.matrix(f"model.{side}.embed_positions.weight", positions + 2, WIDTH)
        made.norm(f"model.{side}.layernorm_embedding")
        for number in range(LAYERS):
            _bart_layer(made, f"model.{side}.layers.{number}", ("encoder_attn",) if side == "decoder" else ())
    config: dict[str, Any] = {
        "model_type": "bart", "architectures": ["BartForConditionalGeneration"], "activation_function": "gelu",
        "d_model": WIDTH, "vocab_size": size, "max_position_embeddings": positions, "scale_embedding": False,
        "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2,
        "forced_bos_token_id": 0, "is_encoder_decoder": True,
    }  # fmt: skip
    for side in ("encoder", "decoder"):
        config |= {f"{side}_layers": LAYERS, f"{side}_attention_heads": HEADS, f"{side}_ffn_dim": FEED_FORWARD}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\nt h\nth e\n", encoding="utf-8")
    return _saved(folder, made.tensors, config)


def _bart_layer(made: Made, prefix: str, cross: tuple[str, ...]) -> None:
    for attention in ("self_attn", *cross):
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            made.linear(f"{prefix}.{attention}.{part}")
        made.norm(f"{prefix}.{attention}_layer_norm")
    made.linear(f"{prefix}.fc1", FEED_FORWARD)
    made.linear(f"{prefix}.fc2", WIDTH, FEED_FORWARD)
    made.norm(f"{prefix}.final_layer_norm")


def _word_pieces() -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,!?"
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *letters, *(f"##{letter}" for letter in letters)]


def _bytes() -> dict[str, int]:
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *sorted(ByteLevel.alphabet()), "th", "the"]
    return {token: number for number, token in enumerate(tokens)}


def _saved(folder: Path, tensors: Tensors, config: dict[str, Any]) -> Path:
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder
