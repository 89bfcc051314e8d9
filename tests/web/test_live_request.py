"""The live panel of a request in a real browser: it follows what is typed, and a proposed change is one click."""

import pytest
from playwright.sync_api import Browser, Page, expect

from app.identity.models import User
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.catalog import make_listed_package
from tests.factories.identity import PASSWORD
from tests.factories.negotiation import INTENDED_USE, Sides, make_production
from tests.factories.parties import make_actor, make_estate
from tests.factories.rights import exclusive_block, grant

pytestmark = pytest.mark.browser


@pytest.fixture
def sides(database: Database, services: Services) -> Sides:
    """In 2027 the voice is taken in Germany, France, Japan and the United States."""
    with database.write() as session:
        estate = make_estate(session, services.store)
        package = make_listed_package(session, services.store, estate)
        studio = make_actor(session)
        grant(session, estate.actor, package.id, exclusive_block())
        return Sides(estate, package, studio, make_production(session, studio))


@pytest.fixture
def email(database: Database, sides: Sides) -> str:
    with database.read() as session:
        return session.get_one(User, sides.studio.user_id).email


def _open_request(base_url: str, page: Page, email: str, sides: Sides) -> None:
    path = f"/packages/{sides.package.id}/request%3Fpreset=game_scripted_character"
    page.goto(f"{base_url}/sign-in?next={path}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Request a license")).to_be_visible()


def test_the_panel_follows_what_is_typed(base_url: str, page: Page, email: str, sides: Sides) -> None:
    _open_request(base_url, page, email, sides)
    page.evaluate("document.body.dataset.kept = 'yes'")
    panel = page.locator("#panel")
    expect(panel).to_contain_text("not free as asked")  # three years from now on, 2027 among them
    page.get_by_label("Last day, included").fill("2026-12-31")
    expect(panel.get_by_text("free", exact=True)).to_be_visible()
    expect(panel).to_contain_text("$12,500.00 for 36 months; for 6 months and 17 days")
    page.get_by_label("Last day, included").fill("2027-12-31")
    expect(panel).to_contain_text("exclusively licensed")

    territory = page.locator("input[name=g0_territory]")
    territory.fill("+Mars")
    expect(panel).to_contain_text("Voice, territory:")
    territory.fill("+US +CA")
    expect(panel).to_contain_text("Free if US is dropped.")
    page.get_by_label("What the likeness will do in it").fill(INTENDED_USE)

    panel.get_by_role("listitem").filter(has_text="US is dropped").get_by_role("button", name="Do that").click()
    expect(panel.get_by_text("free", exact=True)).to_be_visible()
    expect(territory).to_have_value("+US +CA -US")
    expect(page.get_by_label("What the likeness will do in it")).to_have_value(INTENDED_USE)

    panel.get_by_role("button", name="Ask at this price").click()
    expect(page.get_by_label("License fee")).not_to_have_value("12500.00")
    expect(panel.get_by_role("button", name="Ask at this price")).to_have_count(0)
    territory.fill("+CA")
    expect(panel.get_by_text("free", exact=True)).to_be_visible()
    assert page.evaluate("document.body.dataset.kept") == "yes"
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("their answer")).to_be_visible()


def test_the_same_without_scripts(browser: Browser, base_url: str, email: str, sides: Sides) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    _open_request(base_url, page, email, sides)
    page.get_by_label("Last day, included").fill("2026-12-31")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#panel").get_by_text("free", exact=True)).to_be_visible()
    page.locator("input[name=g0_territory]").fill("+US +CA")
    page.get_by_label("Last day, included").fill("2027-12-31")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("listitem").filter(has_text="US is dropped").get_by_role("button", name="Do that").click()
    expect(page.locator("#panel").get_by_text("free", exact=True)).to_be_visible()
    expect(page.locator("input[name=g0_territory]")).to_have_value("+US +CA -US")
    context.close()


def test_enter_in_a_field_asks_and_sends_nothing(base_url: str, page: Page, email: str, sides: Sides) -> None:
    _open_request(base_url, page, email, sides)
    page.get_by_label("What the likeness will do in it").fill(INTENDED_USE)
    page.get_by_label("License fee").press("Enter")
    expect(page.get_by_role("heading", name="Request a license")).to_be_visible()
    assert page.url.endswith("/request/check")
