"""Overrides, registered claims and evidence of use: who may record them, and what they change."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.identity.actor import Actor
from app.law import queries, service
from app.law.errors import OverrideEnded, OverrideInForce
from app.law.models import ClaimRegistration, LawOverride
from app.law.rules.facts import EvidenceFacts
from app.law.states import LawTable, Phase, RegistrationState
from app.parties import queries as parties
from app.values.errors import Forbidden, InvalidInput, NotFound
from app.values.law.tables import law_tables
from app.values.law.vocabulary import Enforcement
from tests.factories.law import make_override
from tests.factories.parties import Estate, make_actor, make_performer
from tests.support.clock import START

LATER = START + timedelta(days=1)


def enforcement(session: Session, at: object, performer_id: str | None = None) -> tuple[Enforcement, str | None]:
    today = date(2026, 9, 1)
    rules = queries.law_book(session, at).consent_rules(  # type: ignore[arg-type]
        performer_id=performer_id, first_day=today, last_day=today
    )
    rule = next(rule for rule in rules if rule.row.rule_id == "EU-50-4")
    return rule.enforcement, rule.override_reason


# overrides


def test_an_override_counts_until_it_is_ended_and_its_history_is_kept(
    session: Session, administrator: Actor
) -> None:
    assert enforcement(session, START) == (Enforcement.BLOCK, None)
    row = make_override(session, administrator)
    assert enforcement(session, START) == (Enforcement.WARN, row.reason)
    assert row.tables_version == law_tables().version
    service.end_override(
        session=session, actor=administrator, at=LATER, override_id=row.id, reason="Counsel changed their mind."
    )
    assert enforcement(session, LATER) == (Enforcement.BLOCK, None)
    assert enforcement(session, START)[0] is Enforcement.WARN, "what counted then can still be told"
    assert enforcement(session, START - timedelta(seconds=1))[0] is Enforcement.BLOCK
    kept = session.get_one(LawOverride, row.id)
    assert (kept.reason, kept.ended_reason) == (row.reason, "Counsel changed their mind.")


def test_an_override_for_one_performer_goes_before_the_one_for_all(
    session: Session, administrator: Actor, estate: Estate
) -> None:
    make_override(session, administrator)
    make_override(
        session,
        administrator,
        performer_id=estate.performer.id,
        enforcement=Enforcement.RECORD,
        reason="Only here.",
    )
    assert enforcement(session, START, estate.performer.id) == (Enforcement.RECORD, "Only here.")
    assert enforcement(session, START, "prf_other")[0] is Enforcement.WARN


def test_a_row_is_overridden_once_at_a_time(session: Session, administrator: Actor) -> None:
    first = make_override(session, administrator)
    with pytest.raises(OverrideInForce, match=first.id):
        make_override(session, administrator, enforcement=Enforcement.RECORD)
    service.end_override(session=session, actor=administrator, at=LATER, override_id=first.id, reason="Over.")
    make_override(session, administrator, at=LATER)
    with pytest.raises(OverrideEnded):
        service.end_override(session=session, actor=administrator, at=LATER, override_id=first.id, reason="Again.")


def test_the_database_holds_one_override_of_a_row_in_force(session: Session, administrator: Actor) -> None:
    first = make_override(session, administrator)
    copy = first.model_dump(exclude={"id"}) | {"id": "lov_copy"}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(LawOverride).values(**copy))


@pytest.mark.parametrize(
    "changes",
    [
        {"enforcement": None},
        {"years": 5},
        {"law_table": "postmortem"},
        {"law_table": "withholding", "enforcement": None, "rate_bps": 10_001},
        {"ended_at": LATER},
    ],
)
def test_the_database_refuses_what_makes_no_sense(
    session: Session, administrator: Actor, changes: dict[str, object]
) -> None:
    row = make_override(session, administrator)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(LawOverride).where(col(LawOverride.id) == row.id).values(**changes))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"row_key": "EU-50-99"}, "/row_key"),
        ({"enforcement": None}, "/enforcement"),
        ({"years": 10}, "/years"),
        ({"table": LawTable.POSTMORTEM, "row_key": "US-CA"}, "/enforcement"),
        ({"table": LawTable.POSTMORTEM, "row_key": "US-CA", "enforcement": None}, "/years"),
        ({"table": LawTable.POSTMORTEM, "row_key": "GB", "enforcement": None, "years": 5}, "/row_key"),
        ({"table": LawTable.POSTMORTEM, "row_key": "JP", "enforcement": None, "years": 5}, "/row_key"),
        (
            {
                "table": LawTable.WITHHOLDING,
                "row_key": "DE",
                "enforcement": None,
                "rate_bps": 5,
                "performer_id": "prf_1",
            },
            "/performer_id",
        ),
    ],
)
def test_an_override_that_makes_no_sense_is_refused_with_its_field(
    session: Session, administrator: Actor, changes: dict[str, object], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_override(session, administrator, **changes)
    assert caught.value.problems[0].pointer == pointer


def test_only_administrators_override(session: Session, estate: Estate) -> None:
    with pytest.raises(Forbidden):
        make_override(session, estate.actor)
    with pytest.raises(Forbidden):
        queries.overrides_page(session, estate.actor, cursor=None, limit=10)


def test_an_override_of_nobody_is_refused(session: Session, administrator: Actor) -> None:
    with pytest.raises(NotFound):
        make_override(session, administrator, performer_id="prf_none")
    with pytest.raises(NotFound):
        service.end_override(session=session, actor=administrator, at=START, override_id="lov_none", reason="x")


def test_overridden_years_move_the_clock(session: Session, administrator: Actor, estate: Estate) -> None:
    make_override(session, administrator, table=LawTable.POSTMORTEM, row_key="US-CA", enforcement=None, years=10)
    clock = next(
        clock
        for clock in queries.statute_clocks_of(session, estate.performer.id, frozenset({"US"}), START)
        if clock.jurisdiction == "US-CA"
    )
    assert (clock.phase, clock.ends_on) == (Phase.ENDED_HERE, date(2019, 11, 2))
    assert clock.override_reason


# claims and evidence


def clock_of(session: Session, estate: Estate, place: str) -> object:
    found = queries.statute_clocks_of(session, estate.performer.id, frozenset({"US"}), START)
    return next(clock for clock in found if clock.jurisdiction == place)


def register(session: Session, actor: Actor, estate: Estate, **changes: object) -> ClaimRegistration:
    claim: dict[str, object] = {"jurisdiction": "US-CA", "registered_on": date(2010, 2, 1), "number": "2010-17"}
    return service.register_claim(
        session=session,
        actor=actor,
        at=START,
        performer_id=estate.performer.id,
        **(claim | changes),  # type: ignore[arg-type]
    )


def test_a_registered_claim_is_recorded_once_and_ends_the_warning(session: Session, estate: Estate) -> None:
    assert clock_of(session, estate, "US-CA").registration is RegistrationState.MISSING  # type: ignore[attr-defined]
    first = register(session, estate.actor, estate)
    assert register(session, estate.actor, estate).id == first.id
    assert clock_of(session, estate, "US-CA").registration is RegistrationState.REGISTERED  # type: ignore[attr-defined]
    page = queries.registrations_page(session, estate.actor, estate.performer.id, cursor=None, limit=10)
    assert [row.id for row in page.items] == [first.id]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"jurisdiction": "US-ZZ"}, "/jurisdiction"),
        ({"registered_on": date(2026, 6, 2)}, "/registered_on"),
        ({"registered_on": date(2009, 11, 1)}, "/registered_on"),
    ],
)
def test_a_claim_that_cannot_be_is_refused(
    session: Session, estate: Estate, changes: dict[str, object], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        register(session, estate.actor, estate, **changes)
    assert caught.value.problems[0].pointer == pointer


def test_evidence_of_use_moves_the_clock(session: Session, estate: Estate) -> None:
    def record(used_on: date, territory: str | None = None) -> None:
        service.record_use_evidence(
            session=session,
            actor=estate.actor,
            at=START,
            performer_id=estate.performer.id,
            used_on=used_on,
            territory=territory,
            description="A reissue, sold in shops.",
        )

    for year in range(2021, 2026, 2):
        record(date(year, 6, 1), "US")
    record(date(2025, 6, 1), "US")
    assert queries.evidence_of(session, estate.performer.id)[-1] == EvidenceFacts(date(2025, 6, 1), "US")
    evidence = clock_of(session, estate, "US-TN").evidence  # type: ignore[attr-defined]
    assert (evidence.due_on, evidence.gaps) == (date(2027, 6, 1), ())
    with pytest.raises(InvalidInput, match="has happened"):
        record(date(2026, 6, 2))
    with pytest.raises(InvalidInput, match="ISO 3166"):
        record(date(2026, 5, 1), "USA")


def test_only_who_represents_a_performer_records_and_reads(session: Session, estate: Estate) -> None:
    stranger = make_actor(session)
    with pytest.raises(NotFound):
        register(session, stranger, estate)
    with pytest.raises(NotFound):
        queries.registrations_page(session, stranger, estate.performer.id, cursor=None, limit=10)
    with pytest.raises(NotFound):
        queries.evidence_page(session, stranger, estate.performer.id, cursor=None, limit=10)
    unproven = make_performer(session, stranger, name="Nobody Yet")
    with pytest.raises(NotFound):
        parties.represented_performer(session, stranger, unproven.id)


def test_what_is_recorded_is_in_the_audit_trail(session: Session, administrator: Actor, estate: Estate) -> None:
    row = make_override(session, administrator)
    service.end_override(session=session, actor=administrator, at=START, override_id=row.id, reason="Over.")
    register(session, estate.actor, estate)
    session.commit()
    actions = session.exec(select(AuditRecord.action).where(col(AuditRecord.action).startswith("law."))).all()
    assert sorted(actions) == ["law.claim_registered", "law.overridden", "law.override_ended"]
