"""What a license rests on: the representations that its deal was signed by."""

from sqlmodel import Session, col, select

from app.infrastructure.db.insert_once import insert_once
from app.licensing.errors import AuthorityLost
from app.licensing.models import LicenseAuthority
from app.negotiation.events import DealChanged, DealSigned
from app.parties.models import Representation
from app.parties.states import RepresentationStatus


def note_authority(*, session: Session, deal: DealSigned | DealChanged) -> None:
    """Note what the license of a deal rests on, and hold it as it is until the deal is signed.

    A representation that fails at the same moment either fails first, and nothing is signed by it, or finds this
    license among those it takes with it.

    Raises: AuthorityLost.
    """
    wanted = col(Representation.id).in_(deal.representation_ids)
    held = session.exec(
        select(Representation)
        .where(wanted)
        .order_by(col(Representation.id))
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).all()
    if any(row.status is not RepresentationStatus.VERIFIED for row in held):
        raise AuthorityLost(
            "The licensor's authority changed while the deal was being signed, and nothing was signed; try again "
            "to learn how it stands now."
        )
    for row in held:
        insert_once(
            session,
            LicenseAuthority(license_id=deal.reference, representation_id=row.id, signed_at=deal.signed_at),
        )
