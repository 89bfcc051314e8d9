"""How a license comes to its end, who held it until then, and who may see what comes after."""

from datetime import datetime
from itertools import pairwise

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing.closing.rules.calendar import End, Holding
from app.licensing.queries import LicenseView, license_of, terminations
from app.licensing.states import LicenseStatus
from app.licensing.terms import CompiledTerms
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.errors import NotFound


def end_of(session: Session, view: LicenseView) -> End:
    """Return how a license comes to its end, as it is known now."""
    terminated_at = None
    if view.license.status is LicenseStatus.TERMINATED:
        terminated_at = terminations(session, [view.license.id]).get(view.license.id)
    return End(
        ends_at=view.license.ends_at,
        winds_down_until=view.latest.terms.winds_down_until,
        terminated_at=terminated_at,
    )


def terms_at_end(view: LicenseView, end: End) -> CompiledTerms:
    """Return the terms that say what happens after an end: those signed last, unless it came before they held."""
    return view.terms_at(end.actual) if end.is_terminated_early else view.latest.terms


def holdings_of(view: LicenseView) -> list[Holding]:
    """Return all licensees of a license in their order, each with the instant at which it handed it on, and what it
    was to destroy by the terms of before.
    """
    parties = [view.versions[0].terms.document["licensee"]["id"]]
    found: list[Holding] = []
    for before, version in pairwise(view.versions):
        if version.change_of is ChangeOf.ASSIGNMENT:
            found.append(Holding(parties[-1], version.effective_at, before.terms.document["deletion"]))
            parties.append(version.terms.document["licensee"]["id"])
    return [*found, Holding(parties[-1], None)]


def covers_of(view: LicenseView, end: End, party_id: str) -> list[str]:
    """Return the codes of what a party destroys: as agreed when it handed the license on, else at the end."""
    deletion = {holding.party_id: holding.deletion for holding in holdings_of(view)}.get(party_id)
    covers: list[str] = (deletion or terms_at_end(view, end).document["deletion"])["covers"]
    return covers


def spans_of(view: LicenseView, party_id: str) -> list[tuple[datetime, datetime | None]]:
    """Return the half-open times in which a party was the licensee."""
    spans: list[tuple[datetime, datetime | None]] = []
    since = view.license.created_at
    for holding in holdings_of(view):
        if holding.party_id == party_id:
            spans.append((since, holding.until))
        since = holding.until or since
    return spans


def closing_view(session: Session, actor: Actor, license_id: str, *, lock: bool = False) -> LicenseView:
    """Return a license to its sides and to those who were its licensee before. Raises: NotFound."""
    view = license_of(session, license_id, lock=lock)
    parties = {view.license.licensor_party_id, *(holding.party_id for holding in holdings_of(view))}
    if not actor.is_administrator and actor.party_id not in parties:
        raise NotFound("There is no such license.")
    return view


def sees_all(view: LicenseView, actor: Actor) -> bool:
    """Say whether an asker sees what all sides filed; a licensee of before sees its own."""
    return actor.is_administrator or actor.party_id in {
        view.license.licensor_party_id, view.license.licensee_party_id
    }  # fmt: skip
