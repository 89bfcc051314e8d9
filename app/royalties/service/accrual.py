"""What moves an account changes in what the licensee owes: the ledger, and the charge.

Only what is due moves money. A reserve that is held is royalty not yet asked of the licensee: it stands as a line
in the account and in the statement, and is booked and charged when it is released. What is recouped was paid with
the advance and is neither booked nor charged again.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.ledger import accounts
from app.ledger import service as ledger
from app.ledger.service import Move
from app.payments import service as payments
from app.royalties.models import UsageReport
from app.royalties.rules.account import Account
from app.royalties.service.accounts import Movement
from app.royalties.service.funding import add_source
from app.values.money import Money


def charge_reference(report_id: str) -> str:
    """Return the name under which payments knows what a report comes to."""
    return f"report/{report_id}/royalty"


def reference_of(movement: Movement) -> str:
    """Return the name under which payments knows what a movement comes to."""
    if isinstance(movement, UsageReport):
        return charge_reference(movement.id)
    return f"adjustment/{movement.id}/royalty"


def accrue(
    *, session: Session, at: datetime, movement: Movement, account: Account, earlier: Iterable[Movement]
) -> None:
    """Book what leads from all that was accrued to the account as it is now, and charge it, less credit.

    `earlier` are all other movements of the license. The difference may be negative; that becomes credit.
    """
    before = [each for each in earlier if each.id != movement.id]
    movement.accrued_minor = account.due_minor - sum(each.accrued_minor for each in before)
    movement.accrued_platform_fee_minor = account.platform_fee_minor - sum(
        each.accrued_platform_fee_minor for each in before
    )
    owed = account.due_minor - sum(each.charged_minor for each in before)
    owed_net = account.net_minor - sum(each.charged_net_minor for each in before)
    movement.charged_minor = max(0, owed)
    movement.charged_net_minor = min(max(0, owed_net), movement.charged_minor)
    session.add(movement)
    session.flush()
    _book(session, at, movement)
    if movement.charged_minor:
        _charge(session, at, movement)


def has_moved(account: Account, earlier: Iterable[Movement]) -> bool:
    """Say whether an account comes to something else than what was accrued for it."""
    before = list(earlier)
    accrued = sum(each.accrued_minor for each in before), sum(each.accrued_platform_fee_minor for each in before)
    return accrued != (account.due_minor, account.platform_fee_minor)


def _book(session: Session, at: datetime, movement: Movement) -> None:
    receivable = accounts.licensee_receivable(movement.licensee_party_id)
    moves = [
        _signed_move(account, receivable, amount_minor, movement.currency)
        for account, amount_minor in (
            (accounts.platform_fees(), movement.accrued_platform_fee_minor),
            (accounts.licensor_payable(movement.licensor_party_id), movement.accrued_net_minor),
        )
        if amount_minor
    ]
    if moves:
        ledger.book(
            session=session,
            at=at,
            reference=reference_of(movement).replace("/royalty", "/accrued"),
            description=_description(movement, "reported for"),
            postings=moves,
        )


def _signed_move(from_: str, to: str, amount_minor: int, currency: str) -> Move:
    """A negative amount goes the other way."""
    if amount_minor < 0:
        from_, to = to, from_
    return Move(from_, to, Money(abs(amount_minor), currency))


def _charge(session: Session, at: datetime, movement: Movement) -> None:
    money = Money(movement.charged_minor, movement.currency)
    reference = reference_of(movement)
    payments.request_charge(
        session=session,
        at=at,
        reference=reference,
        payer_party_id=movement.licensee_party_id,
        money=money,
        description=_description(movement, "for"),
        success_path=f"/licenses/{movement.license_id}",
    )
    add_source(
        session,
        reference=reference,
        license_id=movement.license_id,
        money=money,
        net_minor=movement.charged_net_minor,
        captured_at=None,
    )


def _description(movement: Movement, verb: str) -> str:
    if isinstance(movement, UsageReport):
        return f"Royalties {verb} {movement.period_first_day} to {movement.period_last_day}"
    return f"Royalties that fell due up to {movement.on_day}"
