"""What stands in files: vendored code is what it says, templates hold nothing inline."""

import hashlib
import re
from pathlib import Path

import pytest

import app.web

WEB = Path(app.web.__file__).parent
VENDOR = WEB / "static" / "vendor"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
_POST_FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.DOTALL)


def test_vendored_files_are_the_ones_that_were_checked_in() -> None:
    listed = dict(reversed(line.split()) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    present = {file.name for file in VENDOR.iterdir()} - {"SHA256SUMS"}
    assert present == set(listed)
    for name, expected in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == expected, name


def test_nothing_is_fetched_from_elsewhere() -> None:
    own = [*TEMPLATES, *(WEB / "static" / "css").iterdir(), *(WEB / "static" / "js").iterdir()]
    assert not [file.name for file in own if re.search(r"(src|href|url|@import)\W+https?:", file.read_text())]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_templates_hold_nothing_inline(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_every_form_that_changes_something_is_secured(template: Path) -> None:
    for form in _POST_FORM.findall(template.read_text()):
        assert "m.secured()" in form, form


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_every_table_has_a_caption_and_every_picture_a_text(template: Path) -> None:
    text = template.read_text()
    assert text.count("<table") == text.count("<caption")
    assert all(" alt=" in picture for picture in re.findall(r"<img[^>]*>", text))
