"""Performers, their wishes, who may license them, and what the law says, on pages."""

import io

import pytest

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.parties.states import Capacity, PartyKind
from tests.factories.negotiation import Sides
from tests.factories.parties import make_actor, make_representation
from tests.web.conftest import Visiting
from tests.web.person import Person


def _performer(sides: Sides) -> str:
    return f"/performers/{sides.estate.performer.id}"


@pytest.fixture
def estate(visiting: Visiting, sides: Sides) -> Person:
    return visiting(sides.estate.actor)


@pytest.fixture
def office(visiting: Visiting, administrator: Actor) -> Person:
    return visiting(administrator)


def test_from_a_new_performer_to_a_verified_representation(
    visiting: Visiting, office: Person, database: Database
) -> None:
    with database.write() as session:
        heir = make_actor(session, kind=PartyKind.HEIR, name="Ottoline Vey")
    person = visiting(heir)
    listed = person.get("/performers")
    page = person.done(listed, "/performers", name="Barnaby Vey", domicile="US-CA", died_on="2019-05-04")
    shown = person.read(page)
    assert "You have no proven authority here" in shown
    assert "Cal. Civ. Code 3344.1" in shown
    own = person.done(person.get(page), "/representations", capacity="heir", share="60", signs_until="2031-12-31")
    assert "31 Dec 2031" in person.read(own)
    form = person.get(own)
    token = {name: values[0] for name, values in _secured(form.text).items()}
    data = token | {
        "kind": "transfer",
        "issued_on": "2020-01-02",
        "file": (io.BytesIO(b"%PDF-1.7 will"), "will.pdf"),
    }
    sent = person.client.post(f"{own}/documents", data=data, content_type="multipart/form-data")
    assert sent.status_code == 303
    document = person.read(own).split(f'href="{own}/documents/')[1].split('"')[0]
    assert person.get(f"{own}/documents/{document}").data == b"%PDF-1.7 will"

    office.done(office.get(own), "/decision", decision="verified", reason="The will names her.")
    assert "The will names her." in person.read(own)
    chain = person.read(page)
    assert "60" in chain
    assert "QUORUM_NOT_MET" in chain or "NO_HOLDER_PROVEN" in chain


def _secured(text: str) -> dict[str, list[str]]:
    names = ("csrf_token", "_idempotency_key")
    return {name: [text.split(f'name="{name}" value="')[-1].split('"', 1)[0]] for name in names}


def test_a_wish_is_recorded_and_seen_by_whoever_asks(visiting: Visiting, sides: Sides, estate: Person) -> None:
    page = _performer(sides)
    estate.done(estate.get(page), "/directives", wording="No spirits, ever.", categories="alcohol", until_day="")
    studio = visiting(sides.studio).read(page)
    assert "No spirits, ever." in studio
    assert "for ever" in studio
    assert "Who may license" not in studio
    assert 'action="' + page + '/directives"' not in studio
    refused = estate.send(estate.get(page), "/withdrawal", reason="We need the money.")
    assert refused.status_code in {403, 409}
    assert "No spirits, ever." in refused.text


def test_claims_and_evidence_move_the_clocks(sides: Sides, estate: Person) -> None:
    page = _performer(sides)
    before = estate.read(page)
    estate.done(estate.get(page), "/claims", jurisdiction="US-CA", registered_on="2012-03-01", number="2012-77")
    estate.done(estate.get(page), "/evidence", used_on="2026-01-15", territory="US-TN", description="A radio play.")
    after = estate.read(page)
    assert "number 2012-77, registered 1 Mar 2012" in after
    assert "A radio play." in after
    assert before.count("<tr>") == after.count("<tr>")
    complaint = estate.read(f"{page}?used_in=%2BNOWHERE")
    assert "notice bad" in complaint


