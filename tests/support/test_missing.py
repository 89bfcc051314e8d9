"""Whatever is missing is never missed: skipped aloud on a laptop, failed in CI."""

import pytest

from tests.support.missing import missing


def test_in_ci_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="PostgreSQL is needed in CI"):
        missing("PostgreSQL", "None is installed.")


@pytest.mark.parametrize("value", ["", "false"])
def test_elsewhere_it_skips(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CI", value)
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED: PostgreSQL"):
        missing("PostgreSQL", "None is installed.")
