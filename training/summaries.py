"""How much of what matters an extractive summary keeps: ``python -m training.summaries [--held-out]``.

A key point is kept if that sentence of the ticket which is nearest to it, by embeddings, stands in the summary. Beside it the usual
way: the first 45 words. Tickets that are short enough to be their own summary are not counted.
"""

import argparse

import numpy as np

from handler import profiles
from handler.domain.ports import Embedder
from handler.domain.sentences import sentences
from handler.inference.brevity import MAX_WORDS, is_short
from handler.inference.extractive import Extractive
from handler.inference.shared import Shared
from handler.settings import Settings
from training.fit import drafts_of, read, tickets_of


def kept(summary: str, text: str, points: list[str], embedder: Embedder) -> list[bool]:
    """For each key point whether the sentence nearest to it is in the summary."""
    said = sentences(text)
    near = embedder.embed(points).vectors @ embedder.embed(said).vectors.T
    return [" ".join(said[i].split()) in " ".join(summary.split()) for i in near.argmax(axis=1)]


def main(*, held_out: bool) -> None:
    """Prints the share of key points that are kept."""
    embedder = Shared(profiles.embedder(Settings()))
    rows = read(held_out=held_out)
    texts = [draft.told for draft in drafts_of(tickets_of(rows), embedder)]
    long = [(text, row["key_points"]) for text, row in zip(texts, rows, strict=True) if not is_short(text)]
    made = Extractive(embedder).summarize([text for text, _ in long])
    ours, lead = [], []
    for (text, points), one in zip(long, made, strict=True):
        ours += kept(one.text, text, points, embedder)
        lead += kept(" ".join(text.split()[:MAX_WORDS]), text, points, embedder)
    print(f"{len(long)} tickets, {len(ours)} key points")
    print(f"kept {np.mean(ours):.3f}, by the first {MAX_WORDS} words {np.mean(lead):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.summaries")
    parser.add_argument("--held-out", action="store_true")
    main(held_out=parser.parse_args().held_out)
