"""The taxonomy file: what is accepted, and how a mistake in it is named."""

from importlib import resources
from pathlib import Path

import pytest

from handler.domain.taxonomy import Taxonomy, TaxonomyError, load_taxonomy

INTENTS = (
    "login_issue", "payment_issue", "bug_report", "feature_request", "account_management", "performance_issue",
    "security_concern", "data_request", "integration_help", "general_inquiry",
)  # fmt: skip

OWN = """
default = "other"

[[intents]]
name = "pizza"
description = "The customer wants a pizza."
examples = ["one margherita please", "are you open for pizza", "large pizza with olives"]
rules = [{ phrase = "extra cheese", weight = 2.0 }, { pattern = "pizzas?" }]

[[intents]]
name = "other"
description = "Anything else."
examples = ["hello", "thanks", "who are you"]
"""


def _load(folder: Path, text: str) -> Taxonomy:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return load_taxonomy(path)


def test_the_shipped_taxonomy_has_the_intents_of_the_contract() -> None:
    """Names and default are what others rely on; each intent has enough to be recognised by."""
    taxonomy = load_taxonomy(None)

    assert (taxonomy.names, taxonomy.default) == (INTENTS, "general_inquiry")
    assert all(len(intent.examples) >= 14 and len(intent.rules) >= 4 for intent in taxonomy.intents)


def test_no_example_speaks_for_two_intents() -> None:
    """The same message in two places would tell nothing."""
    examples = [example for intent in load_taxonomy(None).intents for example in intent.examples]

    assert len(set(examples)) == len(examples)


def test_users_bring_their_own(tmp_path: Path) -> None:
    """Any intents will do, and rules are optional."""
    taxonomy = _load(tmp_path, OWN)

    assert taxonomy.names == ("pizza", "other")
    assert [rule.weight for rule in taxonomy.intents[0].rules] == [2.0, 1.0]


def test_the_version_is_of_the_content(tmp_path: Path) -> None:
    """Comments and layout change nothing; an example or a weight does."""
    version = _load(tmp_path, OWN).version

    assert len(version) == 12
    assert _load(tmp_path, "# a comment\n\n" + OWN).version == version
    assert _load(tmp_path, OWN.replace("olives", "ham")).version != version
    assert _load(tmp_path, OWN.replace("2.0", "2.5")).version != version


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"one margherita please", ', "", "own.toml: intents.0.examples: at least 3 are needed (line 7)"),
        ('default = "other"', 'default = "pasta"', "own.toml: default: no intent is named 'pasta'"),
        ('name = "other"', 'name = "pizza"', "own.toml: intents: more than one is named pizza"),
        ('name = "pizza"', 'name = "Pizza!"', "own.toml: intents.0.name: "),
        ('description = "Anything else."', "", "own.toml: intents.1.description: Field required"),
        ("weight = 2.0", "weight = 99", "own.toml: intents.0.rules.0.weight: Input should be less than or equal to 5"),
        ("weight", "wait", "own.toml: intents.0.rules.0.wait: Extra inputs are not permitted"),
        ('"pizzas?"', '"(pizza"', "own.toml: intents.0.rules.1: pattern '(pizza' is not a regular expression: "),
        ('"pizzas?"', '"(a+)+"', "own.toml: intents.0.rules.1: pattern '(a+)+' uses '+'"),
        ("{ pattern", '{ phrase = "x", pattern', "own.toml: intents.0.rules.1: needs either a phrase or a pattern"),
        ("default = ", "default ", "own.toml: is not TOML: "),
    ],
)
def test_a_mistake_is_named_by_file_field_and_reason(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    """One line that the author of the file can act on."""
    with pytest.raises(TaxonomyError) as caught:
        _load(tmp_path, OWN.replace(right, wrong))

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_a_taxonomy_error(tmp_path: Path) -> None:
    """Missing, a folder, or not text: one kind of error."""
    (tmp_path / "latin.toml").write_bytes(b'default = "\xe9"')

    for name, reason in [("missing.toml", "No such file"), (".", "directory"), ("latin.toml", "is not UTF-8")]:
        with pytest.raises(TaxonomyError, match=reason):
            load_taxonomy(tmp_path / name)


def test_a_loaded_taxonomy_cannot_be_changed() -> None:
    """Its version stays true."""
    with pytest.raises(ValueError, match="frozen"):
        load_taxonomy(None).default = "bug_report"  # type: ignore[misc]


@pytest.mark.parametrize(
    "content",
    [
        "x = " + "9" * 5_000,
        "x = " + "[" * 20_000,
        'default = "a"\n[[intents]]\nname = "a"\n[[intents.rules]]\npatterns = ["a{0,99999999999999999999}"]',
        'default = "a"\n[[intents]]\nname = "a"\n[[intents.rules]]\npatterns = ["[[a]b"]',
    ],
)
def test_a_file_that_breaks_the_parser_is_refused_like_any_other(tmp_path: Path, content: str) -> None:
    """Whatever the libraries raise or warn about inside."""
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(TaxonomyError, match=r"^mine\.toml: "):
        load_taxonomy(path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Some editors write one."""
    path = tmp_path / "mine.toml"
    shipped = resources.files("handler.domain").joinpath("taxonomy.toml").read_text(encoding="utf-8")
    path.write_text(shipped, encoding="utf-8-sig")
    assert load_taxonomy(path).version == load_taxonomy(None).version
