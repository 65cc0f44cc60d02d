"""Sizes of files and functions, and the share of comments. The hard limits fail; the median is of all files."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE, MEDIAN_FILE, P90_FILE = 400, 90, 200
LONGEST_FUNCTION, P90_FUNCTION = 60, 25
COMMENTS = 0.10


def files(*patterns: str) -> list[Path]:
    """The project's own sources: what a build or a tool wrote is not ours to measure."""
    found = [path for pattern in patterns for path in ROOT.glob(pattern)]
    return sorted(path for path in found if not {"migrations", "vendor"} & set(path.parts))


PYTHON = files("accounts/**/*.py", "chat/**/*.py", "chatsite/**/*.py", "tests/**/*.py", "manage.py")
PRODUCT = [path for path in PYTHON if path.relative_to(ROOT).parts[0] != "tests"]
SCRIPTS = files("static/js/**/*.js")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    return [(f"{path.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1) for node in found]


@pytest.mark.parametrize("paths", [PYTHON, SCRIPTS], ids=["python", "scripts"])
def test_no_file_is_longer_than_a_reader_holds_in_mind(paths: list[Path]) -> None:
    too_long = {str(path.relative_to(ROOT)): lines(path) for path in paths if lines(path) > LONGEST_FILE}
    assert not too_long


@pytest.mark.parametrize("paths", [PRODUCT, SCRIPTS], ids=["python", "scripts"])
def test_most_files_are_short(paths: list[Path]) -> None:
    sizes = [size for path in paths if (size := lines(path))]
    assert median(sizes) <= MEDIAN_FILE
    assert quantiles(sizes, n=10)[-1] <= P90_FILE


def test_no_function_is_longer_than_a_page() -> None:
    found = [one for path in PYTHON for one in functions(path)]
    assert not [one for one in found if one[1] > LONGEST_FUNCTION]


def test_most_functions_are_short() -> None:
    found = [size for path in PRODUCT for _name, size in functions(path)]
    assert quantiles(found, n=10)[-1] <= P90_FUNCTION


def test_comments_say_why_and_therefore_are_few() -> None:
    comments = total = 0
    for path in PRODUCT:
        text = path.read_text(encoding="utf-8")
        total += sum(1 for line in text.splitlines() if line.strip())
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        comments += sum(1 for token in tokens if token.type == tokenize.COMMENT)
    assert 0 < comments / total <= COMMENTS
