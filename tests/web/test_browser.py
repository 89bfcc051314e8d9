"""What a browser makes of the pages: search as one types, no script or style refused, narrow screens, labels."""

import pytest
from playwright.sync_api import Browser, Page, expect

from app.identity.models import User
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.identity import PASSWORD
from tests.factories.licensing import DURING, Licensed, make_license
from tests.factories.negotiation import make_request
from tests.support.clock import FrozenClock

pytestmark = pytest.mark.browser


@pytest.fixture
def licensed(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        made = make_license(session, services.store)
        make_request(session, made.sides)
        return made


@pytest.fixture
def email(database: Database, licensed: Licensed) -> str:
    with database.read() as session:
        return session.get_one(User, licensed.licensee.user_id).email


def _sign_in(base_url: str, page: Page, email: str) -> None:
    page.goto(f"{base_url}/sign-in?next=/licenses")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Licenses")).to_be_visible()


def test_the_catalog_follows_what_is_typed(base_url: str, page: Page, licensed: Licensed) -> None:
    page.goto(f"{base_url}/catalog")
    page.evaluate("document.body.dataset.kept = 'yes'")
    page.get_by_label("Words").fill("nobody of that name")
    expect(page.get_by_text("No package fits all of this")).to_be_visible()
    assert "text=nobody" in page.url
    page.get_by_label("Words").fill("adae")
    expect(page.get_by_role("link", name=licensed.sides.package.title)).to_be_visible()
    page.locator("select[name=component]").select_option("face")
    expect(page.get_by_text("No package fits all of this")).to_be_visible()
    assert page.evaluate("document.body.dataset.kept") == "yes"
    assert page.evaluate("document.adoptedStyleSheets.length") == 0


@pytest.mark.usefixtures("licensed")
def test_the_catalog_works_without_scripts(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}/catalog")
    page.get_by_label("Words").fill("nobody")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("No package fits all of this")).to_be_visible()
    context.close()


def test_a_use_is_decided_without_leaving_the_page(
    base_url: str, page: Page, email: str, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    _sign_in(base_url, page, email)
    page.get_by_role("link", name="Adaeze Łuna in Harbor Lights").click()
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#decision").get_by_text("ALLOWED")).to_be_visible()
    page.get_by_label("Country").fill("CN")
    page.get_by_label("Country").blur()
    expect(page.get_by_text("TERRITORY_NOT_GRANTED")).to_be_visible()
    page.get_by_role("link", name="Files", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "takes.wav"


def test_an_impatient_double_click_signs_once(
    base_url: str, page: Page, licensed: Licensed, database: Database
) -> None:
    with database.read() as session:
        licensor = session.get_one(User, licensed.licensor.user_id).email
    _sign_in(base_url, page, licensor)
    page.get_by_role("link", name="Negotiations").click()
    page.get_by_role("listitem").filter(has_text="your answer").get_by_role("link").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Accept and sign").dblclick()
    expect(page.get_by_text("awaiting payment")).to_be_visible()


WIDE = "() => document.documentElement.scrollWidth > innerWidth"
NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a, audio')]
    .filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim()
        || e.querySelector('img[alt]:not([alt=""])') || e.closest('label')))
    .map(e => e.outerHTML)"""
SKIPPED = """() => [...document.querySelectorAll('h1, h2, h3, h4')].map(h => +h.tagName[1])
    .filter((level, i, all) => i && level > all[i - 1] + 1).length"""


def test_pages_fit_a_phone_and_name_everything(
    base_url: str, page: Page, licensed: Licensed, email: str, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    page.set_viewport_size({"width": 360, "height": 740})
    _sign_in(base_url, page, email)
    package = f"/packages/{licensed.sides.package.id}"
    paths = ["/", "/catalog", package, f"{package}/request", "/negotiations", "/licenses", "/payments", "/docs"]
    talks = page.request.get(f"{base_url}/negotiations").text().split('href="/negotiations/', 1)[1].split('"', 1)[0]
    paths += [f"/negotiations/{talks}", f"/negotiations/{talks}/counter"]
    for path in [*paths, f"/licenses/{licensed.id}", f"/licenses/{licensed.id}/report"]:
        page.goto(base_url + path)
        assert not page.evaluate(WIDE), f"{path} is wider than the screen"
        assert page.evaluate(NAMELESS) == [], path
        assert page.evaluate(SKIPPED) == 0, f"{path} skips a level of headings"
        assert page.locator("h1").count() == 1, path


def test_the_keyboard_finds_the_content(base_url: str, page: Page) -> None:
    page.goto(f"{base_url}/catalog")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


PAIRS = ["ink paper", "muted paper", "muted surface", "accent paper", "accent accent-soft", "on-accent accent",
         "gold gold-soft", "good good-soft", "bad bad-soft", "gold paper"]  # fmt: skip
COLORS = """pairs => {
    const style = getComputedStyle(document.documentElement);
    const canvas = document.createElement('canvas').getContext('2d');
    const rgb = name => {
        canvas.fillStyle = style.getPropertyValue('--' + name).trim();
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    return pairs.map(pair => pair.split(' ').map(rgb));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(base_url: str, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{base_url}/catalog")
    for pair, colors in zip(PAIRS, page.evaluate(COLORS, PAIRS), strict=True):
        lighter, darker = sorted(map(_luminance, colors), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{pair} in {scheme}"


def _luminance(color: list[int]) -> float:
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
