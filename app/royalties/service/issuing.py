"""Make one statement: its lines, who shares in them, the frozen document, the ledger, the transfers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure import events
from app.infrastructure.ids import new_id
from app.ledger import accounts
from app.ledger import service as ledger
from app.ledger.service import Move
from app.parties.queries import beneficiaries_at
from app.royalties.events import StatementIssued
from app.royalties.models import (
    FeeEarning,
    FundingSource,
    RoyaltyAdjustment,
    RoyaltyRun,
    Statement,
    StatementBalance,
    StatementLine,
    StatementShare,
    UsageReport,
)
from app.royalties.rules.period import StatementPeriod
from app.royalties.rules.splitting import Account, Distribution, Earning, Holding, Part, distribute, draw
from app.royalties.service.document import statement_document
from app.royalties.service.drafting import DraftLine, draft_lines
from app.royalties.service.funding import locked_sources
from app.royalties.service.shares import request_shares
from app.values.canonical import canonical_bytes, sha256_hex
from app.values.money import Money


@dataclass(frozen=True, slots=True)
class News:
    """What an estate was not told before, in one currency."""

    licensor_party_id: str
    currency: str
    fees: Sequence[FeeEarning]
    reports: Sequence[UsageReport]
    adjustments: Sequence[RoyaltyAdjustment] = ()


def issue_statement(
    *, session: Session, at: datetime, run: RoyaltyRun, period: StatementPeriod, news: News
) -> Statement:
    """Issue the statement; the accounts of the estate are locked."""
    drafts = draft_lines(
        session, fees=news.fees, reports=news.reports, adjustments=news.adjustments, until=period.last_day
    )
    before = _last_statement(session, news)
    done = distribute(
        earnings=_earnings(session, news.licensor_party_id, drafts), opening=_opening(session, before)
    )
    statement_id = new_id("stm")
    lines = _lines(statement_id, news.currency, drafts)
    balances = _balances(statement_id, done)
    sources = _sources(session, news, done)
    shares = _shares(statement_id, news.currency, _drawn(done, sources))
    statement = Statement(
        id=statement_id,
        run_id=run.id,
        number=before.number + 1 if before else 1,
        licensor_party_id=news.licensor_party_id,
        period=period.name,
        currency=news.currency,
        opening_minor=sum(balance.opening_minor for balance in balances),
        earned_minor=sum(balance.earned_minor for balance in balances),
        payable_minor=sum(balance.payable_minor for balance in balances),
        closing_minor=sum(balance.closing_minor for balance in balances),
        document_json="",
        sha256="",
        issued_at=at,
    )
    document = statement_document(session, statement, period, lines, balances, shares)
    statement.document_json = canonical_bytes(document).decode()
    statement.sha256 = sha256_hex(document)
    _store(session, news, statement, lines, balances, shares)
    _book(session, at, statement, balances)
    _tell(session, at, statement, balances)
    captured = {reference for reference, source in sources.items() if source.captured_at is not None}
    request_shares(session=session, at=at, shares=[share for share in shares if share.source in captured])
    return statement


def _last_statement(session: Session, news: News) -> Statement | None:
    return session.exec(
        select(Statement)
        .where(Statement.licensor_party_id == news.licensor_party_id, Statement.currency == news.currency)
        .order_by(sa.desc(col(Statement.number)))
        .limit(1)
    ).first()


def _opening(session: Session, before: Statement | None) -> dict[Account, int]:
    """Return what the last statement left to be made up for. Each statement repeats what is still open."""
    if before is None:
        return {}
    rows = session.exec(
        select(StatementBalance).where(
            StatementBalance.statement_id == before.id, StatementBalance.closing_minor != 0
        )
    )
    return {Account(row.license_id, row.beneficiary_party_id): row.closing_minor for row in rows}


def _earnings(session: Session, licensor_party_id: str, drafts: Sequence[DraftLine]) -> list[Earning]:
    holdings = {
        at: tuple(
            Holding(share.party_id, share.share_bps) for share in beneficiaries_at(session, licensor_party_id, at)
        )
        for at in sorted({draft.earned_at for draft in drafts})
    }
    return [
        Earning(draft.license_id, draft.source, draft.earned.amount_minor, holdings[draft.earned_at])
        for draft in drafts
    ]


def _sources(session: Session, news: News, done: Distribution) -> dict[str, FundingSource]:
    licenses = {part.account.license_id for part in done.parts}
    found = locked_sources(session, license_ids=licenses, currency=news.currency)
    return {source.reference: source for source in found}


def _drawn(done: Distribution, sources: Mapping[str, FundingSource]) -> list[Part]:
    """Decide which payment each part is sent out of, and note it with the payments."""
    by_license: defaultdict[str, list[Part]] = defaultdict(list)
    for part in done.parts:
        by_license[part.account.license_id].append(part)
    drawn = []
    for license_id, parts in by_license.items():
        own = [source for source in sources.values() if source.license_id == license_id]
        spare = {source.reference: max(0, source.net_minor - source.drawn_minor) for source in own}
        reserve = {
            source.reference: source.amount_minor - max(source.net_minor, source.drawn_minor) for source in own
        }
        drawn.extend(draw(parts=parts, spare=spare, reserve=reserve))
    for part in drawn:
        sources[part.source].drawn_minor += part.amount_minor
    return drawn


def _lines(statement_id: str, currency: str, drafts: Sequence[DraftLine]) -> list[StatementLine]:
    return [
        StatementLine(
            statement_id=statement_id,
            number=number,
            is_correction=bool(draft.reason),
            reason=draft.reason,
            license_id=draft.license_id,
            report_id=draft.report_id,
            due_on=draft.due_on,
            **draft.earned.slot._asdict(),
            units=draft.earned.units,
            basis_minor=draft.earned.basis_minor,
            rate_bps=draft.earned.rate_bps,
            amount_minor=draft.earned.amount_minor,
            currency=currency,
        )
        for number, draft in enumerate(drafts, start=1)
    ]


def _balances(statement_id: str, done: Distribution) -> list[StatementBalance]:
    return [
        StatementBalance(
            statement_id=statement_id,
            license_id=balance.account.license_id,
            beneficiary_party_id=balance.account.party_id,
            opening_minor=balance.opening_minor,
            earned_minor=balance.earned_minor,
            payable_minor=balance.payable_minor,
            closing_minor=balance.closing_minor,
        )
        for balance in done.balances
    ]


def _shares(statement_id: str, currency: str, parts: Sequence[Part]) -> list[StatementShare]:
    return [
        StatementShare(
            statement_id=statement_id,
            license_id=part.account.license_id,
            beneficiary_party_id=part.account.party_id,
            share_bps=part.share_bps,
            amount_minor=part.amount_minor,
            currency=currency,
            source=part.source,
        )
        for part in parts
    ]


def _store(
    session: Session,
    news: News,
    statement: Statement,
    lines: Sequence[StatementLine],
    balances: Sequence[StatementBalance],
    shares: Sequence[StatementShare],
) -> None:
    session.add(statement)
    session.flush()
    session.add_all([*lines, *balances, *shares])
    for earning in (*news.fees, *news.reports, *news.adjustments):
        earning.statement_id = statement.id
        session.add(earning)
    session.flush()


def _book(session: Session, at: datetime, statement: Statement, balances: Sequence[StatementBalance]) -> None:
    payable: defaultdict[str, int] = defaultdict(int)
    for balance in balances:
        payable[balance.beneficiary_party_id] += balance.payable_minor
    estate = accounts.licensor_payable(statement.licensor_party_id)
    moves = [
        Move(accounts.beneficiary_payable(party_id), estate, Money(amount_minor, statement.currency))
        for party_id, amount_minor in sorted(payable.items())
        if amount_minor
    ]
    if moves:
        ledger.book(
            session=session,
            at=at,
            reference=f"statement/{statement.id}/split",
            description=f"Statement for {statement.period}, split among the beneficiaries",
            postings=moves,
        )


def _tell(session: Session, at: datetime, statement: Statement, balances: Sequence[StatementBalance]) -> None:
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="statement.issued",
        subject_id=statement.id,
        licensor_party_id=statement.licensor_party_id,
        sha256=statement.sha256,
    )
    issued = StatementIssued(
        statement_id=statement.id,
        licensor_party_id=statement.licensor_party_id,
        beneficiary_party_ids=tuple(sorted({balance.beneficiary_party_id for balance in balances})),
        period=statement.period,
        payable=Money(statement.payable_minor, statement.currency),
        closing=Money(statement.closing_minor, statement.currency),
    )
    events.publish(session=session, event=issued, at=at)
