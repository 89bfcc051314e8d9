"""Let a license run on under the terms of a signed change."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.licensing import queries
from app.licensing.dues import service as dues
from app.licensing.errors import NotRunning
from app.licensing.models import License, RetiredStatus
from app.licensing.service.authority import note_authority
from app.licensing.service.lifecycle import next_status_index, replan_notices
from app.licensing.states import LicenseStatus
from app.licensing.terms import compile_document
from app.negotiation.events import DealChanged
from app.negotiation.terms.vocabulary import ChangeOf

RUNNING = frozenset({LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED})


def adopt_terms(*, session: Session, at: datetime, changed: DealChanged) -> None:
    """Note what a change means for its license: its end, its licensee, what it rests on, what is announced.

    Which terms are in force follows from the versions of the deal and the clock. Credentials handed out before are
    revoked: they state terms that may hold no longer. Raises: NotRunning, AuthorityLost, AmountNotPayable.
    """
    license = queries.license_of(session, changed.reference, lock=True).license
    if license.status not in RUNNING:
        state = license.status.value.replace("_", " ")
        raise NotRunning(f"This license is {state}; only one that was paid for and runs can be changed.")
    terms = compile_document(changed.terms)
    license.ends_at = terms.ends_at
    license.terms_sha256 = changed.terms_sha256
    license.terms_changed_at = at
    license.licensee_party_id = changed.licensee_party_id
    if changed.change_of is not ChangeOf.TERMINATION:
        license.authority_ends_at = changed.authority_ends_at
        note_authority(session=session, deal=changed)
    _retire_credentials(session, license)
    session.add(license)
    session.flush()
    replan_notices(session, license, at)
    dues.replan(session=session, at=at, license=license, terms=terms)
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="license.changed",
        subject_id=license.id,
        deal_id=changed.deal_id,
        change_of=changed.change_of.value,
    )


def _retire_credentials(session: Session, license: License) -> None:
    """Give the license a new place in the status list; whatever names the old one is invalid from now on."""
    session.add(RetiredStatus(status_index=license.status_index, license_id=license.id))
    license.status_index = next_status_index(session)
