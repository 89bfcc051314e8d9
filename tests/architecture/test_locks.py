"""The lock files pin everything the project asks for, by hash, and name no place to get it from."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
ASKED = {
    RUNTIME: PROJECT["project"]["dependencies"],
    DEVELOPMENT: PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
}
both = pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])


def entries(lock: str) -> list[list[str]]:
    """Return each pinned requirement with its options: `["flask==3.1.3", "--hash=sha256:..."]`."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    return [re.split(r"\s+(?=--)", line.strip()) for line in text.splitlines() if line.strip()]


def pins(lock: str) -> dict[str, str]:
    found = {}
    for requirement, *_ in entries(lock):
        name, version = requirement.split(";")[0].strip().split("==")
        found[canonicalize_name(name)] = version
    return found


@both
def test_everything_is_pinned_by_hash(lock: str) -> None:
    for requirement, *options in entries(lock):
        assert options, f"{requirement} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", option) for option in options), requirement


@both
def test_no_address_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links|#)", text, re.M)


@both
def test_the_lock_answers_what_the_project_asks_for(lock: str) -> None:
    pinned = pins(lock)
    for text in ASKED[lock]:
        wanted = Requirement(text)
        version = pinned.get(canonicalize_name(wanted.name))
        assert version is not None, f"{wanted.name} is not in {lock}: compile it again"
        assert wanted.specifier.contains(version), f"{lock} pins {wanted.name} {version}, not {wanted.specifier}"


def test_what_runs_is_what_is_tested() -> None:
    runtime, development = ({entry[0]: entry[1:] for entry in entries(lock)} for lock in ASKED)
    assert {name: options for name, options in runtime.items() if development.get(name) != options} == {}
