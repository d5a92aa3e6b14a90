"""The house's measures: small functions, small files."""

import ast
from pathlib import Path
from statistics import median, quantiles

import handler

FILES = sorted(Path(handler.__file__).parent.rglob("*.py"))


def lengths(tree: ast.AST) -> list[int]:
    """Lines of each function, signature included and docstring not."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [node.end_lineno - node.lineno + 1 - _docstring_lines(node) for node in functions if node.end_lineno]


def _docstring_lines(node: ast.FunctionDef) -> int:
    first = node.body[0]
    return (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0


def test_functions_are_small() -> None:
    """Half of them have at most 8 lines, nine in ten at most 25."""
    found = [length for file in FILES for length in lengths(ast.parse(file.read_text(encoding="utf-8")))]
    assert median(found) <= 8
    assert quantiles(found, n=10)[-1] <= 25


def test_no_module_has_more_than_200_lines() -> None:
    """One file, one idea."""
    assert [] == [file.name for file in FILES if len(file.read_text(encoding="utf-8").splitlines()) > 200]
