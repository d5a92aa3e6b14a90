"""Fits the heads: ``python -m training.fit [--out FILE]``. Needs scikit-learn, which the package does not.

Fitted on the tickets of ``tickets/`` but for the files called heldout_*, and on the taxonomy's examples. Settings were chosen by
leaving one style out at a time; the same predictions give the temperature. What is held out is scored once, by ``evaluate``.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score

from handler import profiles
from handler.domain.taxonomy import Taxonomy, load_taxonomy
from handler.domain.ticket import RawTicket, ticket_from
from handler.evaluation.labelled import LABELS
from handler.pipeline.base import Draft
from handler.pipeline.embed import Embed
from handler.pipeline.gist import Gist
from handler.pipeline.heads import likeliest, middle
from handler.pipeline.labels import unheaded
from handler.pipeline.prototypes import probabilities
from handler.pipeline.redact import Redact
from handler.settings import Settings

TICKETS = Path(__file__).parent / "tickets"
OUT = Path(__file__).parents[1] / "handler/pipeline/heads.json"
HELD_OUT = "heldout"
STRENGTH = {"intent": 3.0, "urgency": 3.0, "sentiment": 2.0}  # C of the regression: more is less restraint
EXAMPLE_WEIGHT = 0.5  # of one of the taxonomy's examples, which are short and clear, against a ticket
RULES_WEIGHT = 0.6  # of what examples and rules say, in the log odds of the intents: they were made with the examples
MEANING = 768  # the first features: embeddings, of unit length
DIGITS = 4

Rows = list[dict[str, Any]]


def read(*, held_out: bool = False) -> Rows:
    """The labelled tickets."""
    paths = [path for path in sorted(TICKETS.glob("*.jsonl")) if path.name.startswith(HELD_OUT) == held_out]
    return [
        json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def tickets_of(rows: Rows) -> list[RawTicket]:
    """Nothing but the words."""
    return [
        ticket_from({"ticket_id": "T", "subject": r["subject"], "body": r["body"], "created_at": 0, "customer_id": "C"})
        for r in rows
    ]


def drafts_of(tickets: list[RawTicket], embedder: Any) -> list[Draft]:
    """As the pipeline makes them."""
    drafts = [Draft() for _ in tickets]
    for stage in (Redact("mask"), Gist(), Embed(embedder)):
        drafts = stage(tickets, drafts)
    return drafts


class Data:
    """Features, labels, styles and weights for one signal. Features are brought to a like scale by ``scale``."""

    def __init__(
        self, signal: str, features: np.ndarray, labels: list[str], styles: list[str], weights: list[float]
    ) -> None:
        self.signal = signal
        self.labels, self.styles, self.weights = np.array(labels), np.array(styles), np.array(weights)
        self.rules = features[:, MEANING:] * RULES_WEIGHT if signal == "intent" else np.zeros((len(features), 1))
        kept = features[:, :MEANING] if signal == "intent" else features
        self.scale = np.ones(kept.shape[1])
        self.scale[MEANING:] = 1 / np.maximum(kept[:, MEANING:].std(axis=0), 0.05) / 3
        self.mean = kept.mean(axis=0) * (np.arange(kept.shape[1]) >= MEANING)
        self.features = (kept - self.mean) * self.scale

    def fit(self, rows: np.ndarray) -> LogisticRegression:
        """The regression on some rows."""
        model = LogisticRegression(C=STRENGTH[self.signal], max_iter=5_000)
        return model.fit(self.features[rows], self.labels[rows], sample_weight=self.weights[rows])

    def log_odds(self, model: LogisticRegression, rows: np.ndarray, names: Sequence[str]) -> np.ndarray:
        """Shape (rows, labels), in the order of ``names``."""
        found = model.decision_function(self.features[rows])
        in_order = found[:, [list(model.classes_).index(name) for name in names]]
        return in_order + (self.rules[rows] if self.signal == "intent" else 0)

    def left_out(self, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """For every ticket the log odds by a head that saw no ticket of its style; and which rows these are."""
        tickets = np.flatnonzero(self.styles != "")
        odds = np.zeros((len(self.labels), len(names)))
        for style in sorted(set(self.styles) - {""}):
            inside = self.styles == style
            odds[inside] = self.log_odds(self.fit(np.flatnonzero(~inside)), np.flatnonzero(inside), names)
        return odds[tickets], tickets


def temperature(odds: np.ndarray, truth: np.ndarray) -> float:
    """What the log odds have to be divided by, so that confidence meets accuracy: least log loss."""

    def loss(t: float) -> float:
        return -float(np.mean(np.log(probabilities(odds / t)[np.arange(len(truth)), truth] + 1e-12)))

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def head(data: Data, names: Sequence[str], divisor: float) -> dict[str, Any]:
    """The head over the raw features: scale, mean, temperature and the rules' weight are worked in."""
    model = data.fit(np.arange(len(data.labels)))
    order = [list(model.classes_).index(name) for name in names]
    weights = (model.coef_[order] * data.scale).T / divisor
    bias = (model.intercept_[order] - model.coef_[order] @ (data.mean * data.scale)) / divisor
    if data.signal == "intent":
        weights = np.vstack([weights, np.eye(len(names)) * RULES_WEIGHT / divisor])
    return {"labels": list(names), "bias": _rounded(bias), "weights": [_rounded(row) for row in weights]}


