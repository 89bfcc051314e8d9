"""A heir without a tax form sees why money waits and sends one; once it is confirmed the money goes."""

import pytest

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.royalties.service import settling
from app.royalties.service.gate import NO_TAX_FORM
from tests.factories.identity import make_member
from tests.factories.royalties import REPORTED_AT, EarningLicense, make_earning_license
from tests.factories.tax_forms import make_tax_form
from tests.royalties.steps import issue
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting
from tests.web.person import Person


@pytest.fixture
def untaxed(database: Database, services: Services, clock: FrozenClock) -> EarningLicense:
    """A statement was issued, and the heirs have sent no tax forms."""
    with database.write() as session:
        made = make_earning_license(session, services.store, are_taxed=False)
        issue(session, made)
    clock.move_to(REPORTED_AT)
    return made


@pytest.fixture
def heir(visiting: Visiting, untaxed: EarningLicense, database: Database) -> Person:
    with database.write() as session:
        member = make_member(session, party_id=untaxed.heirs[0].id)
    return visiting(member)


def test_money_waits_for_the_form_and_then_goes(
    visiting: Visiting, untaxed: EarningLicense, heir: Person, database: Database
) -> None:
    page = heir.read("/statements")
    statement = "/statements/stm_" + page.split('href="/statements/stm_', 1)[1].split('"', 1)[0]
    assert heir.read(statement).count(f"Held: {NO_TAX_FORM}") == 2
    payouts = heir.get("/payouts")
    assert NO_TAX_FORM in payouts.text
    assert "There is no valid tax form" in payouts.text
    sent = heir.done(payouts, "/tax-form", signed_on="2026-10-01")
    assert sent == "/payouts#tax"
    assert "Your W-9 is being looked at" in heir.read("/payouts")
    office = visiting(untaxed.administrator)
    waiting = office.get("/tax-forms")
    assert untaxed.heirs[0].name in waiting.text
    ending = waiting.text.split('action="/tax-forms/', 1)[1].split('"', 1)[0]
    assert office.done(waiting, ending) == "/tax-forms"
    assert "Nothing waits" in office.read("/tax-forms")
    with database.write() as session:
        assert settling.let_go(session=session, at=REPORTED_AT) == 1
    payouts = heir.get("/payouts")
    assert "Your W-9 is valid" in payouts.text
    assert NO_TAX_FORM not in payouts.text
    assert heir.read(statement).count("Held: ") == 1, "The other heir still waits."


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"signed_on": ""}, "signed on"),
        ({"signed_on": "2026-10-13"}, "still to come"),
        ({"signed_on": "2026-10-01", "kind": "w8ben"}, "gives a W-9"),
        ({"signed_on": "2026-10-01", "kind": "w8eci", "country": "DE", "claims_treaty": "yes"}, "W-8BEN"),
    ],
)
def test_a_form_that_does_not_fit_is_explained(heir: Person, typed: dict[str, str], complaint: str) -> None:
    answer = heir.send(heir.get("/payouts"), "/tax-form", **typed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert complaint in answer.text


def test_a_form_confirmed_meanwhile_is_explained(
    visiting: Visiting, untaxed: EarningLicense, database: Database
) -> None:
    with database.write() as session:
        form = make_tax_form(session, untaxed.heirs[1], is_confirmed=False)
    office = visiting(untaxed.administrator)
    page = office.get("/tax-forms")
    assert office.done(page, form.id) == "/tax-forms"
    answer = office.client.post(f"/tax-forms/{form.id}", data=_again(page))
    assert answer.status_code == 409
    assert "decided on before" in answer.text


def _again(page: object) -> dict[str, str]:
    """The token of the page, under a key of its own: not a repetition but a second decision."""
    text = getattr(page, "text", "")
    token = text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    return {"csrf_token": token, "_idempotency_key": "another-key"}
