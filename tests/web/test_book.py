"""The rights book of a package: kept back, by milestones, given back, and seen by the asker."""

from tests.factories.negotiation import Sides
from tests.web.conftest import Visiting

QUESTION = {
    "components": "voice",
    "axes": "scripted",
    "media": "game.scripted_performance",
    "territory": "+DE +FR",
    "first_day": "2027-01-01",
    "last_day": "2027-12-31",
    "zone": "UTC",
    "exclusivity": "non_exclusive",
}


def test_what_is_kept_back_shows_as_lanes_and_can_be_given_back(visiting: Visiting, sides: Sides) -> None:
    estate, studio = visiting(sides.estate.actor), visiting(sides.studio)
    book, package = f"/packages/{sides.package.id}/book", f"/packages/{sides.package.id}"
    assert "Nothing is kept back" in estate.read(book)
    assert f'href="{book}"' in estate.read(package)
    led = estate.done(
        estate.get(book),
        "/restrictions",
        kind="holdback",
        components=["voice"],
        media="game",
        territory="+DE",
        end_day="2027-03-31",
        note="The museum's year",
    )
    assert led == book
    kept = estate.read(book)
    for text in ("Germany", "31 Mar 2027", "The museum"):
        assert text in kept
    answer = studio.get(package, query_string=QUESTION)
    assert "Not free as asked" in answer.text
    assert "The museum" not in answer.text
    assert "1 Apr 2027 to 31 Dec 2027" in answer.text
    assert "1 Jan 2027 to 31 Dec 2027" in answer.text
    narrower = answer.text.split("DE is dropped.")[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert '<p class="verdict good">Free</p>' in studio.read(narrower)
    assert estate.done(estate.get(book), "/release", reason="The museum closed.") == book
    assert "Nothing is kept back" in estate.read(book)
    assert "The museum closed." in estate.read(f"{book}?state=released")
    assert '<p class="verdict good">Free</p>' in studio.get(package, query_string=QUESTION).text


def test_the_component_that_limits_a_bundle_is_named(visiting: Visiting, sides: Sides) -> None:
    studio = visiting(sides.studio)
    page = studio.get(f"/packages/{sides.package.id}", query_string=QUESTION | {"components": ["voice", "face"]})
    assert "What limits the bundle: <strong>face</strong>." in page.text


def test_a_holdback_can_hang_on_a_milestone(visiting: Visiting, sides: Sides) -> None:
    estate = visiting(sides.estate.actor)
    book = f"/packages/{sides.package.id}/book"
    assert estate.send(estate.get(book), "/milestones", name="").status_code == 422
    led = estate.done(estate.get(book), "/milestones", name="Release of the remake")
    assert led == f"{book}#milestones"
    milestone_id = estate.read(book).split("/book/milestones/")[1].split('"')[0]
    estate.done(
        estate.get(book),
        "/restrictions",
        kind="holdback",
        components=["voice"],
        end_milestone=milestone_id,
        end_offset="90",
    )
    assert "Release of the remake + 90 days" in estate.read(book)
    assert "no date yet" in estate.read(book)
    refused = estate.send(estate.get(book), f"/milestones/{milestone_id}", day="2999-01-01", step="happened")
    assert (refused.status_code, "is still to come" in refused.text) == (422, True)
    moved = {"day": "2026-01-10", "step": "happened"}
    estate.send(estate.get(book), f"/milestones/{milestone_id}", **moved)
    assert "happened on 10 Jan 2026" in estate.read(book)


def test_a_milestone_that_never_happens_gives_back(visiting: Visiting, sides: Sides) -> None:
    estate = visiting(sides.estate.actor)
    book = f"/packages/{sides.package.id}/book"
    estate.done(estate.get(book), "/milestones", name="The gala")
    milestone_id = estate.read(book).split("/book/milestones/")[1].split('"')[0]
    estate.done(
        estate.get(book), "/restrictions", kind="holdback", components=["voice"], start_milestone=milestone_id
    )
    estate.done(estate.get(book), "/cancellation", reason="Called off.")
    assert "will not happen" in estate.read(book)
    assert "Called off." in estate.read(f"{book}?state=released")


def test_what_was_typed_stays_beside_the_refusal(visiting: Visiting, sides: Sides) -> None:
    estate = visiting(sides.estate.actor)
    page = estate.get(f"/packages/{sides.package.id}/book")
    refused = estate.send(
        page, "/restrictions", kind="holdback", components=["voice"], territory="+NOWHERE", note="Kept as typed"
    )
    assert refused.status_code == 422
    assert "Kept as typed" in refused.text
    assert "+NOWHERE" in refused.text


def test_the_book_is_the_licensors_own(visiting: Visiting, sides: Sides) -> None:
    assert visiting(sides.studio).get(f"/packages/{sides.package.id}/book").status_code == 404
