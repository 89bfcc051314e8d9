"""From a request to a signed deal, through the forms that are really there."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.negotiation.models import Deal, Negotiation, Offer
from app.negotiation.rules.moves import OFFER_LASTS
from app.web import changes
from tests.factories.changes import FREE, amend
from tests.factories.negotiation import INTENDED_USE, Sides, grant, make_counter, make_deal, make_request
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting
from tests.web.person import Person, form_to


@pytest.fixture
def talks(database: Database, sides: Sides) -> Negotiation:
    with database.write() as session:
        return make_request(session, sides)


def _request(sides: Sides, **changed: str) -> tuple[str, dict[str, str]]:
    return f"/packages/{sides.package.id}/request?preset=game_scripted_character", {
        "production_id": sides.production.id,
        "intended_use": INTENDED_USE,
    } | changed


def test_a_request_starts_from_the_rate_card(visiting: Visiting, sides: Sides) -> None:
    form = form_to(visiting(sides.studio).get(_request(sides)[0]), "/request")
    assert form.values["fee"] == ["12500.00"]
    assert form.values["royalty"] == ["2.50"]
    assert form.values["g0_axes"] == ["scripted"]
    assert form.values["g0_media"] == ["game.scripted_performance"]
    assert form.values["g0_territory"] == ["+WORLD -CN"]


def test_the_whole_way(visiting: Visiting, sides: Sides, database: Database) -> None:
    studio, estate = visiting(sides.studio), visiting(sides.licensor)
    address, typed = _request(sides)
    talks = studio.done(studio.get(address), "/request", **typed, message="For the harbor.")
    assert "your answer" in estate.read("/")
    assert "their answer" in studio.read("/negotiations")

    counter = estate.get(f"{talks}/counter")
    assert form_to(counter, "/counter").values["fee"] == ["12500.00"]
    assert estate.done(counter, "/counter", fee="15000", g0_territory="+WORLD -CN -DE") == talks
    page = studio.read(talks)
    assert "<del>$12,500.00</del>" in page
    assert "<ins>worldwide, except China and Germany</ins>" in page
    assert "For the harbor." in page

    license = studio.done(studio.get(talks), "/accept")
    assert license.startswith("/licenses/lic_")
    assert "$15,000.00" in studio.read(license)
    assert ">signed<" in estate.read(talks)
    with database.read() as session:
        deal = session.exec(select(Deal)).one()
        assert (deal.offer_number, deal.accepted_by_party_id) == (2, sides.studio.party_id)


def test_a_title_is_added_beside_the_request(visiting: Visiting, sides: Sides) -> None:
    studio = visiting(sides.studio)
    address, _ = _request(sides)
    back = studio.done(studio.get(address), "/productions", title="Second Light", kind="game", description="")
    assert back == address
    assert "Second Light" in studio.read(back)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (
            {"intended_use": "All purposes, in all media, throughout the universe, in perpetuity, as we see fit."},
            "927",
        ),
        ({"fee": "12,50.x"}, "is not an amount"),
        ({"royalty": "101"}, "percentage from 0 to 100"),
        ({"last_day": "2020-01-01"}, "last day"),
        ({"g0_territory": "Mars"}, "needs + or -"),
        ({"g0_media": []}, "media"),
        ({"g0_include": []}, "at least one component"),
        ({"currency": "XXX"}, "Choose a currency"),
        ({"due_days": "-1"}, "whole number from 1 to 180"),
        ({"disclosure_label": ""}, "disclosure label"),
    ],
)
def test_a_request_that_cannot_be_sent_is_explained_and_kept(
    visiting: Visiting, sides: Sides, database: Database, changed: dict[str, str], complaint: str
) -> None:
    studio = visiting(sides.studio)
    address, typed = _request(sides, **changed)
    answer = studio.send(studio.get(address), "/request", **typed | {"credit_line": "Kept as typed"})
    assert 400 <= answer.status_code < 500
    alert = answer.text.split('role="alert"', 1)[1].split("</div>", 1)[0]
    assert complaint in alert
    assert form_to(answer, "/request").values["credit_line"] == ["Kept as typed"]
    with database.read() as session:
        assert session.exec(select(Negotiation)).all() == []


def test_sending_a_form_twice_makes_one_request(visiting: Visiting, sides: Sides, database: Database) -> None:
    studio = visiting(sides.studio)
    address, typed = _request(sides)
    page = studio.get(address)
    assert studio.done(page, "/request", **typed) == studio.done(page, "/request", **typed)
    with database.read() as session:
        assert len(session.exec(select(Negotiation)).all()) == 1


def test_only_what_was_read_can_be_signed(visiting: Visiting, sides: Sides, talks: Negotiation) -> None:
    estate = visiting(sides.licensor)
    answer = estate.send(estate.get(f"/negotiations/{talks.id}"), "/accept", terms_sha256="0" * 64)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert estate.done(estate.get(f"/negotiations/{talks.id}"), "/accept").startswith("/licenses/")


def test_an_offer_that_lapsed_meanwhile_is_not_signed(
    visiting: Visiting, sides: Sides, talks: Negotiation, clock: FrozenClock
) -> None:
    estate = visiting(sides.licensor)
    page = estate.get(f"/negotiations/{talks.id}")
    clock.advance(OFFER_LASTS)
    answer = estate.send(page, "/accept")
    assert answer.status_code == 409
    assert "has lapsed" in answer.text
    assert "Make a new offer" in answer.text


def test_saying_no_and_taking_back(
    visiting: Visiting, sides: Sides, talks: Negotiation, database: Database
) -> None:
    estate, studio = visiting(sides.licensor), visiting(sides.studio)
    address = f"/negotiations/{talks.id}"
    assert estate.send(estate.get(address), "/decline", reason=" ").status_code == 422
    with database.write() as session:
        other = make_request(session, sides)
    assert estate.done(estate.get(address), "/decline", reason="Not this year.") == address
    assert "Not this year." in studio.read(address)
    assert studio.done(studio.get(f"/negotiations/{other.id}"), "/withdraw") == f"/negotiations/{other.id}"
    assert "withdrawn" in estate.read("/negotiations")


def test_two_offers_can_be_compared_again_later(
    visiting: Visiting, sides: Sides, talks: Negotiation, database: Database
) -> None:
    with database.write() as session:
        make_counter(session, sides.licensor, talks, fee={"amount_minor": 2_000_000, "currency": "USD"})
        make_counter(session, sides.studio, talks, fee={"amount_minor": 1_500_000, "currency": "USD"})
    studio = visiting(sides.studio)
    assert _told(studio, talks) == "$20,000.00 -> $15,000.00"
    assert _told(studio, talks, "?before=1&after=2") == "$12,500.00 -> $20,000.00"
    assert _told(studio, talks, "?before=1&after=3") == "$12,500.00 -> $15,000.00"
    assert _told(studio, talks, "?before=3&after=1") == "$15,000.00 -> $12,500.00"
    assert _told(studio, talks, "?after=2") == "$12,500.00 -> $20,000.00"
    assert _told(studio, talks, "?before=-7&after=99") == "$12,500.00 -> $15,000.00"
    assert _told(studio, talks, "?before=x&after=y") == "$20,000.00 -> $15,000.00"
    assert "the two offers say the same" in studio.read(f"/negotiations/{talks.id}?before=2&after=2")


def _told(person: Person, talks: Negotiation, query: str = "") -> str:
    """The one change that the page shows."""
    page = person.read(f"/negotiations/{talks.id}{query}")
    before, after = (page.split(f"<{tag}>", 1)[1].split("<", 1)[0] for tag in ("del", "ins"))
    assert page.count("<ins>") == 1
    return f"{before} -> {after}"


def test_the_clock_is_right_to_the_instant(
    visiting: Visiting, sides: Sides, talks: Negotiation, clock: FrozenClock
) -> None:
    estate = visiting(sides.licensor)
    address = f"/negotiations/{talks.id}"
    assert "<strong>14 days</strong>" in estate.read(address)
    clock.advance(OFFER_LASTS - timedelta(days=3, hours=4, minutes=5))
    page = estate.read(address)
    assert "<strong>3 days 4 hours</strong>" in page
    assert ">standing<" in page
    clock.advance(timedelta(days=3, hours=4, minutes=5) - timedelta(microseconds=1))
    assert "less than a second" in estate.read(address)
    assert "Accept and sign" in estate.read(address)
    clock.advance(timedelta(microseconds=1))
    page = estate.read(address)
    assert "has lapsed" in page
    assert ">lapsed<" in page
    assert "Accept and sign" not in page


def test_messages_of_others_are_nobodys_business(
    visiting: Visiting, stranger: Actor, administrator: Actor, talks: Negotiation
) -> None:
    for actor in (stranger, administrator):
        person = visiting(actor)
        assert person.get(f"/negotiations/{talks.id}").status_code == 404
        assert person.get(f"/negotiations/{talks.id}/counter").status_code == 404


def test_changes_are_told_once_and_in_words(database: Database, sides: Sides, talks: Negotiation) -> None:
    new = [
        grant(territory="+EU", axes=["scripted", "translation"], languages=["en"], exclusivity="exclusive"),
    ]
    with database.write() as session:
        later = make_counter(
            session, sides.licensor, talks, grants=new, survival={"preset": "film"}, delivery="hosted_only",
            royalty={"rate_bps": 300, "currency": "EUR"},
        )  # fmt: skip
        first = session.exec(select(Offer).where(Offer.negotiation_id == talks.id, Offer.number == 1)).one()
        before, after = json.loads(first.terms_json), json.loads(later.terms_json)
    told = {change.label: (change.before, change.after) for change in changes.in_words(before, after)}
    assert told == {
        "Voice, ways of use": ("nothing", "other languages"),
        "Voice, territory": ("worldwide, except China", "the European Union"),
        "Voice, languages": ("every language", "English"),
        "Voice, exclusivity": ("Non-exclusive", "Exclusive"),
        "Royalty": ("2.5\N{NO-BREAK SPACE}%", "3\N{NO-BREAK SPACE}%"),
        "Royalty currency": ("USD", "EUR"),
        "What outlives the license": ("game", "film"),
        "Delivery": ("Files are delivered", "Hosted use only"),
    }


def test_an_amendment_tells_what_it_changes_of_the_signed_terms(
    visiting: Visiting, sides: Sides, database: Database
) -> None:
    with database.write() as session:
        deal = make_deal(session, sides, fee=FREE)
        talks = amend(session, sides.studio, deal, royalty={"rate_bps": 400, "currency": "USD"})
    page = visiting(sides.licensor).read(f"/negotiations/{talks.id}").replace("\N{NO-BREAK SPACE}", " ")
    section = page.split('id="amended"', 1)[1].split("</section>", 1)[0]
    assert section.count("<ins>") == 1
    assert "<del>2.5 %</del>" in section
    assert "<ins>4 %</ins>" in section
    assert 'id="changes"' not in page
