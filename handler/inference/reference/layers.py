"""A BERT's first layers, some of their weights changed: what ``engine/layers.py`` does, for torch."""

import copy
from collections.abc import Mapping
from typing import Any

from handler.domain.packed import Matrix

ATTENTION = "encoder/layer_{}/self_attention/linear_0"  # query, key and value in one, under each other
INNER = "encoder/layer_{}/ffn/linear_0"
OUTER = "encoder/layer_{}/ffn/linear_1"


def tuned_layers(bert: Any, layers: int, changes: Mapping[str, Matrix]) -> Any:
    """A copy of ``bert`` with its first ``layers`` only; ``changes`` by the engine's names are added."""
    tuned = copy.deepcopy(bert)
    tuned.encoder.layer = tuned.encoder.layer[:layers]
    for number, layer in enumerate(tuned.encoder.layer):
        attention = layer.attention.self
        _add([attention.query, attention.key, attention.value], changes.get(ATTENTION.format(number)))
        _add([layer.intermediate.dense], changes.get(INNER.format(number)))
        _add([layer.output.dense], changes.get(OUTER.format(number)))
    return tuned


def _add(modules: list[Any], change: Matrix | None) -> None:
    if change is None:
        return
    import torch  # noqa: PLC0415 - no model library is imported before the first use

    with torch.no_grad():
        for module, part in zip(modules, torch.from_numpy(change).float().chunk(len(modules)), strict=True):
            module.weight += part
