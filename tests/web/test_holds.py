"""Holds on the page of a negotiation, and what the law and the performer say to its terms."""

from dataclasses import replace

import pytest

from app.infrastructure.db.database import Database
from app.values.components import Axis
from tests.factories.directives import make_directive
from tests.factories.negotiation import INTENDED_USE, Sides, grant, make_production, make_request
from tests.factories.parties import make_actor
from tests.web.conftest import Visiting

EXCLUSIVE = {"grants": [grant(exclusivity="exclusive")]}


@pytest.fixture
def rival(database: Database, sides: Sides) -> Sides:
    """Another studio that asks for the same package."""
    with database.write() as session:
        studio = make_actor(session, name="Second Star Pictures")
        return replace(sides, studio=studio, production=make_production(session, studio, title="Second Star"))


def _talks(database: Database, sides: Sides) -> str:
    with database.write() as session:
        return f"/negotiations/{make_request(session, sides, **EXCLUSIVE).id}"


def test_a_queue_of_two_as_each_side_sees_it(
    visiting: Visiting, database: Database, sides: Sides, rival: Sides
) -> None:
    one, other = visiting(sides.studio), visiting(rival.studio)
    first, second = _talks(database, sides), _talks(database, rival)
    assert one.done(one.get(first), "/hold", lasts_days="10") == f"{first}#hold"
    assert other.done(other.get(second), "/hold", lasts_days="10") == f"{second}#hold"
    assert "This is the second hold" in other.read(second)
    assert sides.estate.party.name not in other.read(second).split('id="hold"')[1].split("</div>")[0]
    estate = visiting(sides.licensor)
    book = estate.read(f"/packages/{sides.package.id}/book")
    assert book.index("Northlight Games") < book.index("Second Star Pictures")
    assert "/hold/" not in estate.read(first)

    other.done(other.get(second), "/hold/challenge", respond_within_hours="48")
    assert "It is challenged: match or release it" in one.read(first)
    one.done(one.get(first), "/hold/match")
    assert "Its party committed to sign" in one.read(first)
    one.done(one.get(first), "/hold/release")
    assert "Reserve what the latest offer asks for" in one.read(first)
    assert "This is the first hold" in other.read(second)


def test_a_hold_that_cannot_be_says_why(visiting: Visiting, database: Database, sides: Sides) -> None:
    studio = visiting(sides.studio)
    talks = _talks(database, sides)
    for days in ("0", "31", "many"):
        refused = studio.send(studio.get(talks), "/hold", lasts_days=days)
        assert (refused.status_code, "a whole number from 1 to 30" in refused.text) == (422, True)


def test_the_law_speaks_beside_the_terms_with_its_source(
    visiting: Visiting, database: Database, sides: Sides
) -> None:
    page = visiting(sides.studio).read(_talks(database, sides))
    assert "What the law asks" in page
    assert "Cal. Civ. Code" in page
    assert "not legal advice" in page


def test_a_request_against_a_directive_shows_its_words(
    visiting: Visiting, database: Database, sides: Sides
) -> None:
    with database.write() as session:
        make_directive(
            session, sides.estate, axes=[Axis.SCRIPTED], categories=[], wording="Let nobody script me again."
        )
    studio = visiting(sides.studio)
    asked = studio.get(f"/packages/{sides.package.id}/request?preset=game_scripted_character")
    typed = {"production_id": sides.production.id, "intended_use": INTENDED_USE}
    refused = studio.send(asked, "/request", **typed)
    assert refused.status_code == 409
    assert "<blockquote>Let nobody script me again.</blockquote>" in refused.text
    assert INTENDED_USE in refused.text


def test_what_was_declared_stands_in_the_counter(visiting: Visiting, sides: Sides) -> None:
    studio, estate = visiting(sides.studio), visiting(sides.licensor)
    asked = studio.get(f"/packages/{sides.package.id}/request?preset=game_scripted_character")
    typed = {"production_id": sides.production.id, "intended_use": INTENDED_USE, "has_counsel": "no"}
    talks = studio.done(asked, "/request", **typed)
    counter = estate.read(f"{talks}/counter")
    asked_of_counsel = counter.split('name="has_counsel"')[1].split("</select>")[0]
    assert '<option value="no" selected>' in asked_of_counsel
