"""A holder's own view of talks, with the forms to sign and to refuse; what the sides see of it."""

import pytest

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation.models import Negotiation
from app.values.formats import percent
from tests.factories.negotiation import make_request
from tests.factories.signatures import Held, accept, change_share, make_held
from tests.support.databases import on_sqlite
from tests.web.conftest import Visiting


@pytest.fixture
def held(database: Database, services: Services) -> Held:
    with database.write() as session:
        return make_held(session, services.store, ana=5000)


@pytest.fixture
def talks(database: Database, held: Held) -> Negotiation:
    with database.write() as session:
        return make_request(session, held.sides)


@on_sqlite
def test_agreed_refused_signed(visiting: Visiting, held: Held, talks: Negotiation) -> None:
    path = f"/negotiations/{talks.id}"
    ana, estate, studio = visiting(held["ana"]), visiting(held.sides.licensor), visiting(held.sides.studio)
    assert "shown to you as holder" in ana.read("/negotiations")
    page = ana.read(path)
    assert "You see these talks as a holder of the rights." in page
    assert f"{percent(5000)} of the right is still missing" in page
    assert 'id="hold"' not in page
    assert "/accept" not in page
    assert estate.done(estate.get(path), "/accept") == path, "nothing is signed yet"
    for person in (estate, studio):
        assert "Agreed on offer 1" in person.read(path)
        assert "signatures awaited" in person.read("/negotiations")
    assert ana.done(ana.get(path), "/refuse", reason="Not in games.") == path
    seen = studio.read(path)
    assert "“Not in games.”" in seen
    assert percent(5000) not in seen, "how the holders share the right is their business"
    assert ana.done(ana.get(path), "/sign") == path
    for person in (ana, estate, studio):
        signed = person.read(path)
        assert "for Ana," in signed
        assert ("To the license" in signed) is (person is not ana)


@on_sqlite
def test_only_sides_find_the_form_for_an_offer(visiting: Visiting, held: Held, talks: Negotiation) -> None:
    assert visiting(held["ana"]).get(f"/negotiations/{talks.id}/counter").status_code == 404


@on_sqlite
def test_agreed_talks_can_be_ended(visiting: Visiting, held: Held, talks: Negotiation) -> None:
    path = f"/negotiations/{talks.id}"
    estate, studio = visiting(held.sides.licensor), visiting(held.sides.studio)
    estate.done(estate.get(path), "/accept")
    assert studio.done(studio.get(path), "/withdraw", reason="No time to wait.") == path
    assert "No time to wait." in estate.read(path)


@on_sqlite
def test_changed_holders_are_named_to_the_licensor_beside_the_form(
    database: Database, services: Services, visiting: Visiting, held: Held, talks: Negotiation
) -> None:
    path = f"/negotiations/{talks.id}"
    estate = visiting(held.sides.licensor)
    before = estate.get(path)
    with database.write() as session:
        change_share(session, services.store, held.holders["ana"], 4000)
    answer = estate.send(before, "/accept")
    assert "Ana: from heir, 50 % of voice to heir, 40 % of voice." in answer.text
    assert "It has to be sent again before anybody can sign it." in answer.text


@on_sqlite
def test_without_other_holders_nothing_is_said_of_them(
    database: Database, services: Services, visiting: Visiting
) -> None:
    with database.write() as session:
        alone = make_held(session, services.store, own=10_000)
        talks = make_request(session, alone.sides)
    assert 'id="signers"' not in visiting(alone.sides.licensor).read(f"/negotiations/{talks.id}")
    with database.write() as session:
        assert accept(session, alone.sides.licensor, talks) is not None
