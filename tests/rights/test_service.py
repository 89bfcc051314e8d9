"""The door to the book, on both engines."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from app.audit.models import AuditRecord
from app.catalog import service as catalog
from app.infrastructure.db.database import Database
from app.infrastructure.storage import LocalAssetStore
from app.rights import queries, service
from app.rights.errors import ReferenceTaken, RightsNotAvailable
from app.rights.models import RightsBlockRow
from app.rights.rules.ask import Ask
from app.rights.rules.avails import Answer
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.errors import NotFound
from app.values.exclusivity import Exclusivity
from app.values.media import expand
from app.values.term import Term
from tests.factories.catalog import make_listed_package, make_package
from tests.factories.parties import fail_representations, make_actor, make_estate, make_representation
from tests.factories.rights import YEAR, day, exclusive_block, grant, hold, make_block
from tests.rights.conftest import Listing, make_listing
from tests.support.clock import START
from tests.support.statements import noted_statements


def ask(session: Session, listing: Listing, **overrides: Any) -> Answer:
    question: dict[str, Any] = {
        "actor": listing.studio,
        "at": START,
        "package_id": listing.package.id,
        "components": [Component.VOICE],
        "axes": [Axis.SCRIPTED],
        "media": ["game.scripted_performance"],
        "territory": ["DE", "FR"],
        "term": YEAR,
        "exclusivity": Exclusivity.NON_EXCLUSIVE,
    }
    return service.ask_avails(session=session, **(question | overrides))


def codes(answer: Answer) -> list[str]:
    return [reason.code.value for reason in answer.reasons]


def test_rights_in_are_what_is_offered_under_authority(session: Session, listing: Listing) -> None:
    assert codes(ask(session, listing, components=[Component.FACE, Component.VOICE])) == ["AVAILABLE"] * 2
    assert codes(ask(session, listing, territory=["CN", "DE"])) == ["TERRITORY_NOT_OFFERED"]
    assert codes(ask(session, listing, axes=[Axis.TRAINING])) == ["AXIS_NOT_CONSENTED"]
    assert codes(ask(session, listing, media=["vr.social_world"])) == ["MEDIA_NOT_OFFERED"]
    assert codes(ask(session, listing, components=[Component.BEHAVIOR])) == ["COMPONENT_NOT_OFFERED"]


def test_authority_is_that_of_the_licensor_over_this_performer(
    session: Session, listing: Listing, tmp_path: Path
) -> None:
    """After the first has failed, a narrower representation with both dates is what counts."""
    fail_representations(session, listing.estate.performer)
    make_representation(
        session,
        LocalAssetStore(tmp_path / "assets"),
        listing.estate.actor,
        listing.estate.performer,
        media=expand(["game"]),
        signs_until_at=START + timedelta(days=1),
        licenses_until_at=day(7, 1),
    )
    assert codes(ask(session, listing)) == ["AUTHORITY_ENDS_EARLIER"]
    assert codes(ask(session, listing, media=["film.trailer"])) == ["NO_AUTHORITY"]
    assert codes(ask(session, listing, at=START + timedelta(days=1))) == ["NO_AUTHORITY"]


def test_a_grant_keeps_others_out_and_only_where_it_reaches(session: Session, listing: Listing) -> None:
    grant(session, listing.studio, listing.package.id, exclusive_block(territory=frozenset({"DE"})))
    assert codes(ask(session, listing)) == ["EXCLUSIVELY_GRANTED"]
    assert codes(ask(session, listing, territory=["FR"])) == ["AVAILABLE"]
    assert codes(ask(session, listing, components=[Component.FACE])) == ["AVAILABLE"]
    before = Term(day(1, 1, 2026), YEAR.starts_at)
    assert codes(ask(session, listing, term=before)) == ["AVAILABLE"]
    assert codes(ask(session, listing, term=Term(YEAR.ends_at, None))) == ["AVAILABLE"]


def test_what_is_booked_is_what_was_asked(session: Session, listing: Listing) -> None:
    block = make_block(languages=frozenset({"en", "es-MX"}), term=Term(YEAR.starts_at, None))
    reference = grant(session, listing.studio, listing.package.id, block)
    session.expire_all()
    (taken,) = queries.taken_from(session, listing.package.performer_id, Ask.of([block]), at=START)
    assert taken.block == block
    (row,) = queries.blocks_of(session, reference)
    assert (row.kind, row.booked_at, row.lapses_at, row.released_at) == (BlockKind.GRANT, START, None, None)


def test_a_booking_that_is_not_free_writes_nothing(session: Session, listing: Listing) -> None:
    grant(session, listing.studio, listing.package.id, exclusive_block())
    with pytest.raises(RightsNotAvailable) as refused:
        grant(
            session,
            listing.studio,
            listing.package.id,
            make_block(component=Component.FACE),
            make_block(),
            reference="lic_second",
        )
    assert [reason["code"] for reason in refused.value.extra["reasons"]] == ["EXCLUSIVELY_GRANTED", "AVAILABLE"]
    assert refused.value.extra["fixes"][0]["changes"] == {"components": ["face"]}
    assert list(queries.blocks_of(session, "lic_second")) == []


def test_blocks_of_one_booking_do_not_stand_in_each_others_way(session: Session, listing: Listing) -> None:
    grant(
        session,
        listing.studio,
        listing.package.id,
        exclusive_block(),
        exclusive_block(axes=frozenset(Axis(a) for a in ("scripted", "realtime"))),
    )
    assert codes(ask(session, listing)) == ["EXCLUSIVELY_GRANTED"]


def test_packages_have_books_of_their_own(session: Session, listing: Listing, tmp_path: Path) -> None:
    other = make_listing(session, LocalAssetStore(tmp_path / "assets"))
    grant(session, listing.studio, listing.package.id, exclusive_block())
    assert codes(ask(session, other)) == ["AVAILABLE"]
    grant(session, other.studio, other.package.id, exclusive_block())


def test_a_reference_books_once(session: Session, listing: Listing) -> None:
    reference = grant(session, listing.studio, listing.package.id)
    with pytest.raises(ReferenceTaken):
        grant(session, listing.studio, listing.package.id, reference=reference)


def test_a_hold_reserves_until_it_lapses_and_not_a_moment_longer(session: Session, listing: Listing) -> None:
    lapses_at = START + timedelta(days=3)
    hold(session, listing.studio, listing.package.id, lasts_days=3, reference="neg_1")
    almost = lapses_at - timedelta(microseconds=1)
    assert codes(ask(session, listing, at=almost, actor=make_actor(session))) == ["ON_HOLD"]
    assert codes(ask(session, listing, at=almost)) == ["AVAILABLE"]
    assert codes(ask(session, listing, at=lapses_at)) == ["AVAILABLE"]
    grant(session, listing.studio, listing.package.id, exclusive_block(), at=lapses_at)


def test_a_hold_becomes_the_grant(session: Session, listing: Listing) -> None:
    hold(session, listing.studio, listing.package.id, reference="neg_1")
    with pytest.raises(RightsNotAvailable):
        grant(session, listing.studio, listing.package.id, exclusive_block())
    grant(session, listing.studio, listing.package.id, exclusive_block(), in_place_of="neg_1")
    assert codes(ask(session, listing)) == ["EXCLUSIVELY_GRANTED"]


def test_a_released_hold_is_gone(session: Session, listing: Listing) -> None:
    """For the whole of its term, also where that has begun."""
    hold(session, listing.studio, listing.package.id, reference="neg_1", at=day(6, 1))
    service.release(session=session, actor=listing.studio, at=day(6, 2), reference="neg_1")
    session.expire_all()
    assert codes(ask(session, listing, at=day(6, 2))) == ["AVAILABLE"]


def test_a_license_that_ends_early_frees_its_rights_from_then_on(session: Session, listing: Listing) -> None:
    reference = grant(session, listing.studio, listing.package.id, exclusive_block())
    service.release(session=session, actor=listing.studio, at=day(7, 1), reference=reference)
    session.expire_all()
    assert codes(ask(session, listing, term=Term(day(7, 1), YEAR.ends_at))) == ["AVAILABLE"]
    assert codes(ask(session, listing)) == ["EXCLUSIVELY_GRANTED"]
    service.release(session=session, at=day(8, 1), reference=reference)
    (row,) = queries.blocks_of(session, reference)
    assert row.released_at == day(7, 1)


def test_what_is_held_back_is_for_nobody(session: Session, listing: Listing) -> None:
    reference = grant(session, listing.studio, listing.package.id)
    with pytest.raises(NotFound):
        service.hold_back(
            session=session,
            actor=listing.studio,
            at=START,
            package_id=listing.package.id,
            reference="promise/1",
            blocks=[make_block()],
        )
    service.hold_back(
        session=session,
        actor=listing.estate.actor,
        at=START,
        package_id=listing.package.id,
        reference="promise/1",
        blocks=[make_block()],
    )
    assert codes(ask(session, listing)) == ["HELD_BACK"]
    (row,) = queries.blocks_of(session, reference)
    assert row.released_at is None, "what was granted before goes on"


def test_a_package_out_of_the_catalog_is_seen_and_licensed_by_nobody(
    session: Session, listing: Listing, tmp_path: Path
) -> None:
    draft = make_package(session, LocalAssetStore(tmp_path / "assets"), listing.estate)
    with pytest.raises(NotFound):
        ask(session, listing, package_id=draft.id)
    assert codes(ask(session, listing, package_id=draft.id, actor=listing.estate.actor)) == ["NOT_LISTED"]
    catalog.withdraw_package(
        session=session, actor=listing.estate.actor, at=START, package_id=listing.package.id, reason="Sold."
    )
    with pytest.raises(RightsNotAvailable, match="no single change"):
        grant(session, listing.studio, listing.package.id)
    with pytest.raises(NotFound):
        grant(session, listing.studio, "pkg_unknown")


def test_everything_taken_and_given_back_is_in_the_trail(database: Database, listing: Listing) -> None:
    with database.write() as session:
        grant(session, listing.studio, listing.package.id, reference="lic_1")
        hold(session, make_actor(session), listing.package.id, make_block(), reference="neg_1")
        service.release(session=session, actor=listing.studio, at=START, reference="neg_1")
    with database.read() as session:
        actions = session.exec(
            select(AuditRecord.action)
            .where(AuditRecord.subject_id == listing.package.id)
            .order_by(AuditRecord.position)
        ).all()
    assert [action for action in actions if action.startswith("rights.")] == [
        "rights.granted",
        "rights.held",
        "rights.released",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": YEAR.starts_at},
        {"kind": "gift"},
        {"exclusivity": "somewhat"},
        {"kind": "hold"},
        {"lapses_at": START},
        {"package_id": "pkg_unknown"},
    ],
)
def test_the_table_refuses_nonsense(session: Session, listing: Listing, changes: dict[str, Any]) -> None:
    reference = grant(session, listing.studio, listing.package.id)
    (row,) = queries.blocks_of(session, reference)
    statement = sa.update(RightsBlockRow).where(RightsBlockRow.id == row.id).values(**changes)
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(statement)


def test_exclusivity_holds_against_every_package_of_the_performer(
    session: Session, listing: Listing, tmp_path: Path
) -> None:
    other = make_listed_package(session, LocalAssetStore(tmp_path), listing.estate)
    assert other.performer_id == listing.package.performer_id
    grant(session, listing.studio, listing.package.id, exclusive_block())
    assert codes(ask(session, listing, package_id=other.id)) == ["EXCLUSIVELY_GRANTED"]
    with pytest.raises(RightsNotAvailable):
        grant(session, listing.studio, other.id, make_block())


def test_the_book_is_read_through_its_index(session: Session, listing: Listing) -> None:
    asked = Ask.of([make_block(), make_block(component=Component.FACE)])
    statement = queries.concerning([listing.package.performer_id], asked, at=START)
    if session.get_bind().dialect.name == "sqlite":
        prefix = "EXPLAIN QUERY PLAN "
    else:
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        prefix = "EXPLAIN "
    compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(
        str(tuple(row)) for row in session.execute(sa.text(prefix + str(compiled).replace(":", r"\:")))
    )
    assert "ix_rights_block_performer_id_component_ends_at" in plan
    assert "SCAN rights_block" not in plan
    assert "performer_id" in plan
    assert "component" in plan


def test_many_packages_are_answered_in_the_statements_of_one(
    session: Session, listing: Listing, tmp_path: Path
) -> None:
    """Also with holds and grants in every book, and the same as asking for each package."""
    store = LocalAssetStore(tmp_path)
    estates = [make_estate(session, store, performer_name=f"Performer {n}") for n in range(3)]
    packages = [listing.package, *(make_listed_package(session, store, estate) for estate in estates)]
    grant(session, make_actor(session), packages[1].id, exclusive_block(territory=frozenset({"DE"})))
    hold(session, make_actor(session), packages[2].id)
    hold(session, listing.studio, packages[3].id)
    asked = Ask.of([make_block(territory=frozenset({"DE", "FR"}))])
    counts = []
    for some in (packages[:1], packages):
        with noted_statements(session) as statements:
            found = service.find_free_in(
                session=session, at=START, packages=some, asked=asked, asker_party_id=listing.studio.party_id
            )
        assert list(found) == [package.id for package in some]
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10
    assert [free.is_match for free in found.values()] == [True, False, False, True]
    for package in packages:
        assert ask(session, listing, package_id=package.id).free == found[package.id]
