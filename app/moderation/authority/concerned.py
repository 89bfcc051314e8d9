"""On whose doors to knock when an authority fails."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.licensing.models import License
from app.moderation.authority import reach
from app.moderation.models import AuthorityCase
from app.negotiation.models import Negotiation
from app.parties.models import Beneficiary
from app.royalties.models import StatementShare
from app.royalties.states import ShareStatus


@dataclass(frozen=True, slots=True)
class Concerned:
    """The parties that a case touches, by how it touches them; one party may be in several places."""

    licensors: frozenset[str]
    """The holder, who acts under it or with its consent, and who signed the licenses."""
    licensees: Mapping[str, Sequence[str]]
    """The licenses of each."""
    beneficiaries: frozenset[str]
    """Who shares in what the licenses earn, now or by a statement whose money has not been sent."""
    negotiators: Mapping[str, Sequence[str]]
    """The open negotiations of each who asked for a license."""

    @property
    def party_ids(self) -> list[str]:
        """Everybody, once."""
        return sorted({*self.licensors, *self.licensees, *self.beneficiaries, *self.negotiators})


def concerned_by(session: Session, case: AuthorityCase, at: datetime) -> Concerned:
    """Return who is touched by a case at an instant, in a fixed number of statements."""
    licensees: defaultdict[str, list[str]] = defaultdict(list)
    signers = set()
    of_licenses = sa.select(col(License.id), col(License.licensor_party_id), col(License.licensee_party_id))
    chosen = of_licenses.where(col(License.id).in_(reach.license_ids(case))).order_by(col(License.id))
    for license_id, licensor, licensee in session.execute(chosen):
        licensees[licensee].append(license_id)
        signers.add(licensor)
    negotiators: defaultdict[str, list[str]] = defaultdict(list)
    of_talks = sa.select(col(Negotiation.id), col(Negotiation.licensee_party_id))
    for negotiation_id, licensee in session.execute(
        of_talks.where(reach.open_negotiations(case)).order_by(col(Negotiation.id))
    ):
        negotiators[licensee].append(negotiation_id)
    return Concerned(
        licensors=frozenset(signers.union(session.execute(reach.licensors(case)).scalars())),
        licensees=licensees,
        beneficiaries=_beneficiaries(session, case, signers, at),
        negotiators=negotiators,
    )


def _beneficiaries(session: Session, case: AuthorityCase, estates: set[str], at: datetime) -> frozenset[str]:
    sharing = sa.select(col(Beneficiary.beneficiary_party_id)).where(
        col(Beneficiary.estate_party_id).in_(estates),
        col(Beneficiary.valid_from_at) <= at,
        sa.or_(col(Beneficiary.valid_until_at).is_(None), col(Beneficiary.valid_until_at) > at),
    )
    waiting = sa.select(col(StatementShare.beneficiary_party_id)).where(
        col(StatementShare.license_id).in_(reach.license_ids(case)),
        col(StatementShare.status) != ShareStatus.SENT,
    )
    return frozenset(session.execute(sa.union(sharing, waiting)).scalars())
