"""The start page: what is waiting for whoever signed in; for everybody else, what this place is."""

from flask import render_template

from app.catalog.search import FoundPackage, found_packages, search
from app.infrastructure.http.context import now, session
from app.licensing import queries as licensing
from app.licensing.closing import queries as closing
from app.licensing.closing.icalendar import day_of
from app.moderation import queries as moderation
from app.moderation.authority import queries as cases
from app.moderation.states import CaseState, ReviewState
from app.negotiation import queries as negotiation
from app.negotiation.states import NegotiationStatus
from app.parties import queries as parties
from app.parties.states import RepresentationStatus
from app.payments import queries as payments
from app.payments.states import ChargeStatus
from app.royalties import queries as royalties
from app.web.visitor import Audience, Visitor, visitor

SHOWN = 6
LOOKED_AT = 24


def show() -> str:
    guest = visitor()
    if guest is None:
        return _landing()
    if guest.audience is Audience.BACKOFFICE:
        return _backoffice(guest)
    return _licensee(guest) if guest.audience is Audience.LICENSEE else _licensor(guest)


def _landing() -> str:
    """Show the newest package of each of a few performers."""
    found = found_packages(session(), search(session(), limit=LOOKED_AT).items)
    by_performer: dict[str, FoundPackage] = {}
    for item in found:
        by_performer.setdefault(item.performer.id, item)
    return render_template("account/landing.html", found=list(by_performer.values())[:SHOWN])


def _licensee(guest: Visitor) -> str:
    actor = guest.actor
    charges = payments.charges_page(session(), actor, cursor=None, limit=LOOKED_AT).items
    licenses = licensing.licenses_page(session(), actor, cursor=None, limit=SHOWN).items
    return render_template(
        "licensee/home.html",
        talks=_open_talks(guest),
        licenses=licensing.views_of(session(), licenses),
        due=[charge for charge in charges if charge.status is not ChargeStatus.PAID],
    )


def _licensor(guest: Visitor) -> str:
    actor = guest.actor
    return render_template(
        "licensor/home.html",
        talks=_open_talks(guest),
        statements=royalties.statements_page(session(), actor, cursor=None, limit=SHOWN).items,
        licenses=licensing.views_of(
            session(), licensing.licenses_page(session(), actor, cursor=None, limit=SHOWN).items
        ),
        account=payments.connected_account_of(session(), guest.party.id),
        own=found_packages(session(), search(session(), owner=actor, limit=SHOWN).items),
    )


def _backoffice(guest: Visitor) -> str:
    reviews = moderation.reviews_page(session(), guest.actor, state=ReviewState.OPEN, limit=SHOWN).items
    pending = parties.representations_page(
        session(), guest.actor, cursor=None, limit=LOOKED_AT, status=RepresentationStatus.PENDING
    )
    failed = cases.cases_page(session(), guest.actor, state=CaseState.OPEN, limit=SHOWN).items
    late = closing.duties_page(session(), guest.actor, at=now(), is_escalated=True, limit=SHOWN).items
    return render_template(
        "backoffice/home.html",
        late=[(view, day_of(view)) for view in late],
        reviews=moderation.views_of(session(), reviews),
        claims=len(pending.items),
        most=LOOKED_AT,
        cases=cases.case_views(session(), failed),
        statements=royalties.statements_page(session(), guest.actor, cursor=None, limit=SHOWN).items,
    )


def _open_talks(guest: Visitor) -> list[negotiation.NegotiationView]:
    """Return open negotiations, those that wait for the visitor first."""
    page = negotiation.negotiations_page(
        session(), guest.actor, cursor=None, limit=LOOKED_AT, status=NegotiationStatus.OPEN
    )
    views = negotiation.negotiation_views(session(), now(), page.items, reader=guest.actor)
    return sorted(views, key=lambda view: view.awaited_party_id != guest.party.id)
