"""Holds in a queue, on both engines."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from app.identity.actor import Actor
from app.rights.errors import HoldMoveRefused, ReferenceTaken, RightsNotAvailable
from app.rights.hold_queries import holds_on_package, is_held
from app.rights.models import Hold
from app.rights.service.blocks import give_back
from app.rights.states import HoldEnd
from app.values.components import Component
from app.values.errors import InvalidInput, NotFound
from app.values.rights_block import RightsBlock
from tests.factories.parties import make_actor
from tests.factories.rights import exclusive_block, grant, hold, make_block
from tests.rights.conftest import Listing
from tests.rights.queueing import A_MOMENT, challenge, later, places, queue_up, refusal, standing
from tests.support.clock import START


def test_who_placed_first_is_first_and_the_others_know_their_place(
    session: Session, listing: Listing, rival: Actor, third: Actor
) -> None:
    queue_up(session, listing, rival, third)
    assert places(session, later(days=1)) == {"neg_1": 1, "neg_2": 2, "neg_3": 3}
    first, second = (standing(session, reference, later(days=1)) for reference in ("neg_1", "neg_2"))
    assert (first.ahead, first.behind, first.can_challenge) == (0, 2, False)
    assert (second.ahead, second.behind, second.can_challenge) == (1, 1, True)
    assert first.sentence == ("This is the first hold; 2 holds wait behind it. It lapses at 2026-06-21T09:01:00Z.")
    assert second.sentence == (
        "This is the second hold; 1 hold waits behind it. It lapses at 2026-06-21T09:02:00Z. "
        "Challenge the first hold to make its party match or release."
    )


def test_only_holds_that_want_the_same_are_in_one_queue(
    session: Session, listing: Listing, rival: Actor, third: Actor
) -> None:
    germany = exclusive_block(territory=frozenset({"DE"}))
    hold(session, listing.studio, listing.package.id, germany, reference="neg_1")
    hold(session, rival, listing.package.id, exclusive_block(territory=frozenset({"FR"})), reference="neg_2")
    hold(session, third, listing.package.id, exclusive_block(component=Component.FACE), reference="neg_3")
    both = exclusive_block(territory=frozenset({"DE", "FR"}))
    hold(session, third, listing.package.id, both, reference="neg_4")
    assert places(session, later(hours=1)) == {"neg_1": 1, "neg_2": 1, "neg_3": 1, "neg_4": 3}


def test_shared_use_has_no_queue_of_its_own(session: Session, listing: Listing, rival: Actor, third: Actor) -> None:
    hold(session, listing.studio, listing.package.id, make_block(), reference="neg_1")
    hold(session, rival, listing.package.id, make_block(), reference="neg_2")
    hold(session, third, listing.package.id, exclusive_block(), reference="neg_3")
    assert places(session, later(hours=1)) == {"neg_1": 1, "neg_2": 1, "neg_3": 3}


def test_holds_are_kept_out_by_what_is_granted_and_not_by_holds(
    session: Session, listing: Listing, rival: Actor
) -> None:
    grant(session, listing.studio, listing.package.id, exclusive_block())
    with pytest.raises(RightsNotAvailable) as refused:
        hold(session, rival, listing.package.id)
    assert [reason["code"] for reason in refused.value.extra["reasons"]] == ["EXCLUSIVELY_GRANTED"]
    assert session.exec(select(Hold)).all() == []


def test_it_lapses_by_the_clock_and_whoever_waited_moves_up(
    session: Session, listing: Listing, rival: Actor
) -> None:
    hold(session, listing.studio, listing.package.id, reference="neg_1", lasts_days=2)
    hold(session, rival, listing.package.id, reference="neg_2", lasts_days=10)
    assert places(session, later(days=2) - A_MOMENT) == {"neg_1": 1, "neg_2": 2}
    assert places(session, later(days=2)) == {"neg_2": 1}


def test_whoever_waited_for_the_book_does_not_pass_by(session: Session, listing: Listing, rival: Actor) -> None:
    """Asked a moment earlier, served a moment later: the other was told that it is first."""
    hold(session, rival, listing.package.id, reference="neg_1", at=later(seconds=1))
    hold(session, listing.studio, listing.package.id, reference="neg_2", at=START)
    assert places(session, later(minutes=1)) == {"neg_1": 1, "neg_2": 2}


def test_placing_anew_goes_to_the_end(session: Session, listing: Listing, rival: Actor) -> None:
    queue_up(session, listing, rival)
    challenge(session, rival, "neg_2", later(days=1))
    hold(session, listing.studio, listing.package.id, reference="neg_1", at=later(days=2), lasts_days=7)
    assert places(session, later(days=2)) == {"neg_1": 2, "neg_2": 1}
    assert standing(session, "neg_1", later(days=2)).lapses_at == later(days=9)
    ends = session.exec(select(Hold.release_reason).where(Hold.reference == "neg_1")).all()
    assert sorted(ends, key=str) == [None, HoldEnd.RENEWED]


def test_a_lapsed_hold_is_placed_anew_as_if_it_had_not_been(session: Session, listing: Listing) -> None:
    hold(session, listing.studio, listing.package.id, reference="neg_1", lasts_days=2)
    hold(session, listing.studio, listing.package.id, reference="neg_1", at=later(days=5))
    old = session.exec(select(Hold).where(Hold.reference == "neg_1").order_by(sa.text("id"))).all()[0]
    assert (old.released_at, old.release_reason) == (later(days=2), HoldEnd.LAPSED)
    assert places(session, later(days=5)) == {"neg_1": 1}


def test_the_reference_of_a_license_holds_nothing(session: Session, listing: Listing) -> None:
    grant(session, listing.studio, listing.package.id, make_block(), reference="lic_1")
    with pytest.raises(ReferenceTaken):
        hold(session, listing.studio, listing.package.id, make_block(), reference="lic_1")


def test_five_holds_on_a_performer_are_the_most(session: Session, listing: Listing, rival: Actor) -> None:
    for number in range(1, 6):
        hold(session, listing.studio, listing.package.id, reference=f"neg_{number}", lasts_days=number)
    with pytest.raises(HoldMoveRefused, match="until 2026-06-02T09:00:00Z") as refused:
        hold(session, listing.studio, listing.package.id, reference="neg_6", at=later(hours=1))
    assert refusal(refused) == "too_many_holds"
    hold(session, rival, listing.package.id, reference="neg_7")
    hold(session, listing.studio, listing.package.id, reference="neg_5", at=later(hours=1))
    hold(session, listing.studio, listing.package.id, reference="neg_6", at=later(days=1))


@pytest.mark.parametrize("days", [0, -1, 31])
def test_a_hold_lasts_from_a_day_to_a_month(session: Session, listing: Listing, days: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        hold(session, listing.studio, listing.package.id, lasts_days=days)
    assert refused.value.problems[0].pointer == "/lasts_days"


def test_how_long_a_hold_lasts_unless_said(session: Session, listing: Listing, rival: Actor) -> None:
    hold(session, listing.studio, listing.package.id, reference="neg_1", lasts_days=None)
    hold(session, rival, listing.package.id, reference="neg_2", lasts_days=None, longest_days=10)
    assert standing(session, "neg_1", START).lapses_at == later(days=14)
    assert standing(session, "neg_2", START).lapses_at == later(days=10)


def test_a_deal_has_the_rank_of_its_hold(session: Session, listing: Listing, rival: Actor) -> None:
    queue_up(session, listing, rival)
    at = later(days=1)
    with pytest.raises(RightsNotAvailable) as refused:
        grant(session, rival, listing.package.id, exclusive_block(), in_place_of="neg_2", at=at)
    assert [reason["code"] for reason in refused.value.extra["reasons"]] == ["ON_HOLD"]
    license_id = grant(session, listing.studio, listing.package.id, exclusive_block(), in_place_of="neg_1", at=at)
    assert places(session, at) == {"neg_2": 1}
    left = standing(session, "neg_2", at)
    assert left.is_overtaken
    assert "has been licensed or kept back since; offer what is still free." in left.sentence
    page = holds_on_package(session, listing.estate.actor, listing.package.id, at)
    assert [view.standing.is_overtaken for view in page.items] == [True]
    with pytest.raises(RightsNotAvailable):
        grant(session, rival, listing.package.id, exclusive_block(), in_place_of="neg_2", at=at)
    given_back = exclusive_block().term.starts_at
    give_back(session, given_back + A_MOMENT, license_id)
    assert standing(session, "neg_2", at).is_overtaken, "a grant counts until it ends"
    give_back(session, given_back, license_id)
    assert not standing(session, "neg_2", at).is_overtaken


def test_a_hold_gives_no_rank_beyond_what_it_is_for(session: Session, listing: Listing, rival: Actor) -> None:
    """First in Germany, last in France: a deal for both still waits for the hold on France."""
    germany = exclusive_block(territory=frozenset({"DE"}))
    hold(session, listing.studio, listing.package.id, germany, reference="neg_1")
    hold(session, rival, listing.package.id, exclusive_block(territory=frozenset({"DE", "FR"})), reference="neg_2")
    wide = exclusive_block(territory=frozenset({"DE", "FR"}))
    with pytest.raises(RightsNotAvailable):
        grant(session, listing.studio, listing.package.id, wide, in_place_of="neg_1", at=later(hours=1))
    grant(session, listing.studio, listing.package.id, germany, in_place_of="neg_1", at=later(hours=1))


@pytest.mark.parametrize(
    ("wanted", "is_it"),
    [
        (exclusive_block(), True),
        (make_block(territory=frozenset({"DE"})), True),
        (exclusive_block(territory=frozenset({"DE", "CN"})), False),
        (make_block(component=Component.FACE), False),
    ],
)
def test_what_a_hold_is_for(session: Session, listing: Listing, wanted: RightsBlock, *, is_it: bool) -> None:
    hold(session, listing.studio, listing.package.id, reference="neg_1", lasts_days=3)
    assert is_held(session, "neg_1", [wanted], later(days=1)) is is_it
    assert not is_held(session, "neg_1", [wanted], later(days=3))
    assert not is_held(session, "neg_2", [wanted], later(days=1))


def test_the_licensor_sees_the_holds_on_its_package(
    session: Session, listing: Listing, rival: Actor, third: Actor
) -> None:
    queue_up(session, listing, rival, third)
    challenge(session, rival, "neg_2", later(days=1))
    page = holds_on_package(session, listing.estate.actor, listing.package.id, later(days=1))
    shown = [(view.party_name, view.standing.place, view.standing.respond_by_at) for view in page.items]
    assert [name for name, *_ in shown[:2]] == ["Third Studio", "Second Studio"]
    assert [rest for _, *rest in shown] == [[3, None], [2, None], [1, later(days=3)]]
    after = holds_on_package(session, listing.estate.actor, listing.package.id, later(days=3))
    assert [view.hold.reference for view in after.items] == ["neg_3", "neg_2"]
    with pytest.raises(NotFound):
        holds_on_package(session, rival, listing.package.id, later(days=1))


def test_however_many_holds_the_licensor_sees_them_in_as_many_statements(
    session: Session, listing: Listing
) -> None:
    counts = []
    for number in range(1, 13):
        hold(session, make_actor(session), listing.package.id, reference=f"neg_{number}")
        statements: list[str] = []
        connection = session.connection()

        def note(_c: Any, _u: Any, text: str, *_: Any, into: list[str] = statements) -> None:
            into.append(text)

        sa.event.listen(connection, "before_cursor_execute", note)
        page = holds_on_package(session, listing.estate.actor, listing.package.id, later(hours=1))
        sa.event.remove(connection, "before_cursor_execute", note)
        assert len(page.items) == number
        counts.append(len(statements))
    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"lapses_at": START},
        {"challenged_at": START},
        {"respond_by_at": START},
        {"matched_at": later(days=2), "challenged_at": START, "respond_by_at": later(days=2)},
        {"challenged_at": later(days=1), "respond_by_at": later(days=1)},
        {"released_at": later(days=1)},
        {"release_reason": "released"},
        {"release_reason": "bored", "released_at": later(days=1)},
        {"party_id": "pty_unknown"},
    ],
)
def test_the_table_of_holds_refuses_nonsense(session: Session, listing: Listing, changes: dict[str, Any]) -> None:
    hold(session, listing.studio, listing.package.id, reference="neg_1")
    hold(session, listing.studio, listing.package.id, reference="neg_2")
    if "challenged_at" in changes and "respond_by_at" in changes:
        changes = {**changes, "challenged_by_hold_id": session.exec(select(Hold.id)).all()[1]}
    statement = sa.update(Hold).where(sa.column("reference") == "neg_1").values(**changes)
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(statement)


def test_a_reference_is_in_the_queue_once(session: Session, listing: Listing) -> None:
    hold(session, listing.studio, listing.package.id, reference="neg_1")
    row = session.exec(select(Hold)).one()
    copy = Hold(**row.model_dump(exclude={"id"}))
    session.add(copy)
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
