"""How far two readers agree on the held-out tickets: ``python -m training.agreement``. What no head can do better than.

The second reader was a language model, too, saw the guideline and the text, and none of the labels.
"""

import json

import numpy as np

from handler.evaluation.labelled import LABELS, SIGNALS
from handler.evaluation.scores import confusion, macro_f1, weighted_kappa
from training.fit import HELD_OUT, TICKETS

SECOND = TICKETS.parent / "second_reader.jsonl"


def main() -> None:
    """Prints the second reader's scores against the first one's labels."""
    first = {row["id"]: row for path in TICKETS.glob(f"{HELD_OUT}*.jsonl") for row in _rows(path.read_text("utf-8"))}
    pairs = [(first[row["id"]], row) for row in _rows(SECOND.read_text("utf-8"))]
    for signal in SIGNALS:
        names = LABELS.get(signal) or tuple(sorted({row[signal] for row, _ in pairs}))
        counts = np.array(confusion([a[signal] for a, _ in pairs], [b[signal] for _, b in pairs], names))
        agree = sum(a[signal] == b[signal] for a, b in pairs) / len(pairs)
        kappa = f", kappa {weighted_kappa(counts):.3f}" if signal == "urgency" else ""
        print(f"{signal}: {len(pairs)} tickets, accuracy {agree:.3f}, macro-F1 {macro_f1(counts, names):.3f}{kappa}")


def _rows(text: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in text.splitlines()]


if __name__ == "__main__":
    main()