def _rounded(numbers: np.ndarray) -> list[float]:
    return [round(float(number), DIGITS) for number in numbers]


def report(signal: str, truth: np.ndarray, odds: np.ndarray) -> str:
    """Scores with one style left out at a time."""
    choose = middle if signal == "urgency" else likeliest
    given = np.array([choose(row) for row in probabilities(odds)])
    f1 = f1_score(truth, given, average="macro")
    kappa = cohen_kappa_score(truth, given, weights="quadratic")
    return f"{signal}: {len(truth)} tickets, macro-F1 {f1:.3f}" + (
        f", kappa {kappa:.3f}" if signal == "urgency" else ""
    )


def names_of(signal: str, taxonomy: Taxonomy) -> Sequence[str]:
    """The labels in their order."""
    return taxonomy.names if signal == "intent" else LABELS[signal]


def main(out: Path) -> None:
    """Fits, reports and writes."""
    taxonomy, embedder = load_taxonomy(None), profiles.embedder(Settings())
    rows = read()
    examples = [(text, intent.name) for intent in taxonomy.intents for text in intent.examples]
    tickets = tickets_of([*rows, *({"subject": "", "body": text} for text, _ in examples)])
    drafts = drafts_of(tickets, embedder)
    heads: dict[str, Any] = {}
    for signal, (stage, features_of) in unheaded(taxonomy, embedder).items():
        extra = examples if signal == "intent" else []
        count = len(rows) + len(extra)
        features = features_of(*stage.judge(tickets[:count], drafts[:count]))
        labels = [row[signal] for row in rows] + [intent for _, intent in extra]
        styles = [row["style"] for row in rows] + [""] * len(extra)
        weights = [1.0] * len(rows) + [EXAMPLE_WEIGHT] * len(extra)
        data = Data(signal, features, labels, styles, weights)
        names = names_of(signal, taxonomy)
        odds, left_out = data.left_out(names)
        truth = np.array([list(names).index(label) for label in data.labels[left_out]])
        divisor = temperature(odds, truth)
        print(report(signal, truth, odds) + f", temperature {divisor:.2f}")
        heads[signal] = head(data, names, divisor)
    out.write_text(json.dumps(_file(taxonomy, len(rows), heads), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{out}: {out.stat().st_size} bytes")


def _file(taxonomy: Taxonomy, rows: int, heads: Mapping[str, Any]) -> dict[str, Any]:
    paths = [path for path in sorted(TICKETS.glob("*.jsonl")) if not path.name.startswith(HELD_OUT)]
    sources = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths}
    revision = profiles.pins(Settings())["minilm"].revision
    return {"taxonomy": taxonomy.version, "embedding": revision, "rows": rows, "sources": sources, "heads": heads}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.fit")
    parser.add_argument("--out", type=Path, default=OUT)
    main(parser.parse_args().out)
