"""Remember paid parts of license fees and advances until they are stated."""

from datetime import datetime

from sqlmodel import Session, select

from app.licensing.events import FeeEarned
from app.royalties.models import FeeEarning
from app.royalties.service.funding import add_source, open_account


def note_fee(*, session: Session, at: datetime, fee: FeeEarned) -> None:
    """Keep a part that was paid for the next statement of its estate; told twice, it is kept once."""
    open_account(session, license_id=fee.license_id, licensor_party_id=fee.licensor_party_id)
    if session.exec(select(FeeEarning.id).where(FeeEarning.source == fee.reference)).first():
        return
    add_source(
        session,
        reference=fee.reference,
        license_id=fee.license_id,
        money=fee.gross,
        net_minor=fee.net.amount_minor,
        captured_at=at,
    )
    earning = FeeEarning(
        license_id=fee.license_id,
        licensor_party_id=fee.licensor_party_id,
        kind=fee.kind,
        number=fee.number,
        source=fee.reference,
        gross_minor=fee.gross.amount_minor,
        platform_fee_minor=fee.platform_fee.amount_minor,
        currency=fee.gross.currency,
        earned_at=fee.earned_at,
    )
    session.add(earning)
    session.flush()
