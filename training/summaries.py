"""How much of what matters an extractive summary keeps: ``python -m training.summaries [--held-out]``.

A key point is kept if that sentence of the ticket which is nearest to it, by embeddings, stands in the summary. Beside it the usual
way: the first 45 words. Tickets that are short enough to be their own summary are not counted.
"""

import argparse
import json
from dataclasses import dataclass

import numpy as np

from handler import profiles
from handler.domain.ports import Embedder
from handler.domain.sentences import sentences
from handler.inference.brevity import MAX_WORDS, is_short
from handler.inference.extractive import Extractive
from handler.pipeline.draft import with_subject
from handler.pipeline.gist import gist
from handler.pipeline.redact import mask
from handler.settings import Settings
from training.shipped import HELD_OUT, TICKETS


@dataclass(frozen=True, slots=True)
class Told:
    """A ticket as embedded, what of it is summarized, and its key points."""

    whole: str
    text: str
    points: list[str]


def told(*, held_out: bool) -> list[Told]:
    """The tickets that need a summary, as the pipeline reads them."""
    paths = [path for path in sorted(TICKETS.glob("*.jsonl")) if path.name.startswith(HELD_OUT) == held_out]
    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    every = [_told(mask(row["subject"])[0], gist(mask(row["body"])[0]), row["key_points"]) for row in rows]
    return [one for one in every if not is_short(one.text)]


def _told(subject: str, text: str, points: list[str]) -> Told:
    return Told(with_subject(subject, text), text, points)


def kept(summary: str, one: Told, embedder: Embedder) -> list[bool]:
    """For each key point whether the sentence nearest to it is in the summary."""
    said = sentences(one.text)
    near = embedder.embed(one.points).vectors @ embedder.embed(said).vectors.T
    return [" ".join(said[i].split()) in " ".join(summary.split()) for i in near.argmax(axis=1)]


def main(*, held_out: bool) -> None:
    """Prints the share of key points that are kept."""
    embedder = profiles.embedder(Settings())
    long = told(held_out=held_out)
    wholes = embedder.embed([one.whole for one in long]).vectors
    made = Extractive(embedder).extract([one.text for one in long], list(wholes))
    ours, lead = [], []
    for one, summary in zip(long, made, strict=True):
        ours += kept(summary.text, one, embedder)
        lead += kept(" ".join(one.text.split()[:MAX_WORDS]), one, embedder)
    print(f"{len(long)} tickets, {len(ours)} key points")
    print(f"kept {np.mean(ours):.3f}, by the first {MAX_WORDS} words {np.mean(lead):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.summaries")
    parser.add_argument("--held-out", action="store_true")
    main(held_out=parser.parse_args().held_out)
