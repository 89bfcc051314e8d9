"""The document of a statement: everything it says, in one piece that never changes."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from app.parties.queries import party_names
from app.royalties.models import Statement, StatementBalance, StatementLine, StatementShare
from app.royalties.rules.period import StatementPeriod
from app.values.term import format_instant

STATEMENT_VERSION = 2

_LINE = ("id", "number", "kind", "license_id", "report_id", "month", "item", "media", "territory", "channel",
         "units", "basis_minor", "rate_bps", "amount_minor", "reason")  # fmt: skip
_AMOUNTS = ("opening_minor", "earned_minor", "payable_minor", "closing_minor")


def statement_document(
    session: Session,
    statement: Statement,
    period: StatementPeriod,
    lines: Iterable[StatementLine],
    balances: Iterable[StatementBalance],
    shares: Iterable[StatementShare],
) -> dict[str, Any]:
    """Return version 2 of the document, whose lines may have fallen due by themselves on a day, `due_on`.

    Amounts are minor units of `currency`.
    """
    balances = list(balances)
    wanted = {statement.licensor_party_id, *(balance.beneficiary_party_id for balance in balances)}
    names = party_names(session, wanted)
    return {
        "statement_version": STATEMENT_VERSION,
        "id": statement.id,
        "number": statement.number,
        "licensor": {"id": statement.licensor_party_id, "name": names[statement.licensor_party_id]},
        "period": {
            "name": period.name,
            "first_day": period.first_day.isoformat(),
            "last_day": period.last_day.isoformat(),
        },
        "currency": statement.currency,
        "issued_at": format_instant(statement.issued_at),
        **{name: getattr(statement, name) for name in _AMOUNTS},
        "lines": [
            {name: getattr(line, name) for name in _LINE}
            | {"due_on": None if line.due_on is None else line.due_on.isoformat()}
            for line in lines
        ],
        "balances": [
            {
                "license_id": balance.license_id,
                "beneficiary": {
                    "id": balance.beneficiary_party_id,
                    "name": names[balance.beneficiary_party_id],
                },
                **{name: getattr(balance, name) for name in _AMOUNTS},
            }
            for balance in balances
        ],
        "shares": [
            {
                "id": share.id,
                "license_id": share.license_id,
                "beneficiary_id": share.beneficiary_party_id,
                "share_bps": share.share_bps,
                "amount_minor": share.amount_minor,
                "source": share.source,
            }
            for share in shares
        ],
    }
