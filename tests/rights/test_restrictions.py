"""What licensors keep back, and what happens to it when milestones come, move or fall through; on both engines."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from app.audit.models import AuditRecord
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.storage import LocalAssetStore
from app.rights import queries, service
from app.rights.errors import MilestoneCancelled, MilestoneHappened, OwnUseExcluded
from app.rights.models import Milestone, Restriction, RightsBlockRow
from app.rights.restriction_queries import RestrictionView, restrictions_page
from app.rights.service.restrictions import FromMilestone
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.errors import InvalidInput, NotFound
from app.values.exclusivity import Exclusivity
from app.values.media import expand
from app.values.term import Term
from app.values.territory import Territory
from tests.factories.parties import make_actor
from tests.factories.rights import (
    YEAR,
    day,
    exclusive_block,
    grant,
    hold,
    make_block,
    make_milestone,
    make_restriction,
)
from tests.rights.conftest import Listing, make_listing
from tests.rights.test_service import ask, codes
from tests.support.clock import START

LATER = datetime(2028, 1, 1, tzinfo=START.tzinfo)


@pytest.fixture
def milestone(session: Session, listing: Listing) -> Milestone:
    """The release of a film, in the summer of 2027 at the earliest."""
    return make_milestone(session, listing.estate)


def restrict(session: Session, listing: Listing, **overrides: Any) -> RestrictionView:
    return make_restriction(session, listing.estate.actor, listing.package.id, **overrides)


def happen(session: Session, listing: Listing, milestone: Milestone, on: date, at: datetime = LATER) -> None:
    service.milestone_happened(
        session=session, actor=listing.estate.actor, at=at, milestone_id=milestone.id, happened_on=on
    )
    session.expire_all()


def lift(session: Session, actor: Actor, view: RestrictionView, at: datetime) -> RestrictionView:
    return service.lift_restriction(
        session=session, actor=actor, at=at, restriction_id=view.restriction.id, reason="It was agreed otherwise."
    )


def kept(session: Session, view: RestrictionView) -> list[tuple[datetime, datetime | None]]:
    """The periods in the book."""
    rows = queries.blocks_of(session, view.restriction.id)
    return [(row.starts_at, row.ends_at) for row in rows if row.released_at is None]


def is_free(session: Session, listing: Listing, first: datetime, last: datetime | None, **question: Any) -> bool:
    return codes(ask(session, listing, term=Term(first, last), **question)) == ["AVAILABLE"]


def test_a_holdback_is_for_nobody_where_it_reaches(session: Session, listing: Listing) -> None:
    restrict(
        session,
        listing,
        territory=Territory.parse("+DE"),
        languages=["de"],
        start=date(2027, 3, 1),
        end=date(2027, 8, 31),
        zone="Europe/Berlin",
    )
    assert codes(ask(session, listing)) == ["HELD_BACK"]
    assert codes(ask(session, listing, territory=["FR"])) == ["AVAILABLE"]
    assert codes(ask(session, listing, languages=["fr"])) == ["AVAILABLE"]
    assert codes(ask(session, listing, components=[Component.FACE])) == ["AVAILABLE"]
    ends_at = datetime(2027, 8, 31, 22, tzinfo=START.tzinfo)
    assert is_free(session, listing, ends_at, None)
    assert not is_free(session, listing, ends_at - timedelta(microseconds=1), None)


def test_own_use_keeps_exclusive_licenses_out_and_no_others(session: Session, listing: Listing) -> None:
    restrict(session, listing, kind=BlockKind.OWN_USE)
    assert codes(ask(session, listing, exclusivity=Exclusivity.EXCLUSIVE)) == ["LICENSOR_GOES_ON"]
    assert codes(ask(session, listing, exclusivity=Exclusivity.SOLE)) == ["AVAILABLE"]
    assert codes(ask(session, listing)) == ["AVAILABLE"]
    grant(session, listing.studio, listing.package.id, make_block(exclusivity=Exclusivity.SOLE))


def test_a_category_opt_out_is_for_no_brand_of_it(session: Session, listing: Listing) -> None:
    restrict(
        session,
        listing,
        kind=BlockKind.OPT_OUT,
        media=expand(["brand_ambassador"]),
        categories=["tobacco", "gambling"],
    )
    brand: dict[str, Any] = {"media": ["brand_ambassador.social_post"]}
    assert "CATEGORY_OPTED_OUT" in codes(ask(session, listing, **brand, categories=["tobacco"]))
    assert "CATEGORY_OPTED_OUT" in codes(ask(session, listing, **brand))
    assert "CATEGORY_OPTED_OUT" not in codes(ask(session, listing, **brand, categories=["food"]))
    assert codes(ask(session, listing)) == ["AVAILABLE"]


def test_whoever_licensed_exclusively_has_no_use_of_its_own_left(session: Session, listing: Listing) -> None:
    grant(session, listing.studio, listing.package.id, exclusive_block(territory=frozenset({"DE"})))
    with pytest.raises(OwnUseExcluded, match="voice is exclusively licensed for part of this, until 2028-01-01"):
        restrict(session, listing, kind=BlockKind.OWN_USE)
    restrict(session, listing, kind=BlockKind.OWN_USE, territory=Territory.parse("+WORLD -DE"))
    restrict(session, listing, kind=BlockKind.OWN_USE, start=date(2028, 1, 1))
    restrict(session, listing, kind=BlockKind.HOLDBACK)


def test_a_sole_license_lets_the_licensor_go_on(session: Session, listing: Listing) -> None:
    grant(session, listing.studio, listing.package.id, make_block(exclusivity=Exclusivity.SOLE))
    hold(session, listing.studio, listing.package.id, make_block(component=Component.FACE))
    restrict(session, listing, kind=BlockKind.OWN_USE)


def test_several_components_are_kept_back_together(session: Session, listing: Listing) -> None:
    view = restrict(session, listing, components=[Component.VOICE, Component.FACE])
    assert view.restriction.components == ["face", "voice"]
    assert codes(ask(session, listing, components=list(Component)[:2])) == ["HELD_BACK"] * 2
    lift(session, listing.estate.actor, view, START)
    session.expire_all()
    assert codes(ask(session, listing, components=list(Component)[:2])) == ["AVAILABLE"] * 2


def test_what_is_lifted_is_free_from_then_on(session: Session, listing: Listing) -> None:
    view = restrict(session, listing)
    lifted = lift(session, listing.estate.actor, view, day(6, 1))
    assert lifted.restriction.release_reason == "It was agreed otherwise."
    lift(session, listing.estate.actor, view, day(7, 1))
    session.expire_all()
    assert session.exec(select(Restriction.released_at)).one() == day(6, 1)
    assert is_free(session, listing, day(6, 1), None)
    assert not is_free(session, listing, day(5, 31), None)
    with pytest.raises(NotFound):
        lift(session, listing.studio, view, day(8, 1))


def test_only_the_licensor_keeps_back_and_sees_what(session: Session, listing: Listing) -> None:
    restrict(session, listing, note="Promised to the family.")
    for act in (
        lambda: make_restriction(session, listing.studio, listing.package.id),
        lambda: restrictions_page(session, listing.studio, listing.package.id),
    ):
        with pytest.raises(NotFound):
            act()
    (seen,) = restrictions_page(session, listing.estate.actor, listing.package.id).items
    assert seen.restriction.note == "Promised to the family."
    assert "family" not in str(ask(session, listing))


def test_the_list_tells_what_is_in_force(session: Session, listing: Listing, milestone: Milestone) -> None:
    hanging = FromMilestone(milestone.id, 30)
    first, second = restrict(session, listing), restrict(session, listing, start=hanging)
    lift(session, listing.estate.actor, first, START)

    def ids(**args: Any) -> list[str]:
        page = restrictions_page(session, listing.estate.actor, listing.package.id, **args)
        return [view.restriction.id for view in page.items]

    assert ids() == [second.restriction.id, first.restriction.id]
    assert ids(in_force=True) == [second.restriction.id]
    assert ids(in_force=False) == [first.restriction.id]
    (view,) = restrictions_page(session, listing.estate.actor, listing.package.id, in_force=True).items
    assert (view.start.milestone_id, view.start.offset_days, view.start.is_known) == (milestone.id, 30, False)
    assert view.starts_at == day(7, 1)


def test_an_unknown_start_counts_from_the_earliest_day(
    session: Session, listing: Listing, milestone: Milestone
) -> None:
    view = restrict(session, listing, start=FromMilestone(milestone.id, 10))
    assert kept(session, view) == [(day(6, 11), None)]
    someday = make_milestone(session, listing.estate, earliest_on=None)
    assert kept(session, restrict(session, listing, start=FromMilestone(someday.id, 10))) == [(START, None)]


def test_when_it_happens_everything_that_hangs_on_it_moves(
    session: Session, listing: Listing, milestone: Milestone
) -> None:
    """Kept back from the release until 90 days after it: nobody knows when, so for ever; then for 91 days."""
    view = restrict(session, listing, start=FromMilestone(milestone.id, 0), end=FromMilestone(milestone.id, 90))
    assert kept(session, view) == [(day(6, 1), None)]
    assert not is_free(session, listing, day(1, 1, 2040), None)
    happen(session, listing, milestone, date(2027, 10, 5))
    assert kept(session, view) == [(day(10, 5), day(1, 4, 2028))]
    assert is_free(session, listing, day(6, 1), day(10, 5))
    assert not is_free(session, listing, day(1, 3, 2028), None)
    assert is_free(session, listing, day(1, 4, 2028), None)


def test_a_corrected_day_moves_it_again_and_can_bring_it_back(
    session: Session, listing: Listing, milestone: Milestone
) -> None:
    view = restrict(session, listing, start=date(2027, 7, 1), end=FromMilestone(milestone.id, 0))
    happen(session, listing, milestone, date(2027, 6, 15))
    assert kept(session, view) == []
    assert is_free(session, listing, day(7, 1), None)
    page = restrictions_page(session, listing.estate.actor, listing.package.id)
    assert [found.restricts_nothing for found in page.items] == [True]
    happen(session, listing, milestone, date(2027, 8, 15))
    assert kept(session, view) == [(day(7, 1), day(8, 16))]
    assert not is_free(session, listing, day(8, 15), None)
    with pytest.raises(InvalidInput, match="still to come"):
        happen(session, listing, milestone, date(2028, 1, 2))


def test_a_day_is_over_where_the_milestone_is(session: Session, listing: Listing) -> None:
    """At 12:00 UTC it is the next day already in Auckland, and not yet in Los Angeles."""
    at = datetime(2026, 6, 1, 12, 30, tzinfo=START.tzinfo)
    auckland = make_milestone(session, listing.estate, zone="Pacific/Auckland", earliest_on=None)
    happen(session, listing, auckland, date(2026, 6, 2), at=at)
    coast = make_milestone(session, listing.estate, zone="America/Los_Angeles", earliest_on=None)
    with pytest.raises(InvalidInput):
        happen(session, listing, coast, date(2026, 6, 2), at=at)


def test_an_earlier_release_than_thought_widens_what_is_kept(
    session: Session, listing: Listing, milestone: Milestone
) -> None:
    view = restrict(session, listing, start=FromMilestone(milestone.id, 0))
    service.expect_milestone(
        session=session,
        actor=listing.estate.actor,
        at=START,
        milestone_id=milestone.id,
        earliest_on=date(2027, 2, 1),
    )
    session.expire_all()
    assert kept(session, view) == [(day(2, 1), None)]


def test_what_hangs_on_a_cancelled_milestone_is_given_back(
    session: Session, listing: Listing, milestone: Milestone
) -> None:
    hanging = restrict(session, listing, end=FromMilestone(milestone.id, 0))
    other = restrict(session, listing, components=[Component.FACE])
    for _ in range(2):
        service.cancel_milestone(
            session=session, actor=listing.estate.actor, at=START, milestone_id=milestone.id, reason="No money."
        )
    session.expire_all()
    assert (kept(session, hanging), len(kept(session, other))) == ([], 1)
    assert hanging.restriction.release_reason == "Release of the film was cancelled: No money."
    assert codes(ask(session, listing)) == ["AVAILABLE"]
    with pytest.raises(MilestoneCancelled):
        happen(session, listing, milestone, date(2027, 6, 1))
    with pytest.raises(InvalidInput) as refused:
        restrict(session, listing, start=FromMilestone(milestone.id, 0))
    assert refused.value.problems[0].pointer == "/start/milestone_id"


def test_what_has_happened_is_not_cancelled(session: Session, listing: Listing, milestone: Milestone) -> None:
    view = restrict(session, listing, start=FromMilestone(milestone.id, 0))
    happen(session, listing, milestone, date(2027, 6, 1))
    with pytest.raises(MilestoneHappened):
        service.cancel_milestone(
            session=session, actor=listing.estate.actor, at=LATER, milestone_id=milestone.id, reason="A mistake."
        )
    lift(session, listing.estate.actor, view, LATER)
    happen(session, listing, milestone, date(2027, 5, 1))
    assert kept(session, view) == [], "what was lifted does not come back when the day is corrected"


def test_milestones_are_of_the_licensor_and_of_the_performer(
    session: Session, listing: Listing, milestone: Milestone, tmp_path: Path
) -> None:
    other = make_listing(session, LocalAssetStore(tmp_path / "assets"))
    theirs = make_milestone(session, other.estate)
    for unusable in (theirs.id, "mst_unknown"):
        with pytest.raises(InvalidInput):
            restrict(session, listing, start=FromMilestone(unusable, 0))
    with pytest.raises(NotFound):
        happen(session, other, milestone, date(2027, 6, 1))
    with pytest.raises(InvalidInput):
        service.record_milestone(
            session=session,
            actor=make_actor(session),
            at=START,
            performer_id=listing.package.performer_id,
            name="Mine",
            zone="UTC",
        )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"start": date(2027, 2, 1), "end": date(2027, 1, 31)}, "/end/day"),
        ({"end": date(2026, 5, 31)}, "/end"),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"kind": BlockKind.OPT_OUT, "categories": ["tobacco"]}, "/media"),
        ({"categories": ["tobacco"]}, "/categories"),
    ],
)
def test_a_restriction_that_makes_no_sense(
    session: Session, listing: Listing, changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        restrict(session, listing, **changes)
    assert refused.value.problems[0].pointer == pointer
    assert session.exec(select(RightsBlockRow)).all() == []


def test_many_restrictions_move_in_as_many_statements_as_few(
    session: Session, listing: Listing, milestone: Milestone
) -> None:
    counts = []
    for number in range(1, 9):
        restrict(session, listing, start=FromMilestone(milestone.id, number))
        statements: list[str] = []
        connection = session.connection()

        def note(_c: Any, _u: Any, text: str, *_: Any, into: list[str] = statements) -> None:
            into.append(text)

        sa.event.listen(connection, "before_cursor_execute", note)
        happen(session, listing, milestone, date(2027, 6, number))
        sa.event.remove(connection, "before_cursor_execute", note)
        counts.append(len([text for text in statements if text.startswith("SELECT")]))
    assert len(set(counts)) == 1


def test_everything_is_in_the_trail(database: Database, listing: Listing) -> None:
    with database.write() as session:
        milestone = make_milestone(session, listing.estate)
        view = restrict(session, listing, start=FromMilestone(milestone.id, 1))
        happen(session, listing, milestone, date(2027, 6, 1))
        lift(session, listing.estate.actor, view, LATER)
        identity = (milestone.id, listing.package.id)
    with database.read() as session:
        statement = select(AuditRecord).order_by(sa.text("position"))
        records = [record for record in session.exec(statement) if record.subject_id in identity]
    assert [record.action for record in records][-5:] == [
        "milestone.recorded",
        "rights.held_back",
        "milestone.happened",
        "rights.moved",
        "rights.released",
    ]
    assert '"starts_at":"2027-06-02T00:00:00Z"' in records[-2].detail


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("restriction", {"kind": "grant"}),
        ("restriction", {"first_on": "2027-02-01", "last_on": "2027-01-31"}),
        ("milestone", {"happened_on": "2027-01-01", "cancelled_at": "2027-01-01 00:00:00"}),
        ("relative_date", {"offset_days": 40_000}),
        ("relative_date", {"side": "middle"}),
    ],
)
def test_the_tables_refuse_nonsense(
    session: Session, listing: Listing, milestone: Milestone, table: str, changes: dict[str, Any]
) -> None:
    restrict(session, listing, start=FromMilestone(milestone.id, 0))
    columns = ", ".join(f"{name} = {value!r}" for name, value in changes.items())
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.text(f"UPDATE {table} SET {columns}".replace(":", r"\:")))  # noqa: S608


def test_a_term_of_every_kind_stays_what_was_asked(session: Session, listing: Listing) -> None:
    """The usual year of these tests is kept back to the day."""
    view = restrict(session, listing, start=date(2027, 1, 1), end=date(2027, 12, 31), axes=[Axis.SCRIPTED])
    assert kept(session, view) == [(YEAR.starts_at, YEAR.ends_at)]
