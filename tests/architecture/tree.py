"""The files of the project, as a clean clone has them."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NOT_OURS = {
    *(".git", ".venv", "var", "dist", "build"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"),
}


def files() -> list[Path]:
    """Return every file that git keeps; in an unpacked archive, which git does not know, every file there is."""
    git = shutil.which("git") or "git"
    try:
        listed = subprocess.run(
            [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return _every_file()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def _every_file() -> list[Path]:
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not _NOT_OURS.intersection(path.relative_to(ROOT).parts)
    ]


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]
