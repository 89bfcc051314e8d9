"""Whether a license may be suspended or ended is asked in one place: nobody goes around it to the change itself."""

import ast
from pathlib import Path

from tests.architecture.tree import ROOT, python_files

CHANGES = {"change_standing", "apply_standing"}
DOORS = ("app/licensing/standing/service/", "app/licensing/service/lifecycle.py")


def names_of_changes(text: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found & CHANGES


def test_only_the_services_of_the_standing_change_it() -> None:
    paths: list[Path] = [path.relative_to(ROOT) for path in python_files() if path.is_relative_to(ROOT / "app")]
    around = [str(path) for path in paths if names_of_changes((ROOT / path).read_text())]
    assert around
    assert [path for path in around if not path.startswith(DOORS)] == []


def test_both_ways_to_name_a_change_are_seen() -> None:
    assert names_of_changes("from app.licensing.service.lifecycle import apply_standing") == {"apply_standing"}
    assert names_of_changes("lifecycle.change_standing(session=session)") == {"change_standing"}
    assert names_of_changes("service.terminate(session=session)") == set()
