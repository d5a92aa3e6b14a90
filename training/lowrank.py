"""MiniLM's first layers with changes of low rank that can be trained, and a readout of the three signals.

https://arxiv.org/abs/2106.09685, with the two factors' own rates of https://arxiv.org/abs/2402.12354
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from handler.domain.packed import Packed
from handler.inference.minilm import DIMENSIONS
from handler.inference.reference.layers import ATTENTION, INNER, OUTER
from handler.inference.tuning import Change

LAYERS = 3
RANK = 8
LEVELS = 7  # of a factor's numbers on either side of zero: as good as 127, in half of the room
DROPOUT = 0.1


class LowRank(nn.Module):
    """A linear layer that stays as it is, and what is added to it: ``up`` times ``down``."""

    def __init__(self, linear: nn.Linear, down: nn.Parameter) -> None:
        super().__init__()
        self.linear = linear
        self.down = down
        self.up = nn.Parameter(torch.zeros(linear.out_features, len(down)))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Shape (..., inputs) to (..., outputs)."""
        changed: torch.Tensor = self.linear(states) + states @ self.down.T @ self.up.T
        return changed


class Reader(nn.Module):
    """The layers and the readout: word pieces to log odds, side by side for signals of so many labels."""

    def __init__(self, bert: Any, labels: int) -> None:
        super().__init__()
        bert.requires_grad_(requires_grad=False)
        bert.encoder.layer = bert.encoder.layer[:LAYERS]
        self.bert = bert
        self.changes = {name: one for number in range(LAYERS) for name, one in self._widened(number)}
        self.drop = nn.Dropout(DROPOUT)
        self.readout = nn.Linear(DIMENSIONS, labels)
        nn.init.zeros_(self.readout.weight)
        self.register_buffer("mean", torch.zeros(DIMENSIONS))
        self.register_buffer("spread", torch.ones(DIMENSIONS))

    def _widened(self, number: int) -> list[tuple[str, list[LowRank]]]:
        layer = self.bert.encoder.layer[number]
        attention = layer.attention.self
        down = _down(DIMENSIONS)
        attention.query, attention.key, attention.value = (
            LowRank(one, down) for one in (attention.query, attention.key, attention.value)
        )
        layer.intermediate.dense = LowRank(layer.intermediate.dense, _down(layer.intermediate.dense.in_features))
        layer.output.dense = LowRank(layer.output.dense, _down(layer.output.dense.in_features))
        return [
            (ATTENTION.format(number), [attention.query, attention.key, attention.value]),
            (INNER.format(number), [layer.intermediate.dense]),
            (OUTER.format(number), [layer.output.dense]),
        ]

    def states(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """The mean state of each text, of unit length: shape (texts, dimensions)."""
        states = self.bert(**batch).last_hidden_state
        summed = (states * batch["attention_mask"][:, :, None]).sum(dim=1)
        return nn.functional.normalize(summed, dim=1)

    def forward(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Shape (texts, labels)."""
        odds: torch.Tensor = self.readout(self.drop((self.states(batch) - self.mean) / self.spread))
        return odds

    def even(self, states: torch.Tensor) -> None:
        """Lets the readout see every dimension with a like spread, as it is in ``states`` of some texts."""
        self.mean, self.spread = states.mean(dim=0), states.std(dim=0)

    def rates(self, down: float, up: float, readout: float) -> list[dict[str, Any]]:
        """The trained parameters and the rate of each kind of them."""
        modules = [one for some in self.changes.values() for one in some]
        downs = list({id(one.down): one.down for one in modules}.values())
        return [
            {"params": downs, "lr": down},
            {"params": [one.up for one in modules], "lr": up},
            {"params": self.readout.parameters(), "lr": readout},
        ]

    def kept(self) -> dict[str, Change]:
        """What ``handler/inference/tuning.py`` keeps of the layers."""
        return {name: _change(modules) for name, modules in self.changes.items()}

    def read_out(self) -> tuple[NDArray[np.float64], tuple[float, ...]]:
        """Weights, shape (dimensions, labels), and bias, for states of unit length."""
        weights = (self.readout.weight / self.spread).detach().double().numpy().T
        bias = self.readout.bias.detach().double().numpy() - self.mean.double().numpy() @ weights
        return weights, tuple(round(float(number), 4) for number in bias)


def _down(inputs: int) -> nn.Parameter:
    return nn.Parameter(torch.randn(RANK, inputs) / inputs**0.5)


def _change(modules: Sequence[LowRank]) -> Change:
    up = torch.cat([one.up for one in modules]).detach().double().numpy()
    down = modules[0].down.detach().double().numpy()
    return Change(up=Packed.of(up, "int8", LEVELS), down=Packed.of(down, "int8", LEVELS))
