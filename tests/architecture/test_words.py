"""The repository speaks of the product: no registries, no machines of ours, nothing left to do."""

import re

import pytest

from tests.architecture.tree import ROOT, files

# Written with brackets so that this file does not hold what it forbids.
FORBIDDEN = re.compile(
    r"py[p]i\.org|python[h]osted|npm[j]s|[r]egistry\.(?:npm|yarn|docker)|deb\.[d]ebian|crates\.[i]o"
    r"|(?<![\w.-])/(?:[w]ork|[f]arm|[r]oot)/|\b[i]ssues? #?\d+\b|\b[s]ubagents?\b|\b[T]ODO\b|\b[F]IXME\b"
)
SKIPPED = {".csv", ".gz", ".zip", ".woff2", ".png", ".ico"}


def test_no_file_holds_a_word_that_does_not_belong_here() -> None:
    found = []
    for path in files():
        relative = path.relative_to(ROOT)
        if path.suffix in SKIPPED or "vendor" in relative.parts:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if hit := FORBIDDEN.search(line):
                found.append(f"{relative}:{number} {hit.group()}")
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "see [i]ssue 7",
        "at /[w]ork/main",
        "cd /[r]oot/x",
        "https://py[p]i.org/simple",
        "# [T]ODO later",
        "a [s]ubagent",
    ],
)
def test_such_a_word_is_found(line: str) -> None:
    assert FORBIDDEN.search(line.replace("[", "").replace("]", ""))


@pytest.mark.parametrize("line", ["from app import registry", "the network/root/folder", "she issued 7 licenses"])
def test_ordinary_words_pass(line: str) -> None:
    assert not FORBIDDEN.search(line)
