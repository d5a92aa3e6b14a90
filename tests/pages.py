"""The documentation as its tests read it: pages, links, headings, fenced blocks and the commands in them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
GENERATED = {"docs/commands.md"}  # its usage lines are no commands
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md", "layers/*.md", "training/*.md")
    for page in ROOT.glob(pattern)
)
# What a shell block needs, beside a checkout with `make install models`; docs/README.md says the same to readers.
MARKS = {"run", "local", "needs-aws", "needs-docker", "needs-cluster", "needs-hub", "needs-registry"}
SHELLS = {"sh", "console"}
LANGUAGES = SHELLS | {"text", "json", "yaml", "toml", "mermaid", "hcl", "csv", "promql", "python"}
FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"(?:\.venv/bin/)?ticket-processor$")


@dataclass(frozen=True)
class Block:
    page: str
    language: str
    marks: tuple[str, ...]
    text: str

    @property
    def commands(self) -> list[str]:
        """A line each, continued lines joined, prompts taken away; of a console only what follows a prompt."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        return [line for line in lines if line.strip() and not line.startswith("#")]


def name(page: Path) -> str:
    """The page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks() -> list[Block]:
    """Every fenced block of the pages that people write."""
    return [
        Block(name(page), language, tuple(marks), text)
        for page in PAGES
        if name(page) not in GENERATED
        for information, text in FENCE.findall(page.read_text(encoding="utf-8"))
        for language, *marks in [information.split() or [""]]
    ]


def prose(page: Path) -> str:
    """The page without its blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The headings as GitHub names them in links."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def written(program: str) -> list[tuple[str, str]]:
    """Page and line of each command that begins with the program's name: in a block or, within backticks, in prose."""
    inside = [(block.page, line) for block in blocks() for line in block.commands]
    spans = [
        (name(page), span)
        for page in PAGES
        if name(page) not in GENERATED
        for span in re.findall(r"`([^`\n]+)`", prose(page))
    ]
    return [(page, line) for page, line in inside + spans if re.match(rf"{program}(?: |$)", line)]


def words(line: str) -> list[str]:
    """What the program of the line is given: without comments, pipes and redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(_until_the_shell(lexer))


def _until_the_shell(tokens: Iterator[str]) -> Iterator[str]:
    for token in tokens:
        if set(token) <= set("|&;<>()"):
            return
        yield token
