"""The tools that hold the style, the types, the layers and the list of dependencies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
CHECKS = {
    "layers": ["lint-imports", "--no-logo"],
    "style": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "dependencies": ["deptry", "."],
}


@pytest.mark.parametrize("command", CHECKS.values(), ids=CHECKS)
def test_the_tool_has_nothing_to_say(command: list[str]) -> None:
    program, *arguments = command
    done = subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
