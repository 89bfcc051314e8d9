"""Directives: what they forbid, who may record and withdraw them, and who sees them."""

from datetime import UTC, date, datetime
from itertools import product
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.parties.death.service import record_death
from app.parties.directives import service
from app.parties.directives.errors import DirectiveWithdrawnBefore
from app.parties.directives.queries import directives_of
from app.parties.directives.rules import DirectiveBox, violated
from app.parties.models import Performer
from app.parties.queries import representations_page
from app.parties.states import Capacity, PartyKind
from app.values.components import Axis, Component
from app.values.errors import Forbidden, InvalidInput, NotFound
from app.values.exclusivity import Exclusivity
from app.values.media import expand
from app.values.product_categories import PRODUCT_CATEGORIES
from app.values.rights_block import ALL, RightsBlock
from app.values.term import Term
from tests.factories.directives import WORDING, make_directive
from tests.factories.identity import caller_for
from tests.factories.parties import (
    Estate,
    make_actor,
    make_administrator,
    make_estate,
    make_performer,
    make_representation,
)
from tests.support.clock import START

LEAVES = ("game.trailer", "vr.social_world", "brand_ambassador.packaging", "brand_ambassador.social_post")
YEARS = range(2026, 2032)


def box(**changes: Any) -> DirectiveBox:
    everything: dict[str, Any] = {
        "components": frozenset(),
        "axes": frozenset(),
        "media": frozenset(),
        "categories": frozenset(),
        "until_at": None,
    }
    return DirectiveBox(id="dir_1", wording=WORDING, **(everything | changes))


def block(**changes: Any) -> RightsBlock:
    use: dict[str, Any] = {
        "component": Component.VOICE,
        "axes": frozenset({Axis.SCRIPTED}),
        "media": frozenset({"game.trailer"}),
        "territory": frozenset({"DE"}),
        "languages": frozenset({ALL}),
        "categories": frozenset({ALL}),
        "term": Term.of_days(date(2027, 1, 1), date(2027, 12, 31), "UTC"),
        "exclusivity": Exclusivity.NON_EXCLUSIVE,
    }
    return RightsBlock(**(use | changes))


def new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def test_a_directive_that_names_nothing_forbids_everything() -> None:
    assert box().forbids(block())


@pytest.mark.parametrize(
    ("wish", "use"),
    [
        ({"components": frozenset({Component.FACE})}, {}),
        ({"axes": frozenset({Axis.REALTIME, Axis.TRAINING})}, {}),
        ({"media": expand(["film"])}, {}),
        ({"until_at": new_year(2027)}, {}),
        ({"categories": frozenset({"tobacco"})}, {}),
        (
            {"categories": frozenset({"tobacco"})},
            {"media": frozenset({"brand_ambassador.packaging"}), "categories": frozenset({"toys"})},
        ),
        ({"categories": frozenset({"tobacco"}), "media": expand(["game"])}, {}),
    ],
    ids=["component", "axis", "medium", "over when it begins", "no brand use", "other category", "never brand use"],
)
def test_a_use_outside_of_one_dimension_is_free(wish: dict[str, Any], use: dict[str, Any]) -> None:
    assert not box(**wish).forbids(block(**use))


def test_a_use_that_begins_before_the_end_is_forbidden() -> None:
    term = Term(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), None)
    assert box(until_at=new_year(2027)).forbids(block(term=term))


def test_brand_use_in_every_category_meets_one_that_is_forbidden() -> None:
    use = block(media=frozenset({"brand_ambassador.packaging", "game.trailer"}))
    wish = box(categories=frozenset({"tobacco"}))
    assert wish.forbids(use)
    assert wish.forbidden_media(use.media) == {"brand_ambassador.packaging"}


def test_every_violated_directive_is_named_in_order() -> None:
    first, second, other = box(axes=frozenset({Axis.SCRIPTED})), box(), box(axes=frozenset({Axis.BLEND}))
    assert violated([first, other, second], block()) == (first, second)


def test_what_is_forbidden_is_found_use_by_use() -> None:
    """Against all single uses of a block: component, axis, leaf, category of brand use, year."""
    dice = Random(27)  # noqa: S311
    forbidden = 0
    for _ in range(4_000):
        wish, use = _random_box(dice), _random_block(dice)
        assert wish.forbids(use) is any(_is_against(wish, *single) for single in _uses(use)), (wish, use)
        forbidden += wish.forbids(use)
    assert 300 < forbidden < 3_700, "The test would say little if nearly all were alike."


def _random_box(dice: Random) -> DirectiveBox:
    return box(
        components=_some(dice, Component, least=0),
        axes=_some(dice, Axis, least=0),
        media=_some(dice, LEAVES, least=0),
        categories=_some(dice, ("tobacco", "toys"), least=0),
        until_at=dice.choice([None, *map(new_year, YEARS)]),
    )


