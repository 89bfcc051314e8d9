"""Rules decide from what they are given: they read no clock, roll no dice and open nothing.

That they import no framework and no database is a contract of import-linter.
"""

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, python_files

IMPURE_MODULES = {"io", "os", "pathlib", "random", "secrets", "socket", "subprocess", "threading", "time", "uuid"}
IMPURE_CALLS = {"now", "utcnow", "today", "open", "print", "input", "getenv"}


def is_pure(path: Path) -> bool:
    return path.name in {"rules.py", "states.py"} or path.parent.name == "rules"


def impurities(text: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name.split(".")[0] in IMPURE_MODULES]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in IMPURE_MODULES:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found += [f"{called}()"] * (called in IMPURE_CALLS)
    return found


def test_rules_and_states_are_pure() -> None:
    app = [path for path in python_files() if path.is_relative_to(ROOT / "app") and is_pure(path)]
    assert len(app) > 5
    found = {str(path.relative_to(ROOT)): impurities(path.read_text()) for path in app}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import time", ["time"]),
        ("from random import choice", ["random"]),
        ("import os.path", ["os.path"]),
        ("at = datetime.now(UTC)", ["now()"]),
        ("open('x')", ["open()"]),
        ("from datetime import datetime\nat = term.ends_at", []),
    ],
)
def test_an_impurity_is_found(text: str, what: list[str]) -> None:
    assert impurities(text) == what