def test_quorum_and_consent(
    office: Person, sides: Sides, estate: Person, database: Database, services: Services
) -> None:
    page = _performer(sides)
    office.done(office.get(page), "/quorum", rule="more_than_half", reason="The will says so.")
    assert "holders of more than half must license" in estate.read(page)
    with database.write() as session:
        agent = make_actor(session, kind=PartyKind.AGENT, name="Kite & Daughters")
        make_representation(
            session,
            services.store,
            agent,
            sides.estate.performer,
            capacity=Capacity.AGENT,
            principal_id=own_representation(estate, sides),
        )
    tree = estate.read(page)
    assert "Kite &amp; Daughters" in tree
    own = f"/representations/{own_representation(estate, sides)}"
    estate.done(estate.get(own), "/consents", licensor_party_id=agent.party_id)
    assert "Kite &amp; Daughters" in estate.read(own)
    estate.done(estate.get(own), "/withdrawal")
    assert "withdrawn" in estate.read(own)


def test_agents_of_a_renewed_principal_stay_in_the_tree(
    visiting: Visiting, sides: Sides, estate: Person, database: Database, services: Services
) -> None:
    performer = sides.estate.performer
    with database.write() as session:
        agent = make_actor(session, kind=PartyKind.AGENT, name="Kite & Daughters")
        agency = make_representation(
            session,
            services.store,
            agent,
            performer,
            capacity=Capacity.AGENT,
            principal_id=own_representation(estate, sides),
        ).id
        make_representation(session, services.store, sides.estate.actor, performer)
    assert "Kite &amp; Daughters" in estate.read(_performer(sides))
    assert "authority is not in force" not in visiting(agent).read(f"/representations/{agency}")


def test_a_mere_claim_shows_nobody_who_holds_the_right(
    visiting: Visiting, office: Person, sides: Sides, database: Database
) -> None:
    with database.write() as session:
        anybody = make_actor(session, kind=PartyKind.HEIR, name="Anybody")
    person = visiting(anybody)
    claim = person.done(person.get(_performer(sides)), "/representations", capacity="heir", share="10")
    estate_id = sides.estate.actor.party_id
    assert estate_id not in person.read(claim)
    refused = person.send(
        person.get(claim), "/documents", kind="a letter", file=(io.BytesIO(b"%PDF-1.7"), "letter.pdf")
    )
    assert refused.status_code == 422
    undecided = office.send(office.get(claim), "/decision", decision="perhaps", reason="Hard to read.")
    assert undecided.status_code == 422
    assert "/decision" in office.read(claim), "it still waits"


def own_representation(person: Person, sides: Sides) -> str:
    """Return the id of a holder's own representation, from the performer's page."""
    return "rep_" + person.read(_performer(sides)).split("/representations/rep_")[1].split('"')[0]


def test_failing_and_restoring_freezes_and_frees(office: Person, sides: Sides, estate: Person) -> None:
    page = _performer(sides)
    own = f"/representations/{own_representation(estate, sides)}"
    assert "/failure" not in estate.read(own)
    office.done(office.get(own), "/failure", as_of="2026-01-01", reason="The letters were revoked.")
    assert "as of 1 Jan 2026" in estate.read(own)
    assert "AUTHORITY_FAILED" in estate.read(page)
    office.done(office.get(own), "/restoration", reason="The appeal succeeded.")
    assert "AUTHORITY_FAILED" not in estate.read(page)
    assert "The appeal succeeded." in estate.read(own)


def test_what_is_typed_wrongly_is_named(sides: Sides, estate: Person) -> None:
    page = _performer(sides)
    for form, typed in (
        ("/representations", {"capacity": "agent", "principal_id": "rep_unknown"}),
        ("/representations", {"share": "101"}),
        ("/representations", {"territory": "+"}),
        ("/claims", {"jurisdiction": "Narnia", "registered_on": "2012-03-01", "number": "1"}),
        ("/evidence", {"used_on": "not a day", "description": "A play."}),
    ):
        refused = estate.send(estate.get(page), form, **typed)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True), (form, typed)
