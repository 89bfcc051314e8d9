"""The question for avails over the whole catalog, over HTTP."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalog.service.packages import Price
from app.infrastructure.db.database import Database
from app.infrastructure.storage import LocalAssetStore
from app.values.media import expand
from app.values.money import Money
from app.values.territory import Territory
from tests.factories.catalog import make_listed_package, make_package
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import make_actor, make_estate
from tests.factories.rights import exclusive_block, grant, hold
from tests.rights.conftest import Listing
from tests.support.databases import on_sqlite

QUESTION: dict[str, Any] = {
    "components": ["voice"],
    "axes": ["realtime"],
    "media": ["vr"],
    "territory": "+JP",
    "first_day": "2027-01-01",
    "last_day": "2027-12-31",
    "zone": "Asia/Tokyo",
    "exclusivity": "exclusive",
}
"""Which voices are free for a VR game, exclusive, in Japan for 2027?"""


@pytest.fixture
def voices(database: Database, listing: Listing, tmp_path: Path) -> dict[str, str]:
    """Three packages for VR by what is special about them, beside the usual one, which is for games only."""
    store, made = LocalAssetStore(tmp_path / "more"), {}
    with database.write() as session:
        for name, territory in (("free", "+WORLD"), ("taken", "+WORLD"), ("elsewhere", "+EUROPE")):
            estate = make_estate(session, store, performer_name=f"Ada {name}")
            made[name] = make_listed_package(
                session,
                store,
                estate,
                title=f"The {name} voice",
                media=expand(["vr"]),
                territory=Territory.parse(territory),
                prices=[Price("game_scripted_character", Money(90_000, "JPY"), royalty_bps=100)],
            ).id
        make_package(session, store, estate, title="A draft", media=expand(["vr"]))
        taken = exclusive_block(
            axes=frozenset({"realtime"}), media=frozenset({"vr.social_world"}), territory=frozenset({"JP"})
        )
        grant(session, listing.studio, made["taken"], taken)
    return made


@pytest.fixture
def caller(database: Database, client: FlaskClient) -> Caller:
    with database.write() as session:
        return caller_for(session, client, make_actor(session, name="Tide Studio"))


def ask(caller: Caller, **changes: Any) -> dict[str, Any]:
    answer = caller.post("/v1/avails", json=QUESTION | changes)
    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    return answer.json


def titles(answer: dict[str, Any]) -> list[str]:
    return [item["package"]["title"] for item in answer["items"]]


def test_what_is_free_with_its_price_and_its_days(caller: Caller, voices: dict[str, str]) -> None:
    answer = ask(caller)
    assert answer["asked_at"] == "2026-06-01T09:00:00Z"
    assert (answer["looked_at"], answer["matching"], answer["next_cursor"]) == (4, 1, None)
    (item,) = answer["items"]
    assert item["package"]["id"] == voices["free"]
    assert item["package"]["performer"]["name"] == "Ada free"
    assert item["package"]["headline_price"]["fee_minor"] == 90_000
    year = [{"first_day": "2027-01-01", "last_day": "2027-12-31"}]
    assert item["windows"] == year
    assert item["free"] == [{"territory": ["JP"], "windows": year}]


def test_the_rest_says_why_not_when_asked_by_itself(caller: Caller, voices: dict[str, str]) -> None:
    assert titles(ask(caller, exclusivity="non_exclusive")) == ["The free voice"]
    assert titles(ask(caller, media=["vr.location_based"])) == ["The taken voice", "The free voice"]
    answer = caller.post(f"/v1/packages/{voices['taken']}/avails", json=QUESTION).json
    assert answer is not None
    assert [reason["code"] for reason in answer["reasons"]] == ["EXCLUSIVELY_GRANTED"]


@pytest.mark.usefixtures("voices")
def test_a_bundle_must_come_from_one_package(caller: Caller) -> None:
    both = {"components": ["face", "voice"], "media": ["game"], "axes": ["scripted"]}
    assert len(ask(caller, **both)["items"]) == 1
    assert ask(caller, **both | {"media": ["vr"]})["items"] == []


@pytest.mark.usefixtures("voices")
@pytest.mark.parametrize(
    ("text", "found"),
    [("free", ["The free voice"]), ("voi ADA", ["The taken voice", "The free voice"]), ("nobody", [])],
)
def test_words_narrow(caller: Caller, text: str, found: list[str]) -> None:
    assert titles(ask(caller, text=text, media=["vr.location_based"])) == found


@pytest.mark.usefixtures("voices")
def test_living_or_dead_narrows(caller: Caller) -> None:
    assert titles(ask(caller, performer_is_living=False)) == ["The free voice"]
    assert titles(ask(caller, performer_is_living=True)) == []


@pytest.mark.usefixtures("voices")
def test_page_by_page(caller: Caller) -> None:
    first = ask(caller, media=["vr.location_based"], limit=1)
    assert (titles(first), first["matching"], first["looked_at"]) == (["The taken voice"], 1, 2)
    second = ask(caller, media=["vr.location_based"], limit=1, cursor=first["next_cursor"])
    assert (titles(second), second["looked_at"]) == (["The free voice"], 1)
    last = ask(caller, media=["vr.location_based"], limit=1, cursor=second["next_cursor"])
    assert (titles(last), last["looked_at"], last["next_cursor"]) == ([], 1, None)


@pytest.mark.usefixtures("voices")
def test_other_terms_than_the_whole_one(caller: Caller) -> None:
    """Taken in 2027, the right is free before and after; a studio that can wait finds it."""
    longer = {"first_day": "2026-07-01", "last_day": "2028-12-31"}
    assert titles(ask(caller, **longer)) == ["The free voice"]
    found = ask(caller, **longer, match="overlap", minimum_days=180)
    assert titles(found) == ["The taken voice", "The free voice"]
    assert [window["first_day"] for window in found["items"][0]["windows"]] == ["2026-06-01", "2028-01-02"]


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"components": []}, "/components"),
        ({"components": ["soul"]}, "/components/0"),
        ({"axes": []}, "/axes"),
        ({"media": []}, "/media"),
        ({"media": ["radio"]}, "/media"),
        ({"territory": "+"}, "/territory"),
        ({"territory": "+XX"}, "/territory"),
        ({"territory": "+DE -DE"}, "/territory"),
        ({"languages": ["??"]}, "/languages"),
        ({"categories": ["sword"]}, "/categories"),
        ({"last_day": "2026-12-31"}, "/last_day"),
        ({"first_day": "2027-02-30"}, "/first_day"),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"exclusivity": "very"}, "/exclusivity"),
        ({"match": "nearly"}, "/match"),
        ({"minimum_days": 0}, "/minimum_days"),
        ({"text": "x" * 201}, "/text"),
        ({"performer_is_living": "perhaps"}, "/performer_is_living"),
        ({"performer_is_living": "no"}, "/performer_is_living"),
        ({"cursor": "pkg_1"}, "/cursor"),
        ({"cursor": f"lic_{'0' * 26}"}, "/cursor"),
        ({"limit": 0}, "/limit"),
        ({"limit": 101}, "/limit"),
        ({"limit": True}, "/limit"),
        ({"page": 2}, "/page"),
    ],
)
def test_what_cannot_be_asked_names_the_field(caller: Caller, changes: dict[str, Any], pointer: str) -> None:
    answer = caller.post("/v1/avails", json=QUESTION | changes)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_holds_of_others_count_and_own_ones_do_not(
    database: Database, client: FlaskClient, listing: Listing
) -> None:
    """The studio of the listing has a place in the queue; whoever comes later does not find the package."""
    with database.write() as session:
        hold(session, listing.studio, listing.package.id, exclusive_block())
        studio, other = (
            caller_for(session, client, listing.studio),
            caller_for(session, client, make_actor(session)),
        )
    question = {"axes": ["scripted"], "media": ["game.scripted_performance"], "territory": "+DE +FR"}
    assert [item["package"]["id"] for item in ask(studio, **question)["items"]] == [listing.package.id]
    assert ask(other, **question)["items"] == []
