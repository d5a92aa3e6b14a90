"""Every command in the documentation exists; those that can be run at once are."""

import re
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
import typer.main

from handler.cli import app
from tests import pages
from tests.cli.conftest import Operator, command, credentials, operator
from tests.pages import ROOT, Block

__all__ = ["command", "credentials", "operator"]

GUIDE = "docs/your-own-labels.md"  # run as a whole, and its claims checked, by tests/test_your_own_labels.py
PLACEHOLDER = re.compile(r"^(\.\.\.|[A-Z][A-Z-]*|<.+>|\$\w+)$")
VERBS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
BLOCKS = pages.blocks()
RUNBOOK = "docs/runbook.md"  # run beside a worker by tests/test_runbook.py
HERE = [block for block in BLOCKS if block.page != RUNBOOK]
RUN = [line for block in HERE if block.language == "sh" and "run" in block.marks for line in block.commands]


def test_every_block_says_what_it_is() -> None:
    """A reader's tool colours it; and nothing that could be a command goes unnoticed as text."""
    assert BLOCKS
    assert [] == [(block.page, block.text) for block in BLOCKS if block.language not in pages.LANGUAGES]
    programs = re.compile(
        r"^(\$ |make |ticket-processor |docker |kubectl |sam |terraform |export |curl )", re.MULTILINE
    )
    assert [] == [
        (block.page, block.text) for block in BLOCKS if block.language == "text" and programs.search(block.text)
    ]


def test_every_shell_block_says_what_it_needs() -> None:
    """``run`` means that a test runs it; ``local`` that it needs this checkout only, but takes too long for a test."""
    shells = [block for block in BLOCKS if block.language in pages.SHELLS]
    assert [] == [(b.page, b.marks, b.text) for b in shells if len(b.marks) != 1 or b.marks[0] not in pages.MARKS]
    assert {GUIDE} == {block.page for block in shells if block.language == "console" and "run" in block.marks}


def test_readers_are_told_what_the_marks_mean() -> None:
    told = set(
        re.findall(r"^\| `sh ([a-z-]+)` \|", (ROOT / "docs/README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert pages.MARKS == told


def refusal(arguments: list[str]) -> str | None:
    """Why the command line does not take these words; placeholders stand for any value."""
    context = typer.main.get_command(app).make_context("ticket-processor", [], resilient_parsing=True)
    node: Any = context.command
    while hasattr(node, "commands") and arguments and not arguments[0].startswith("-"):
        first, *arguments = arguments
        if PLACEHOLDER.match(first):
            return None
        if first not in node.commands:
            return f"there is no command {first}"
        node = node.commands[first]
        context = type(context)(node, info_name=first, parent=context)
    return _unparsed(node, context, [word for word in arguments if word != "..."])


def _unparsed(node: Any, context: Any, arguments: list[str]) -> str | None:
    try:
        values, rest, _ = node.make_parser(context).parse_args(args=list(arguments))
    except Exception as error:  # noqa: BLE001 - the library's own, which typer does not export
        return f"{type(error).__name__}: {error}"
    for parameter in node.params:
        described, given = parameter.type_descriptor, values.get(parameter.name)
        if not isinstance(given, str) or PLACEHOLDER.match(given) or described.parameter_info.parser:
            continue
        if not _fits(given, described.annotation):
            return f"{given} is no value of {parameter.name}"
    return f"{rest} is too much" if rest else None


def _fits(given: str, kind: Any) -> bool:
    """Of those types that a word can be wrong for."""
    flat = [inner for outer in (kind, *get_args(kind)) for inner in (outer, *get_args(outer))]
    choices = [one for one in flat if isinstance(one, str)]
    if choices:
        return given in choices
    return str in flat or Path in flat or not {int, float} & set(flat) or re.fullmatch(r"-?[0-9.]+", given) is not None


@pytest.mark.parametrize(("page", "line"), pages.written(r"(?:\.venv/bin/)?ticket-processor"))
def test_every_command_line_is_one_that_the_program_takes(page: str, line: str) -> None:
    """Commands and options exist, and values have their types."""
    assert refusal(pages.words(line)[1:]) is None, page


@pytest.mark.parametrize(
    ("line", "expected"),
    {
        "dlq lists": "no command lists",
        "dlq list --nothing": "NoSuchOption",
        "dlq redrive --max many": "no value of most",
        "enrich --profile half": "no value of profile",
        "orphans --older-than": "requires an argument",
        "erase A B": "too much",
    }.items(),
)
def test_what_the_program_does_not_take_is_noticed(line: str, expected: str) -> None:
    """Or the test above would hold for anything."""
    assert expected in str(refusal(line.split()))


def test_every_verb_of_make_exists() -> None:
    written = [(page, pages.words(line)[1:]) for page, line in pages.written("make")]
    verbs = [(page, word) for page, words in written for word in words if re.fullmatch("[a-z-]+", word)]
    assert len(verbs) > 20
    assert [] == [(page, verb) for page, verb in verbs if verb not in VERBS]


def test_what_is_run_is_ours() -> None:
    """No program of the machine's."""
    assert len(RUN) > 5
    assert [] == [line for line in RUN if not line.startswith("ticket-processor ")]


@pytest.mark.emulator
@pytest.mark.parametrize("line", RUN)
def test_what_is_marked_so_runs(line: str, operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On resources that are there and empty, in the checkout's files; ``mine.yaml`` is a template of one's own."""
    for file in ("template.yaml", "docs/your-own-labels/labelled.csv"):
        shutil.copy(ROOT / file, tmp_path)
    shutil.copy(ROOT / "template.yaml", tmp_path / "mine.yaml")
    monkeypatch.chdir(tmp_path)
    answer = operator(*pages.words(line)[1:])
    assert 0 == answer.code, answer.err


def test_a_block_is_read_as_a_shell_reads_it() -> None:
    """Continued lines are one command; comments, prompts, pipes and redirections are none of it."""
    block = Block("a.md", "console", ("run",), "$ a b \\\n  c # why\nthe answer\n$ d < e | f > g\n")
    assert ["a b    c # why", "d < e | f > g"] == block.commands
    assert [["a", "b", "c"], ["d"]] == [pages.words(line) for line in block.commands]