def _random_block(dice: Random) -> RightsBlock:
    first = dice.choice(YEARS)
    return block(
        component=dice.choice(list(Component)),
        axes=_some(dice, Axis),
        media=_some(dice, LEAVES),
        categories=dice.choice([frozenset({ALL}), _some(dice, ("tobacco", "toys", "travel"))]),
        term=Term(new_year(first), new_year(first + dice.randint(1, 3))),
    )


def _some(dice: Random, choices: Any, least: int = 1) -> frozenset[Any]:
    return frozenset(dice.sample(list(choices), dice.randint(least, min(2, len(list(choices))))))


def _uses(use: RightsBlock) -> Any:
    categories = frozenset(PRODUCT_CATEGORIES) if ALL in use.categories else use.categories
    assert use.term.ends_at is not None
    for axis, leaf, year in product(use.axes, use.media, range(use.term.starts_at.year, use.term.ends_at.year)):
        for category in categories if leaf.startswith("brand") else [None]:
            yield use.component, axis, leaf, category, new_year(year)


def _is_against(
    wish: DirectiveBox, component: Component, axis: Axis, leaf: str, category: str | None, at: datetime
) -> bool:
    return (
        (not wish.components or component in wish.components)
        and (not wish.axes or axis in wish.axes)
        and (not wish.media or leaf in wish.media)
        and (not wish.categories or category in wish.categories)
        and (wish.until_at is None or at < wish.until_at)
    )


@pytest.fixture
def estate(session: Session, services: Services) -> Estate:
    return make_estate(session, services.store)


def living(session: Session, services: Services) -> tuple[Performer, Actor]:
    """A living performer and somebody who acts for them."""
    actor = make_actor(session, kind=PartyKind.PERFORMER, name="Ines Duarte")
    performer = make_performer(session, actor, name="Ines Duarte")
    performer.is_living, performer.died_on = True, None
    session.flush()
    make_representation(session, services.store, actor, performer, capacity=Capacity.PERFORMER)
    return performer, actor


def record(session: Session, actor: Actor, performer: Performer, **changes: Any) -> str:
    wish = {"wording": WORDING} | changes
    return service.record_directive(session=session, actor=actor, at=START, performer_id=performer.id, **wish).id


def withdraw(session: Session, actor: Actor, directive_id: str) -> None:
    service.withdraw_directive(
        session=session, actor=actor, at=START, directive_id=directive_id, reason="Recorded for somebody else."
    )


def test_the_executor_speaks_for_the_dead(session: Session, estate: Estate) -> None:
    directive = make_directive(
        session, estate, axes=[Axis.TRAINING], media=expand(["game"]), until_at=new_year(2039)
    )
    [found] = directives_of(session, [estate.performer.id])[estate.performer.id]
    assert found == DirectiveBox(
        id=directive.id,
        components=frozenset(),
        axes=frozenset({Axis.TRAINING}),
        media=expand(["game"]),
        categories=frozenset({"tobacco"}),
        until_at=new_year(2039),
        wording=WORDING,
    )


def test_every_performer_asked_for_has_an_answer(session: Session, estate: Estate) -> None:
    make_directive(session, estate)
    other = make_performer(session, estate.actor, name="Nobody Yet")
    found = directives_of(session, [estate.performer.id, other.id])
    assert [len(found[performer]) for performer in (estate.performer.id, other.id)] == [1, 0]


@pytest.mark.parametrize(
    "capacity", [capacity for capacity in Capacity if not capacity.is_delegated and not capacity.ends_at_death]
)
def test_of_those_who_hold_the_right_only_the_executor_speaks(
    session: Session, services: Services, capacity: Capacity
) -> None:
    estate = make_estate(session, services.store, capacity=capacity)
    if capacity.administers_estate:
        make_directive(session, estate)
        return
    with pytest.raises(Forbidden, match="executor"):
        make_directive(session, estate)


def test_the_living_speak_for_themselves(session: Session, services: Services) -> None:
    performer, actor = living(session, services)
    directive_id = record(session, actor, performer)
    withdraw(session, actor, directive_id)
    assert directives_of(session, [performer.id]) == {performer.id: []}
    with pytest.raises(DirectiveWithdrawnBefore):
        withdraw(session, actor, directive_id)


def test_an_agent_records_and_withdraws_nothing(session: Session, services: Services) -> None:
    performer, actor = living(session, services)
    agent = make_actor(session, kind=PartyKind.AGENT, name="Kestrel Row")
    principal = make_representation(
        session, services.store, agent, performer, capacity=Capacity.AGENT, principal_id=_of(session, actor)
    )
    assert principal.holder_party_id == agent.party_id
    directive_id = record(session, actor, performer)
    with pytest.raises(Forbidden, match="own party"):
        record(session, agent, performer)
    with pytest.raises(Forbidden, match="own party"):
        withdraw(session, agent, directive_id)


