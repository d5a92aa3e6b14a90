"""How far two readers agree: ``python -m training.agreement``. What no head can do better than.

The second reader was a language model, too, saw the guideline and the text, and none of the labels.
"""

import json
from collections.abc import Sequence

import numpy as np

from handler.evaluation.labelled import LABELS, SIGNALS
from handler.evaluation.scores import confusion, macro_f1, weighted_kappa
from training.shipped import HELD_OUT, TICKETS

SECOND = TICKETS.parent / "second_reader.jsonl"


def main() -> None:
    """Prints the second reader's scores against the first one's labels: of what is held out, and of the rest."""
    first = {row["id"]: row for path in sorted(TICKETS.glob("*.jsonl")) for row in _rows(path.read_text("utf-8"))}
    pairs = [(first[row["id"]], row) for row in _rows(SECOND.read_text("utf-8"))]
    held = [pair for pair in pairs if pair[0]["id"].startswith(HELD_OUT)]
    for name, some in (("held out", held), ("fitted on", [pair for pair in pairs if pair not in held])):
        for signal in SIGNALS:
            print(f"{name}: {_agreement(signal, some)}")


def _agreement(signal: str, pairs: Sequence[tuple[dict[str, str], dict[str, str]]]) -> str:
    names = LABELS.get(signal) or tuple(sorted({row[signal] for row, _ in pairs}))
    counts = np.array(confusion([a[signal] for a, _ in pairs], [b[signal] for _, b in pairs], names))
    agree = sum(a[signal] == b[signal] for a, b in pairs) / len(pairs)
    kappa = f", kappa {weighted_kappa(counts):.3f}" if signal == "urgency" else ""
    return f"{signal}: {len(pairs)} tickets, accuracy {agree:.3f}, macro-F1 {macro_f1(counts):.3f}{kappa}"


def _rows(text: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in text.splitlines()]


if __name__ == "__main__":
    main()
