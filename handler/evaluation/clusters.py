"""Tickets that no intent fits, put together by what they are about: proposals for new intents.

Average linkage on cosines: the two clusters that are most alike in the mean become one, as long as they are alike
enough. No chance is in it, so the same tickets give the same proposals.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from handler.domain.ports import Vectors
from handler.domain.shown import shown
from handler.domain.taxonomy import MIN_EXAMPLES

MOST_TICKETS = 2_000  # are clustered: the work grows with their square and more
ALIKE = 0.45  # mean cosine down to which clusters are joined; tickets about one thing are about that near
MOST_EXAMPLES = 8  # are shown of a cluster
NAME_WORDS = 2
LEAST_LETTERS = 4  # of a word that may name an intent
DESCRIBED_CHARACTERS = 120

_WORD = re.compile(r"[a-z]+")
_MASKED = re.compile(r"\[[A-Z_]{2,16}\]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An intent that there might be: its name, how many tickets it has, and the texts nearest to its middle."""

    name: str
    tickets: int
    examples: tuple[str, ...]

    def to_toml(self) -> str:
        """To be pasted into a taxonomy. JSON's strings are TOML's, as long as they hold no control characters."""
        lines = [f"# {self.tickets} tickets", "[[intents]]", f'name = "{self.name}"']
        lines += [f"description = {_quoted('Tickets like: ' + self.examples[0][:DESCRIBED_CHARACTERS])}"]
        lines += ["examples = [", *(f"  {_quoted(text)}," for text in self.examples), "]"]
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(shown(text), ensure_ascii=False)


def proposals(texts: Sequence[str], vectors: Vectors, least: int, taken: Sequence[str]) -> list[Proposal]:
    """The clusters of at least ``least`` tickets, the largest first. ``taken``: names that are intents already.

    ``texts`` are in one line each and masked; ``vectors``: unit length, shape (texts, 384).
    """
    found = [members for members in clusters(vectors) if len(members) >= least]
    everywhere = Counter(word for text in texts for word in set(_words(text)))
    names = list(taken)
    made = []
    for members in sorted(found, key=lambda some: (-len(some), some[0])):
        examples = _nearest_first(members, texts, vectors)
        if len(examples) >= MIN_EXAMPLES:
            names.append(_name([texts[i] for i in members], everywhere, names))
            made.append(Proposal(names[-1], len(members), tuple(examples[:MOST_EXAMPLES])))
    return made


def clusters(vectors: Vectors) -> Iterator[list[int]]:
    """Which texts go together, as indices in order."""
    members = [[i] for i in range(len(vectors))]
    means = vectors.astype(np.float64)  # the mean cosine of two clusters is the product of their means
    alike = means @ means.T
    np.fill_diagonal(alike, -np.inf)
    while len(vectors) and alike.max() >= ALIKE:
        kept, gone = sorted(divmod(int(alike.argmax()), len(vectors)))
        share = len(members[gone]) / (len(members[kept]) + len(members[gone]))
        alike[kept] = (1 - share) * alike[kept] + share * alike[gone]
        alike[:, kept] = alike[kept]
        alike[kept, kept] = alike[gone] = alike[:, gone] = -np.inf
        members[kept], members[gone] = sorted(members[kept] + members[gone]), []
    yield from (some for some in members if some)


def _nearest_first(members: Sequence[int], texts: Sequence[str], vectors: Vectors) -> list[str]:
    """Different texts of a cluster, those in its middle first."""
    middle = vectors[members].mean(axis=0)
    order = sorted(members, key=lambda i: (-float(vectors[i] @ middle), i))
    return list(dict.fromkeys(texts[i] for i in order))


def _name(texts: Sequence[str], everywhere: Counter[str], taken: Sequence[str]) -> str:
    """The words that are in many of these texts and in few others; numbered if there is such an intent already."""
    here = Counter(word for text in texts for word in set(_words(text)))
    telling = sorted(here, key=lambda word: (-(here[word] ** 2) / everywhere[word], word))
    different = {word[:LEAST_LETTERS]: word for word in reversed(telling)}  # limit and limits name one thing
    name = "_".join(word for word in telling if word in different.values())
    name = "_".join(name.split("_")[:NAME_WORDS])[:60] or "unnamed"
    numbers = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbers if one not in taken)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(_MASKED.sub(" ", text).lower()) if len(word) >= LEAST_LETTERS]
