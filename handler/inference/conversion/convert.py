"""A folder of published files becomes a folder that the engine runs, with a manifest of its own.

::

    model.bin, config.json, *vocabulary*    what CTranslate2 loads
    tokenizer.json                          how texts become tokens
    head.safetensors, labels.json           of a classifier: the layers on top of the encoder, and what they say
    manifest.json                           sources, converter, precision, and a sha256 of each file
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from handler.domain.errors import ModelUnavailable
from handler.inference.artifacts import converted_folder, publish, write_manifest
from handler.inference.conversion.bart import bart_spec
from handler.inference.conversion.bert import bert_spec, distilbert_spec
from handler.inference.conversion.tokenizer import tokenizer_of, tokens_of
from handler.inference.conversion.weights import Weights
from handler.inference.pins import ModelPin

Precision = Literal["int8", "float32"]

ARCHITECTURES = {"bert": bert_spec, "distilbert": distilbert_spec, "bart": bart_spec}
HEAD = ("pre_classifier.weight", "pre_classifier.bias", "classifier.weight", "classifier.bias")


def convert(pin: ModelPin, source: Path, root: Path, precision: Precision = "int8") -> Path:
    """The folder of the converted model, made from ``source`` if it is not there yet. Raises ModelUnavailable."""
    return publish(converted_folder(root, pin, precision), lambda new: _convert(pin, source, new, precision))


def _convert(pin: ModelPin, source: Path, new: Path, precision: Precision) -> None:
    import ctranslate2  # noqa: PLC0415 - no model library is imported before it is needed

    config, tokenizer = _config(source), tokenizer_of(source)
    weights = Weights(source / "model.safetensors")
    spec = ARCHITECTURES[config["model_type"]](config, weights, tokens_of(tokenizer))
    spec.validate()
    spec.optimize(quantization=precision)
    if precision == "int8":
        weights.narrow()
    spec.save(str(new))
    tokenizer.save(str(new / "tokenizer.json"))
    if HEAD[0] in weights:
        _save_head(config, weights, new)
    sources = {name: file.sha256 for name, file in pin.files.items()}
    converter = f"ctranslate2 {ctranslate2.__version__}"
    write_manifest(new, {"revision": pin.revision, "precision": precision, "converter": converter, "sources": sources})


def _config(source: Path) -> Any:
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") not in ARCHITECTURES:
        raise ModelUnavailable(f"{source / 'config.json'}: model_type must be one of {', '.join(ARCHITECTURES)}")
    return config


def _save_head(config: Mapping[str, Any], weights: Weights, new: Path) -> None:
    from safetensors.numpy import save_file  # noqa: PLC0415 - as above

    save_file({name: weights[name] for name in HEAD}, new / "head.safetensors")
    labels = [label for _, label in sorted(config["id2label"].items(), key=lambda item: int(item[0]))]
    (new / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
