"""A headless Chromium for page tests: the system's own, pointed at the app on loopback."""

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright
from werkzeug.serving import make_server

from tests.support.missing import missing

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
INSTALL = "Install it for the page tests: apt-get install chromium libatomic1"
FLAGS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        missing("Chromium", INSTALL)
    with contextlib.ExitStack() as stack:
        try:
            playwright = stack.enter_context(sync_playwright())
            launched = playwright.chromium.launch(
                executable_path=program, args=FLAGS, chromium_sandbox=os.geteuid() != 0
            )
        except Exception as error:
            missing("Chromium", f"It does not start ({str(error).splitlines()[0]}). {INSTALL}")
        yield launched
        launched.close()


@pytest.fixture
def base_url(app: Flask) -> Iterator[str]:
    """The app served on loopback in a thread of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page; errors on its console or in its scripts fail the test.

    The status of the document itself is for the test to judge: a page that says 404 may be what it wants to see.
    """
    documents: set[str] = set()
    errors: list[tuple[str, str]] = []

    def note_document(response: Response) -> None:
        if response.request.is_navigation_request():
            documents.add(response.url)

    def note_error(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append((message.location.get("url", ""), message.text))

    context = browser.new_context(locale="en-US", timezone_id="UTC", viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.on("response", note_document)
    opened.on("console", note_error)
    opened.on("pageerror", lambda error: errors.append((opened.url, str(error))))
    yield opened
    context.close()
    wrong = [error for error in errors if not (error[0] in documents and "Failed to load resource" in error[1])]
    assert not wrong, f"The page reported errors: {wrong}"
