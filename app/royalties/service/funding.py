"""The account of a license: its lock, and the payments that its earnings are sent out of."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.infrastructure.db.insert_once import insert_once
from app.licensing.models import License
from app.royalties.models import FundingSource, RoyaltyAccount
from app.values.money import Money


def open_account(session: Session, *, license_id: str, licensor_party_id: str) -> None:
    """Make the license's account, if it has none yet, and lock it for this transaction."""
    insert_once(session, RoyaltyAccount(license_id=license_id, licensor_party_id=licensor_party_id))
    session.exec(select(RoyaltyAccount).where(RoyaltyAccount.license_id == license_id).with_for_update()).one()


def lock_accounts(session: Session, licensor_party_ids: Iterable[str]) -> None:
    """Lock every account of these estates, in one order for everybody."""
    session.exec(
        select(RoyaltyAccount)
        .where(col(RoyaltyAccount.licensor_party_id).in_(set(licensor_party_ids)))
        .order_by(col(RoyaltyAccount.license_id))
        .with_for_update()
    ).all()


def lock_licenses(session: Session, license_ids: Iterable[str]) -> None:
    """Lock the accounts of these licenses and all that pays for them; licenses without an account get one."""
    wanted = set(license_ids)
    accounts = select(RoyaltyAccount.license_id).where(col(RoyaltyAccount.license_id).in_(wanted))
    known = session.exec(accounts.order_by(col(RoyaltyAccount.license_id)).with_for_update()).all()
    fresh = select(License.id, License.licensor_party_id).where(col(License.id).in_(wanted.difference(known)))
    for license_id, licensor_party_id in session.exec(fresh.order_by(col(License.id))).all():
        open_account(session, license_id=license_id, licensor_party_id=licensor_party_id)
    sources = select(FundingSource.id).where(col(FundingSource.license_id).in_(wanted))
    session.exec(sources.order_by(col(FundingSource.id)).with_for_update()).all()


def lock_sources(session: Session, references: Iterable[str]) -> None:
    """Lock these payments for this transaction."""
    sources = select(FundingSource.id).where(col(FundingSource.reference).in_(set(references)))
    session.exec(sources.order_by(col(FundingSource.id)).with_for_update()).all()


def add_source(
    session: Session,
    *,
    reference: str,
    license_id: str,
    money: Money,
    net_minor: int,
    captured_at: datetime | None,
) -> FundingSource:
    """Note a charge that will pay, or has paid, for what a license earned; `net_minor` is for beneficiaries."""
    source = FundingSource(
        reference=reference,
        license_id=license_id,
        amount_minor=money.amount_minor,
        net_minor=net_minor,
        currency=money.currency,
        captured_at=captured_at,
    )
    session.add(source)
    session.flush()
    return source


def locked_sources(session: Session, *, license_ids: Iterable[str], currency: str) -> Sequence[FundingSource]:
    """Return the payments of these licenses, oldest first, as they are now and until this transaction ends."""
    return session.exec(
        select(FundingSource)
        .where(col(FundingSource.license_id).in_(set(license_ids)), FundingSource.currency == currency)
        .order_by(col(FundingSource.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def locked_source(session: Session, reference: str) -> FundingSource | None:
    """Return one payment, as it is now and until this transaction ends."""
    return session.exec(
        select(FundingSource)
        .where(FundingSource.reference == reference)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
