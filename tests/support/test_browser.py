"""The page fixture sees what goes wrong inside the browser."""

import pytest
from playwright.sync_api import Browser, Page

from tests.support import browser as support

pytestmark = pytest.mark.browser


def test_a_script_error_fails_the_test(browser: Browser) -> None:
    pages = support.page.__wrapped__(browser)  # type: ignore[attr-defined]
    opened: Page = next(pages)
    opened.goto("data:text/html,<script>undefined_name</script>")
    with pytest.raises(AssertionError, match="undefined_name"):
        next(pages)


def test_a_clean_page_passes(page: Page) -> None:
    page.goto("data:text/html,<title>Likeness</title>")
    assert page.title() == "Likeness"