def _of(session: Session, actor: Actor) -> str:
    return str(representations_page(session, actor, cursor=None, limit=1).items[0].id)


def test_after_death_a_wish_stands(session: Session, services: Services) -> None:
    performer, actor = living(session, services)
    administrator = make_administrator(session)
    directive_id = record(session, actor, performer)
    died: dict[str, Any] = {"died_on": date(2026, 5, 1), "reason": "Death certificate seen."}
    record_death(session=session, actor=administrator, at=START, performer_id=performer.id, **died)
    executor = make_actor(session, kind=PartyKind.ESTATE, name="Estate of Ines Duarte")
    make_representation(session, services.store, executor, performer)
    for who in (actor, executor):
        with pytest.raises(Forbidden):
            withdraw(session, who, directive_id)
    assert [found.id for found in directives_of(session, [performer.id])[performer.id]] == [directive_id]
    withdraw(session, administrator, directive_id)
    assert directives_of(session, [performer.id]) == {performer.id: []}


def test_a_stranger_has_no_say(session: Session, estate: Estate) -> None:
    directive = make_directive(session, estate)
    stranger = make_actor(session)
    with pytest.raises(NotFound):
        record(session, stranger, estate.performer)
    with pytest.raises(NotFound):
        withdraw(session, stranger, directive.id)


def test_authority_that_has_ended_speaks_no_more(session: Session, services: Services) -> None:
    estate = make_estate(session, services.store, signs_until_at=new_year(2027))
    make_directive(session, estate, at=datetime(2026, 12, 31, tzinfo=UTC))
    with pytest.raises(NotFound):
        make_directive(session, estate, at=new_year(2027))


def test_a_wish_that_is_over_is_refused(session: Session, estate: Estate) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_directive(session, estate, until_at=START)
    assert [problem.pointer for problem in refused.value.problems] == ["/until_at"]


def test_directives_by_http(database: Database, services: Services, client: FlaskClient) -> None:
    with database.write() as session:
        estate = make_estate(session, services.store)
        owner = caller_for(session, client, estate.actor)
        studio = caller_for(session, client, make_actor(session))
        administrator = caller_for(session, client, make_administrator(session))
    path = f"/v1/performers/{estate.performer.id}/directives"
    answer = owner.post(
        path,
        json={"wording": " No lines I did not speak. ", "axes": ["realtime"], "media": ["game", "film.trailer"]},
    )
    made = answer.get_json()
    assert answer.status_code == 201
    assert (made["wording"], made["axes"], made["categories"]) == ("No lines I did not speak.", ["realtime"], [])
    assert made["media"] == sorted(expand(["game", "film.trailer"]))
    assert [item["id"] for item in studio.get(path).get_json()["items"]] == [made["id"]]
    refused = owner.post(f"/v1/directives/{made['id']}/withdrawal", json={"reason": "We want the money."})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "forbidden")
    done = administrator.post(f"/v1/directives/{made['id']}/withdrawal", json={"reason": "The wrong performer."})
    assert (done.status_code, done.get_json()["withdrawal_reason"]) == (200, "The wrong performer.")
    again = administrator.post(f"/v1/directives/{made['id']}/withdrawal", json={"reason": "Again."})
    assert (again.status_code, again.get_json()["code"]) == (409, "directive_already_withdrawn")


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({}, "/wording"),
        ({"wording": "  "}, "/wording"),
        ({"axes": ["dreaming"]}, "/axes/0"),
        ({"components": ["hands"]}, "/components/0"),
        ({"media": ["radio"]}, "/media"),
        ({"media": []}, "/media"),
        ({"categories": ["*"]}, "/categories"),
        ({"categories": ["weapons"]}, "/categories"),
        ({"until_at": "2039-01-01"}, "/until_at"),
        ({"until_at": "2026-12-31T23:59:60Z"}, "/until_at"),
        ({"until_at": "2001-01-01T00:00:00Z"}, "/until_at"),
        ({"binds": True}, "/binds"),
    ],
)
def test_what_is_no_directive_is_refused_by_name(
    database: Database, services: Services, client: FlaskClient, wish: dict[str, Any], pointer: str
) -> None:
    with database.write() as session:
        estate = make_estate(session, services.store)
        owner = caller_for(session, client, estate.actor)
    body = wish if pointer == "/wording" else {"wording": WORDING} | wish
    answer = owner.post(f"/v1/performers/{estate.performer.id}/directives", json=body)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
