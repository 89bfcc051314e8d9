"""Reads of overrides, registered claims, evidence of use, and the clocks that follow from them."""

from collections.abc import Set
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.law.models import ClaimRegistration, LawOverride, UseEvidence
from app.law.rules.book import LawBook, Override
from app.law.rules.facts import EvidenceFacts, PerformerFacts, RegistrationFacts
from app.law.rules.statute import StatuteClock, statute_clocks
from app.law.rules.withholding import Withholding, rate_for
from app.law.states import LawTable
from app.parties import queries as parties
from app.parties.models import Performer
from app.parties.tax_forms.queries import valid_tax_forms
from app.values.law.tables import law_tables


def law_book(session: Session, at: datetime) -> LawBook:
    """Return the tables with the overrides that were in force at an instant."""
    rows = session.exec(
        select(LawOverride)
        .where(col(LawOverride.recorded_at) <= at)
        .where(sa.or_(col(LawOverride.ended_at).is_(None), col(LawOverride.ended_at) > at))
        .order_by(col(LawOverride.id))
    ).all()
    return LawBook(
        law_tables(),
        tuple(
            Override(
                table=row.law_table,
                row_key=row.row_key,
                performer_id=row.performer_id,
                enforcement=row.enforcement,
                years=row.years,
                rate_bps=row.rate_bps,
                reason=row.reason,
            )
            for row in rows
        ),
    )


def statute_clocks_of(
    session: Session, performer_id: str, used_in: Set[str], at: datetime
) -> tuple[StatuteClock, ...]:
    """Return a clock for each law that may protect a dead performer; none while they live. Raises: NotFound."""
    death = performer_facts(parties.performer(session, performer_id)).death
    if death is None:
        return ()
    return statute_clocks(
        terms=law_book(session, at).term_rules(performer_id=performer_id),
        death=death,
        used_in=used_in,
        today=at.date(),
        evidence=evidence_of(session, performer_id),
        registrations=registrations_of(session, performer_id),
    )


def withholding_of(session: Session, actor: Actor, party_id: str, at: datetime) -> Withholding:
    """Return what the actor's party would have withheld from a royalty today, by its tax form. Raises: NotFound."""
    party = parties.own_party(session, actor, party_id)
    form = valid_tax_forms(session, [party.id], at).get(party.id)
    return rate_for(
        country=form.country if form else party.country,
        has_valid_form=form is not None,
        claims_treaty=form is not None and form.claims_treaty,
        book=law_book(session, at),
    )


def performer_facts(performer: Performer) -> PerformerFacts:
    return PerformerFacts(
        performer_id=performer.id,
        is_living=performer.is_living,
        born_on=performer.born_on,
        died_on=performer.died_on,
        domicile=performer.domicile,
    )


def evidence_of(session: Session, performer_id: str) -> tuple[EvidenceFacts, ...]:
    """Return each day and place of use that is evidenced, however often."""
    rows = session.exec(
        select(col(UseEvidence.used_on), col(UseEvidence.territory))
        .where(UseEvidence.performer_id == performer_id)
        .distinct()
        .order_by(col(UseEvidence.used_on), col(UseEvidence.territory))
    ).all()
    return tuple(EvidenceFacts(used_on, territory) for used_on, territory in rows)


def registrations_of(session: Session, performer_id: str) -> tuple[RegistrationFacts, ...]:
    rows = session.exec(
        select(ClaimRegistration)
        .where(ClaimRegistration.performer_id == performer_id)
        .order_by(col(ClaimRegistration.id))
    ).all()
    return tuple(RegistrationFacts(row.jurisdiction, row.registered_on) for row in rows)


def registrations_page(
    session: Session, actor: Actor, performer_id: str, *, cursor: str | None, limit: int
) -> Page[ClaimRegistration]:
    parties.represented_performer(session, actor, performer_id)
    statement = select(ClaimRegistration).where(ClaimRegistration.performer_id == performer_id)
    return paginate(session, statement, id_column=col(ClaimRegistration.id), cursor=cursor, limit=limit)


def evidence_page(
    session: Session, actor: Actor, performer_id: str, *, cursor: str | None, limit: int
) -> Page[UseEvidence]:
    parties.represented_performer(session, actor, performer_id)
    statement = select(UseEvidence).where(UseEvidence.performer_id == performer_id)
    return paginate(session, statement, id_column=col(UseEvidence.id), cursor=cursor, limit=limit)


def overrides_page(
    session: Session,
    actor: Actor,
    *,
    cursor: str | None,
    limit: int,
    table: LawTable | None = None,
    in_force: bool | None = None,
) -> Page[LawOverride]:
    actor.require_administrator()
    statement = select(LawOverride)
    if table is not None:
        statement = statement.where(LawOverride.law_table == table)
    if in_force is not None:
        is_open = col(LawOverride.ended_at).is_(None)
        statement = statement.where(is_open if in_force else sa.not_(is_open))
    return paginate(session, statement, id_column=col(LawOverride.id), cursor=cursor, limit=limit)
