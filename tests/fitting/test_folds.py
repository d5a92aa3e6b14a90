"""What is left out together: no ticket may tell of another one that it is held against."""

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from handler.fitting.folds import MAX_FOLDS, STRATIFIED_FOLDS, folds

rows = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("XYZ")), min_size=1, max_size=60)


def test_a_group_is_a_fold() -> None:
    """As long as there are not too many."""
    groups = ["a", "b", "c", "a", "c"]
    found = folds(["1", "2", "3", "4", "5"], groups, ["X"] * 5)
    assert 3 == len(set(found))
    assert found[0] == found[3] != found[2] == found[4]


@given(st.lists(st.integers(0, 100).map(str), min_size=1, max_size=300))
def test_groups_are_never_parted(groups: list[str]) -> None:
    """However many there are; with fewer than three, equal texts are kept together instead."""
    found = folds(groups, groups, ["X"] * len(groups))
    by_group = defaultdict(set)
    for group, fold in zip(groups, found, strict=True):
        by_group[group].add(fold)
    assert {1} == {len(some) for some in by_group.values()}
    assert max(found) < MAX_FOLDS


def test_many_groups_make_folds_of_about_one_size() -> None:
    """A hundred customers of ten tickets each."""
    groups = [str(i % 100) for i in range(1_000)]
    sizes = Counter(folds(groups, groups, ["X"] * 1_000)).values()
    assert (MAX_FOLDS, True) == (len(sizes), max(sizes) - min(sizes) <= 10)


def test_every_label_is_in_every_fold() -> None:
    """Five of the rare one are enough."""
    labels = ["rare"] * 5 + ["common"] * 95
    found = folds([str(i) for i in range(100)], [""] * 100, labels)
    by_fold = {fold: {label for label, one in zip(labels, found, strict=True) if one == fold} for fold in set(found)}
    assert [{"rare", "common"}] * STRATIFIED_FOLDS == list(by_fold.values())


@given(rows, st.randoms())
def test_the_order_of_the_file_does_not_matter(some: list[tuple[str, str]], random: st.DataObject) -> None:
    """A text is in one fold, and in the same one wherever it stands."""
    one = {text: label for text, label in some}  # noqa: C416 - of equal texts the last label
    texts = sorted(one)
    shuffled = sorted(texts, reverse=True)
    first = dict(zip(texts, folds(texts, [""] * len(texts), [one[t] for t in texts]), strict=True))
    again = dict(zip(shuffled, folds(shuffled, [""] * len(texts), [one[t] for t in shuffled]), strict=True))
    assert first == again
