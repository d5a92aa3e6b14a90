"""One training of MiniLM's first layers, on one core."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy
from transformers import AutoModel, AutoTokenizer

from handler import profiles
from handler.inference.reference.files import Published
from training.lowrank import Reader
from training.shipped import SETTINGS

# Chosen by leaving a quarter of the styles out; then the first rate was doubled, since layers of low rank learnt too little.
EPOCHS = 5
BATCH = 16
RATES = (1e-3, 8e-3, 2e-3)  # of the factors down and up, and of the readout
DECAY = 0.01
WARM = 0.1  # of all steps, in which rates rise; then they fall
SMOOTHING = 0.05  # of labels: a person may be wrong
LONGEST_STEP = 1.0
PIECES = 256
SOME = 512  # texts that tell each dimension's spread
LIKE = 10.0  # word pieces by which texts of one batch differ more or less
SEED = 1

Indices = NDArray[np.intp]
Odds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Task:
    """Texts, the index of each one's label of each signal, how many labels these have, and whom to learn from."""

    texts: tuple[str, ...]
    truth: Indices
    sizes: tuple[int, ...]
    seen: Indices


class Tuner:
    """Layers and readout that learn from ``task.seen``."""

    def __init__(self, task: Task) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(SEED)
        folder = Published(profiles.pins(SETTINGS)["minilm"], profiles.model_root(SETTINGS), 1).checked()
        bert = AutoModel.from_pretrained(folder, use_safetensors=True)
        self._tokens = AutoTokenizer.from_pretrained(folder)
        self._task = task
        self._pieces = self._tokens(list(task.texts), truncation=True, max_length=PIECES)["input_ids"]
        self._random = np.random.default_rng(SEED)
        self.reader = Reader(bert, sum(task.sizes))

    def train(self) -> None:
        """Learns, and says how far it has come."""
        self._even()
        steps = EPOCHS * len(list(self._batches(self._task.seen)))
        optimizer = torch.optim.AdamW(self.reader.rates(*RATES), weight_decay=DECAY)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / steps))
        self.reader.train()
        for epoch in range(EPOCHS):
            batches = list(self._batches(self._task.seen, mixed=True))
            losses = [self._step(batches[i], optimizer, schedule) for i in self._random.permutation(len(batches))]
            print(f"{len(self._task.seen)} tickets, epoch {epoch + 1}: loss {np.mean(losses):.3f}", flush=True)
        self.reader.eval()

    def odds(self, rows: Indices) -> Odds:
        """Log odds of some of the texts: shape (rows, labels)."""
        found = np.zeros((len(self._task.texts), sum(self._task.sizes)))
        with torch.inference_mode():
            for batch in self._batches(rows):
                found[batch] = self.reader(self._padded(batch)).double().numpy()
        return np.asarray(found[rows])

    def _even(self) -> None:
        """So that the readout learns from all dimensions alike."""
        some = self._random.choice(self._task.seen, min(SOME, len(self._task.seen)), replace=False)
        self.reader.eval()
        with torch.no_grad():
            self.reader.even(torch.cat([self.reader.states(self._padded(batch)) for batch in self._batches(some)]))

    def _step(self, batch: Indices, optimizer: Any, schedule: Any) -> float:
        truth = torch.from_numpy(self._task.truth[batch])
        said = self.reader(self._padded(batch)).split(self._task.sizes, dim=1)
        losses = [cross_entropy(one, truth[:, i], label_smoothing=SMOOTHING) for i, one in enumerate(said)]
        loss = torch.stack(losses).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), LONGEST_STEP)
        optimizer.step()
        schedule.step()
        return float(loss.item())

    def _batches(self, rows: Indices, *, mixed: bool = False) -> Iterator[Indices]:
        """Of texts of like length."""
        lengths = np.array([len(self._pieces[i]) for i in rows], np.float64)
        if mixed:
            lengths += self._random.normal(0, LIKE, len(rows))
        ordered = rows[np.argsort(lengths, kind="stable")]
        return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))

    def _padded(self, rows: Indices) -> Any:
        return self._tokens.pad({"input_ids": [self._pieces[i] for i in rows]}, return_tensors="pt")


def _rate(done: float) -> float:
    return min(done / WARM, 1.0) * (1.0 - done)
