"""Files and functions stay small enough to be read at once. When one grows, split it by verb."""

import ast
from pathlib import Path

from tests.architecture.tree import ROOT, python_files

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60


def too_long(path: Path, text: str) -> list[str]:
    lines = len(text.splitlines())
    found = [f"{path}: {lines} lines"] if lines > LINES_OF_A_FILE else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                found.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    return found


def test_nothing_is_too_long() -> None:
    found = [
        line
        for path in python_files()
        if "versions" not in path.parts  # a migration says as much as the schema needs
        for line in too_long(path.relative_to(ROOT), path.read_text())
    ]
    assert found == []


def test_the_limits_are_exact() -> None:
    body = "    x = 1\n"
    fits = "def fits():\n" + body * (LINES_OF_A_FUNCTION - 1)
    assert too_long(Path("a.py"), fits) == []
    assert too_long(Path("a.py"), fits + body) == [f"a.py:1 fits: {LINES_OF_A_FUNCTION + 1} lines"]
    assert too_long(Path("a.py"), "x = 1\n" * LINES_OF_A_FILE) == []
    assert too_long(Path("a.py"), "x = 1\n" * (LINES_OF_A_FILE + 1)) == [f"a.py: {LINES_OF_A_FILE + 1} lines"]
