"""What can be recorded about the law: overrides with their reasons, registered claims, evidence of use."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.law.errors import OverrideEnded, OverrideInForce
from app.law.models import ClaimRegistration, LawOverride, UseEvidence
from app.law.states import LawTable
from app.parties import queries as parties
from app.values.errors import InvalidInput, NotFound
from app.values.law.places import country_of, is_place
from app.values.law.tables import law_tables
from app.values.law.vocabulary import Enforcement

_SETS = {LawTable.CONSENT: "enforcement", LawTable.POSTMORTEM: "years", LawTable.WITHHOLDING: "rate_bps"}
"""What an override of a row of each table sets."""


def record_override(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    table: LawTable,
    row_key: str,
    reason: str,
    performer_id: str | None = None,
    enforcement: Enforcement | None = None,
    years: int | None = None,
    rate_bps: int | None = None,
) -> LawOverride:
    """Let something else count than a row says, for one performer or for all, as an administrator.

    The reason is shown with every finding it changes. Raises: OverrideInForce; InvalidInput; NotFound.
    """
    actor.require_administrator()
    values = {"enforcement": enforcement, "years": years, "rate_bps": rate_bps}
    _check_override(table, row_key, performer_id, values)
    if performer_id is not None:
        parties.performer(session, performer_id)
    _refuse_second(session, table, row_key, performer_id)
    row = LawOverride(
        law_table=table,
        row_key=row_key,
        performer_id=performer_id,
        enforcement=enforcement,
        years=years,
        rate_bps=rate_bps,
        reason=reason,
        tables_version=law_tables().version,
        recorded_at=at,
        recorded_by=actor.label,
    )
    session.add(row)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="law.overridden",
        subject_id=row.id,
        table=table.value,
        row_key=row_key,
        performer_id=performer_id,
        value=enforcement.value if enforcement is not None else years if years is not None else rate_bps,
        reason=reason,
    )
    return row


def end_override(*, session: Session, actor: Actor, at: datetime, override_id: str, reason: str) -> LawOverride:
    """Let the row count again, as an administrator. Raises: NotFound; OverrideEnded."""
    actor.require_administrator()
    row = session.exec(select(LawOverride).where(LawOverride.id == override_id).with_for_update()).first()
    if row is None:
        raise NotFound("There is no such override.")
    if row.ended_at is not None:
        raise OverrideEnded(f"This override ended on {row.ended_at:%Y-%m-%d}; record a new one instead.")
    row.ended_at, row.ended_reason, row.ended_by = at, reason, actor.label
    session.add(row)
    session.flush()
    audit.record(session=session, actor=actor, at=at, action="law.override_ended", subject_id=row.id, reason=reason)
    return row


def register_claim(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    jurisdiction: str,
    registered_on: date,
    number: str,
) -> ClaimRegistration:
    """Record that a claim to the right was registered with a state. The same number again is the same claim."""
    performer = parties.represented_performer(session, actor, performer_id)
    if jurisdiction not in law_tables().postmortem:
        raise InvalidInput.at(
            "/jurisdiction", "No law after death is known for this place; give a code such as US-CA."
        )
    if registered_on > at.date():
        raise InvalidInput.at("/registered_on", "A registration lies in the past; record it once it is made.")
    if performer.died_on is not None and registered_on < performer.died_on:
        raise InvalidInput.at("/registered_on", "A claim after death is not registered before the death.")
    already = session.exec(
        select(ClaimRegistration).where(
            ClaimRegistration.performer_id == performer.id,
            ClaimRegistration.jurisdiction == jurisdiction,
            ClaimRegistration.number == number,
        )
    ).first()
    if already is not None:
        return already
    row = ClaimRegistration(
        performer_id=performer.id,
        jurisdiction=jurisdiction,
        registered_on=registered_on,
        number=number,
        recorded_by_party_id=actor.party_id,
        recorded_by=actor.label,
        recorded_at=at,
    )
    session.add(row)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="law.claim_registered",
        subject_id=row.id,
        performer_id=performer.id,
        jurisdiction=jurisdiction,
        number=number,
    )
    return row


def record_use_evidence(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    used_on: date,
    description: str,
    territory: str | None = None,
    sha256: str | None = None,
) -> UseEvidence:
    """Record a dated proof that the likeness was used commercially; without a territory it counts everywhere."""
    performer = parties.represented_performer(session, actor, performer_id)
    if used_on > at.date():
        raise InvalidInput.at("/used_on", "A use is evidenced once it has happened.")
    if territory is not None and not is_place(territory):
        raise InvalidInput.at("/territory", "Give an ISO 3166-1 or 3166-2 code such as US or US-TN.")
    row = UseEvidence(
        performer_id=performer.id,
        used_on=used_on,
        territory=territory,
        description=description,
        sha256=sha256,
        recorded_by_party_id=actor.party_id,
        recorded_by=actor.label,
        recorded_at=at,
    )
    session.add(row)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="law.use_evidenced",
        subject_id=row.id,
        performer_id=performer.id,
        used_on=used_on.isoformat(),
        country=None if territory is None else country_of(territory),
    )
    return row


def _check_override(
    table: LawTable, row_key: str, performer_id: str | None, values: dict[str, Enforcement | int | None]
) -> None:
    tables = law_tables()
    rows = {
        LawTable.CONSENT: tables.consent,
        LawTable.POSTMORTEM: tables.postmortem,
        LawTable.WITHHOLDING: tables.withholding,
    }
    if row_key not in rows[table]:
        raise InvalidInput.at("/row_key", f"The {table.value} table has no row {row_key}.", code="not_found")
    for name, value in values.items():
        if (value is not None) is not (name == _SETS[table]):
            needs = f"An override of the {table.value} table sets {_SETS[table]} and nothing else."
            raise InvalidInput.at(f"/{_SETS[table] if value is None else name}", needs)
    if table is LawTable.WITHHOLDING and performer_id is not None:
        raise InvalidInput.at("/performer_id", "Tax is withheld from payees, whoever the performer is.")
    row = tables.postmortem.get(row_key) if table is LawTable.POSTMORTEM else None
    if row is not None and row.years in {None, 0}:
        raise InvalidInput.at("/row_key", f"{row_key} states no years after death that could be other ones.")


def _refuse_second(session: Session, table: LawTable, row_key: str, performer_id: str | None) -> None:
    standing = session.exec(
        select(LawOverride)
        .where(LawOverride.law_table == table, LawOverride.row_key == row_key)
        .where(LawOverride.performer_id == performer_id)
        .where(col(LawOverride.ended_at).is_(None))
    ).first()
    if standing is not None:
        raise OverrideInForce(
            f"{standing.id} overrides this row already; end it with a reason, then record another."
        )
