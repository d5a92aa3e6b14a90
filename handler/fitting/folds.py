"""Which rows are left out together: a group, where rows come in groups, else a like share of every label."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

GROUPS_NEEDED = 3  # with fewer, leaving one out says little
MAX_FOLDS = 16  # a head is fitted for each
STRATIFIED_FOLDS = 5


def grouped(groups: Sequence[str]) -> bool:
    """Whether there are groups enough to leave one out at a time."""
    return len(set(groups)) >= GROUPS_NEEDED


def folds(texts: Sequence[str], groups: Sequence[str], labels: Sequence[str]) -> list[int]:
    """The fold of each row. Groups stay together; without them, equal texts do: one must not tell of the other."""
    return _by_group(groups) if grouped(groups) else _stratified(texts, labels)


def _by_group(groups: Sequence[str]) -> list[int]:
    """A fold a group; where there are more groups than folds, each goes where the fewest rows are."""
    sizes = [0] * min(len(set(groups)), MAX_FOLDS)
    fold: dict[str, int] = {}
    for group, rows in sorted(Counter(groups).items(), key=lambda one: (-one[1], one[0])):
        fold[group] = sizes.index(min(sizes))
        sizes[fold[group]] += rows
    return [fold[group] for group in groups]


def _stratified(texts: Sequence[str], labels: Sequence[str]) -> list[int]:
    """The rows of each label dealt out in turn, in an order that is theirs whatever the file's."""
    first = dict(zip(reversed(texts), reversed(labels), strict=True))  # of rows that say the same the first one counts
    by_label: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted(first, key=lambda text: hashlib.sha256(text.encode()).digest()):
        by_label[first[text]].append(text)
    dealt = [text for label in sorted(by_label) for text in by_label[label]]
    fold = {text: turn % STRATIFIED_FOLDS for turn, text in enumerate(dealt)}
    return [fold[text] for text in texts]
