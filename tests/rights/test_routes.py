"""The question for avails, over HTTP."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from app.identity.actor import Actor
from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.storage import LocalAssetStore
from app.rights.models import RightsBlockRow, RightsBook
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.media import expand
from app.values.product_categories import PRODUCT_CATEGORIES
from app.values.term import Term
from app.values.territory import world
from tests.factories.catalog import make_listed_package, make_package
from tests.factories.directives import make_directive
from tests.factories.identity import Caller, caller_for, make_key
from tests.factories.parties import make_actor, make_estate
from tests.factories.rights import day, grant, hold, make_block
from tests.rights.conftest import Listing

QUESTION: dict[str, Any] = {
    "components": ["voice"],
    "axes": ["scripted"],
    "media": ["game.scripted_performance"],
    "territory": "+EUROPE -RU",
    "first_day": "2027-01-01",
    "last_day": "2027-12-31",
    "zone": "UTC",
    "exclusivity": "exclusive",
}


@pytest.fixture
def studio(database: Database, client: FlaskClient, listing: Listing) -> Caller:
    with database.write() as session:
        return caller_for(session, client, listing.studio)


@pytest.fixture
def rival(database: Database) -> Actor:
    with database.write() as session:
        return make_actor(session, name="Harborlight Interactive")


def ask(caller: Caller, listing: Listing, **changes: Any) -> dict[str, Any]:
    answer = caller.post(f"/v1/packages/{listing.package.id}/avails", json=QUESTION | changes)
    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    return answer.json


def test_a_yes_says_what_was_checked_and_when(studio: Caller, listing: Listing) -> None:
    answer = ask(studio, listing, components=["face", "voice"], media=["game"], territory="+WORLD -CN")
    assert answer == {
        "available": True,
        "sentence": "All of it is free.",
        "reasons": answer["reasons"],
        "fixes": [],
        "limiting_components": [],
        "match": {"mode": "cover", "minimum_days": None, "is_match": True},
        "windows": [{"first_day": "2027-01-01", "last_day": "2027-12-31"}],
        "free": [
            {
                "territory": sorted(world() - {"CN"}),
                "windows": [{"first_day": "2027-01-01", "last_day": "2027-12-31"}],
            }
        ],
        "findings": answer["findings"],
        "asked_at": "2026-06-01T09:00:00Z",
    }
    assert [(reason["code"], reason["component"], reason["fix"]) for reason in answer["reasons"]] == [
        ("AVAILABLE", "face", None),
        ("AVAILABLE", "voice", None),
    ]


def test_asking_again_with_the_changes_named_gets_a_yes(
    database: Database, studio: Caller, rival: Actor, listing: Listing
) -> None:
    theirs = make_block(territory=frozenset({"DE", "AT"}), term=Term(day(1, 1, 2026), day(6, 1)))
    with database.write() as session:
        grant(session, rival, listing.package.id, theirs)
    answer = ask(studio, listing, media=["game"])
    assert [fix["changes"] for fix in answer["fixes"]] == [
        {"territory": "+EUROPE -RU -AT -DE"},
        {"media": ["game.cosmetic_item", "game.realtime_character", "game.trailer"]},
        {"first_day": "2027-06-01", "last_day": "2027-12-31"},
        {"exclusivity": "non_exclusive"},
    ]
    assert answer["fixes"][0]["sentence"] == "Free if AT and DE are dropped."
    assert answer["reasons"][0]["fix"] == answer["fixes"][0]
    for fix in answer["fixes"]:
        assert ask(studio, listing, **({"media": ["game"]} | fix["changes"]))["available"]


def test_each_dimension_can_be_what_has_to_change(studio: Caller, listing: Listing) -> None:
    wide = {
        "components": ["voice", "behavior"],
        "axes": ["scripted", "training"],
        "territory": "+WORLD",
        "media": ["game", "vr"],
    }
    question = dict(wide)
    for _ in range(10):
        answer = ask(studio, listing, **question)
        if answer["available"]:
            break
        question |= answer["reasons"][0]["fix"]["changes"]
    assert question == {
        "components": ["voice"],
        "axes": ["scripted"],
        "territory": "+WORLD -CN",
        "media": sorted(
            f"game.{leaf}" for leaf in ("cosmetic_item", "realtime_character", "scripted_performance", "trailer")
        ),
    }


def test_a_hold_says_when_to_ask_again(database: Database, studio: Caller, rival: Actor, listing: Listing) -> None:
    with database.write() as session:
        hold(session, rival, listing.package.id)
    answer = ask(studio, listing)
    assert answer["fixes"][0]["kind"] == "wait"
    assert answer["fixes"][0]["ask_again_at"] == "2026-06-04T09:00:00Z"


def test_the_answer_names_nobody(database: Database, studio: Caller, rival: Actor, listing: Listing) -> None:
    with database.write() as session:
        reference = grant(session, rival, listing.package.id, make_block(exclusivity=Exclusivity.SOLE))
    shown = str(ask(studio, listing))
    assert not [secret for secret in (reference, rival.party_id, "Harborlight", "sole") if secret in shown]


def test_asking_writes_nothing_and_a_reading_key_is_enough(
    database: Database, client: FlaskClient, listing: Listing
) -> None:
    with database.write() as session:
        reading = Caller(client, make_key(session, listing.studio, scopes=frozenset({Scope.READ})).text)
        deciding = Caller(client, make_key(session, listing.studio, scopes=frozenset({Scope.DECIDE})).text)
    path = f"/v1/packages/{listing.package.id}/avails"
    assert ask(reading, listing)["available"]
    assert reading.post(path, json=QUESTION, headers={"Idempotency-Key": ""}).status_code == 200
    assert deciding.post(path, json=QUESTION).status_code == 403
    assert client.post(path, json=QUESTION).status_code == 401
    with database.read() as session:
        assert session.exec(select(RightsBlockRow)).all() == session.exec(select(RightsBook)).all() == []


def test_a_package_that_is_not_listed_is_not_there(
    database: Database, client: FlaskClient, studio: Caller, listing: Listing, tmp_path: Path
) -> None:
    with database.write() as session:
        draft = make_package(session, LocalAssetStore(tmp_path / "assets"), listing.estate)
        estate = caller_for(session, client, listing.estate.actor)
    path = f"/v1/packages/{draft.id}/avails"
    assert studio.post(path, json=QUESTION).status_code == 404
    assert studio.post("/v1/packages/pkg_unknown/avails", json=QUESTION).status_code == 404
    own = estate.post(path, json=QUESTION).json
    assert own is not None
    assert [reason["code"] for reason in own["reasons"]] == ["NOT_LISTED"]


def test_the_answer_cites_the_law_and_says_what_counsel_must_confirm(studio: Caller, listing: Listing) -> None:
    findings = ask(studio, listing, territory="+US +EU", media=["film.trailer"])["findings"]
    assert findings
    for finding in findings:
        assert finding["enforcement"] in {"block", "warn", "record"}
        assert finding["sentence"]
        assert finding["citation"]["citation"]
        assert isinstance(finding["citation"]["lawyer_confirm"], bool)
    assert "EU" in {finding["citation"]["jurisdiction"] for finding in findings}


def test_a_directive_is_named_in_its_own_words(database: Database, studio: Caller, listing: Listing) -> None:
    with database.write() as session:
        wish = make_directive(
            session,
            listing.estate,
            categories=[],
            axes=[Axis.SCRIPTED],
            until_at=day(7, 1),
            wording="No words put into my mouth before then.",
        )
    answer = ask(studio, listing)
    reason = answer["reasons"][0]
    assert (reason["code"], reason["directives"]) == ("DIRECTIVE", [{"id": wish.id, "wording": wish.wording}])
    assert wish.wording in reason["sentence"]
    assert reason["fix"]["changes"] == {"first_day": "2027-07-01", "last_day": "2027-12-31"}
    assert ask(studio, listing, **reason["fix"]["changes"])["available"]


def test_a_wish_about_products_leaves_room_for_the_others(
    database: Database, studio: Caller, tmp_path: Path
) -> None:
    with database.write() as session:
        store = LocalAssetStore(tmp_path / "assets")
        estate = make_estate(session, store, performer_name="Tobias Rehn")
        package = make_listed_package(session, store, estate, media=expand(["brand_ambassador", "game"]))
        make_directive(session, estate)
    path = f"/v1/packages/{package.id}/avails"
    answer = studio.post(path, json=QUESTION | {"media": ["brand_ambassador"]}).json
    assert answer is not None
    assert [reason["code"] for reason in answer["reasons"]] == ["DIRECTIVE"]
    (fix,) = answer["fixes"]
    assert fix["sentence"] == "Free without the product categories tobacco."
    assert fix["changes"]["categories"] == sorted(PRODUCT_CATEGORIES.keys() - {"tobacco"})
    narrower = studio.post(path, json=QUESTION | {"media": ["brand_ambassador"]} | fix["changes"]).json
    assert narrower is not None
    assert narrower["available"]
    game = studio.post(path, json=QUESTION).json
    assert game is not None
    assert game["available"]


@pytest.mark.parametrize(
    ("match", "is_match"),
    [("cover", False), ("overlap", True), ("start_within", True), ("end_within", False)],
)
def test_free_periods_are_found_as_they_are_looked_for(
    database: Database, studio: Caller, rival: Actor, listing: Listing, match: str, is_match: bool
) -> None:
    """DE is taken until the end of May: all of it becomes free within the year, and stays so."""
    theirs = make_block(territory=frozenset({"DE"}), term=Term(day(1, 1, 2026), day(6, 1)))
    with database.write() as session:
        grant(session, rival, listing.package.id, theirs)
    answer = ask(studio, listing, match=match, territory="+DE +FR", minimum_days=30)
    assert answer["match"] == {"mode": match, "minimum_days": 30, "is_match": is_match}
    assert not answer["available"]
    whole = {"first_day": "2027-06-01", "last_day": "2027-12-31" if match == "cover" else None}
    assert answer["windows"] == [whole]
    today = {"first_day": "2026-06-01", "last_day": None}
    year = {"first_day": "2027-01-01", "last_day": "2027-12-31"}
    assert answer["free"] == [
        {"territory": ["DE"], "windows": [whole]},
        {"territory": ["FR"], "windows": [year if match == "cover" else today]},
    ]


def test_periods_that_are_too_short_are_left_out(
    database: Database, studio: Caller, rival: Actor, listing: Listing
) -> None:
    with database.write() as session:
        grant(session, rival, listing.package.id, make_block(term=Term(day(2, 1), day(12, 1))))
    assert len(ask(studio, listing)["windows"]) == 2
    assert ask(studio, listing, minimum_days=32)["windows"] == []
    assert ask(studio, listing, minimum_days=31)["windows"] == [
        {"first_day": "2027-01-01", "last_day": "2027-01-31"},
        {"first_day": "2027-12-01", "last_day": "2027-12-31"},
    ]


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"components": []}, "/components"),
    ({"components": ["soul"]}, "/components/0"),
    ({"axes": []}, "/axes"),
    ({"axes": ["unknown"]}, "/axes/0"),
    ({"media": []}, "/media"),
    ({"media": ["radio"]}, "/media"),
    ({"territory": ""}, "/territory"),
    ({"territory": "+"}, "/territory"),
    ({"territory": "DE"}, "/territory"),
    ({"territory": "-DE +FR"}, "/territory"),
    ({"territory": "+XK"}, "/territory"),
    ({"territory": "+ATLANTIS"}, "/territory"),
    ({"territory": "+DE -DE"}, "/territory"),
    ({"territory": ["DE"]}, "/territory"),
    ({"languages": []}, "/languages"),
    ({"languages": ["Klingon!"]}, "/languages"),
    ({"categories": ["weapons"]}, "/categories"),
    ({"first_day": "2027-02-29"}, "/first_day"),
    ({"first_day": "0001-01-01"}, "/first_day"),
    ({"last_day": "9999-12-31"}, "/last_day"),
    ({"last_day": "2026-12-31"}, "/last_day"),
    ({"first_day": "2027-06-30T23:59:60Z"}, "/first_day"),
    ({"last_day": "2027-12-31T00:00:00Z"}, "/last_day"),
    ({"first_day": "20270101"}, "/first_day"),
    ({"first_day": "2027-W01-1"}, "/first_day"),
    ({"first_day": 20270101}, "/first_day"),
    ({"last_day": None}, "/last_day"),
    ({"match": "around"}, "/match"),
    ({"minimum_days": 0}, "/minimum_days"),
    ({"minimum_days": 366}, "/minimum_days"),
    ({"minimum_days": 36_526, "match": "overlap"}, "/minimum_days"),
    ({"minimum_days": "30"}, "/minimum_days"),
    ({"minimum_days": 1.5}, "/minimum_days"),
    ({"zone": "localtime"}, "/zone"),
    ({"zone": "Mars/Olympus"}, "/zone"),
    ({"zone": ""}, "/zone"),
    ({"exclusivity": "very"}, "/exclusivity"),
    ({"price": 1}, "/price"),
]


def test_a_malformed_question_is_told_where(studio: Caller, listing: Listing) -> None:
    for changes, pointer in MALFORMED:
        answer = studio.post(f"/v1/packages/{listing.package.id}/avails", json=QUESTION | changes)
        assert answer.status_code == 422, changes
        assert answer.json is not None
        assert answer.json["errors"][0]["pointer"] == pointer, changes


def test_a_time_that_is_over_is_free_for_nobody(studio: Caller, listing: Listing) -> None:
    """START is the first of June 2026; the last day before it is over, the day itself is not."""
    days = {"first_day": "2020-01-01", "last_day": "2026-05-31"}
    over = studio.post(f"/v1/packages/{listing.package.id}/avails", json=QUESTION | days)
    assert over.status_code == 422
    assert [problem["pointer"] for problem in over.json["errors"]] == ["/last_day"]
    ask(studio, listing, first_day="2020-01-01", last_day="2026-06-01")


def test_every_component_can_be_asked_for_twice(studio: Caller, listing: Listing) -> None:
    answer = ask(studio, listing, components=["voice", "voice"], axes=["scripted", "scripted"])
    assert [reason["component"] for reason in answer["reasons"]] == [Component.VOICE]
