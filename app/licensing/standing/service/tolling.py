"""Add days of suspension to the term: computed, proposed by one side, and signed by both as a change of the
deal."""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import SYSTEM, Actor
from app.licensing import queries as licenses
from app.licensing.errors import NotRunning
from app.licensing.queries import LicenseView
from app.licensing.service.changes import RUNNING
from app.licensing.standing import queries, tolled
from app.licensing.standing.errors import MoreThanSuspended, NothingToToll, TollingNotAgreed
from app.licensing.standing.models import LicenseTolling
from app.licensing.standing.rules import Countable
from app.negotiation import service as negotiation
from app.negotiation.changes import service as changes
from app.negotiation.events import DealChanged
from app.negotiation.models import Deal
from app.negotiation.queries import latest_offer
from app.negotiation.rules.moves import OFFER_LASTS
from app.negotiation.terms.vocabulary import ChangeOf


def propose_tolling(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license_id: str,
    message: str = "",
    lasts: timedelta = OFFER_LASTS,
) -> LicenseTolling:
    """Offer to add the days for which a license was suspended up to today, as either side of it.

    It is an offer like any other; signed, it is a version of the deal, for which everything is asked again.
    Raises: NotFound, NotRunning, TollingNotAgreed, NothingToToll, and what an offer raises.
    """
    view = licenses.license_view(session, actor, license_id)
    countable = _required(session, view, at)
    before = date.fromisoformat(view.latest.terms.document["term"]["last_day"])
    last_day = before + timedelta(days=len(countable.days))
    talks = changes.open_tolling(
        session=session,
        actor=actor,
        at=at,
        deal_id=view.license.deal_id,
        last_day=last_day,
        message=message,
        lasts=lasts,
    )
    row = LicenseTolling(
        license_id=license_id,
        negotiation_id=talks.id,
        by_party_id=actor.party_id,
        proposed_at=at,
        days=len(countable.days),
        counted_from=countable.counted_from,
        counted_until=countable.counted_until,
        last_day_before=before,
        last_day=last_day,
    )
    session.add(row)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="license.tolling_proposed",
        subject_id=license_id,
        days=row.days,
        last_day=last_day.isoformat(),
    )
    return row


def _required(session: Session, view: LicenseView, at: datetime) -> Countable:
    if view.license.status not in RUNNING or at >= view.license.ends_at:
        raise NotRunning("This license is over, or unpaid; there is no term to which days could be added.")
    terms = view.latest.terms.document
    if not terms["tolling"]["is_allowed"] and not terms["strike"]["tolls"]:
        raise TollingNotAgreed(
            "This deal adds no days of suspension to the term; agree on that by an amendment first."
        )
    countable = tolled.countable_now(session, view, at=at)
    if not countable.days:
        raise NothingToToll(
            "There is no day to add: the license was not suspended over a day since days were last added, or the "
            "deal adds no more."
        )
    return countable


def accept_tolling(
    *, session: Session, actor: Actor, at: datetime, license_id: str, tolling_id: str, terms_sha256: str
) -> Deal | None:
    """Accept the latest offer about days to add, named by the hash of its terms, as its other side.

    Returns nothing where holders' signatures are awaited. Raises: NotFound, and what an acceptance raises.
    """
    row = queries.own_tolling(session, actor, license_id, tolling_id)
    return negotiation.accept(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=row.negotiation_id,
        offer_number=latest_offer(session, row.negotiation_id).number,
        terms_sha256=terms_sha256,
    )


def note_tolled(*, session: Session, at: datetime, changed: DealChanged) -> None:
    """Days were added: note which, and hold them against those for which the license was really suspended.

    That is asked again here, under the lock of the license, of whatever was signed. Raises: MoreThanSuspended.
    """
    if changed.change_of is not ChangeOf.TOLLING:
        return
    view = licenses.license_of(session, changed.reference, lock=True)
    before = date.fromisoformat(view.versions[-2].terms.document["term"]["last_day"])
    last_day = date.fromisoformat(changed.terms["term"]["last_day"])
    days = (last_day - before).days
    countable = tolled.countable_now(session, view, at=at, version=view.versions[-2])
    if days > len(countable.days):
        raise MoreThanSuspended(
            f"{days} days would be added, but only {len(countable.days)} days of suspension can be; make "
            f"another offer."
        )
    row = queries.tolling_of_talks(session, changed.negotiation_id)
    row.days, row.last_day_before, row.last_day = days, before, last_day
    row.counted_from, row.counted_until = countable.days[0], countable.days[days - 1] + timedelta(days=1)
    row.deal_id, row.agreed_at = changed.deal_id, at
    session.add(row)
    session.flush()
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="license.tolled",
        subject_id=changed.reference,
        days=days,
        last_day=last_day.isoformat(),
    )
