"""Productions, proposals, negotiations and deals, made through the services."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.catalog.models import Package
from app.identity.actor import Actor
from app.infrastructure.storage import AssetStore
from app.negotiation import queries, service
from app.negotiation.models import Deal, Negotiation, Offer, Production
from app.negotiation.rules.moves import OFFER_LASTS
from app.negotiation.states import ProductionKind
from app.negotiation.terms.proposal import ProposedTerms
from app.negotiation.terms.schema import DealTermsIn
from tests.factories.catalog import make_listed_package
from tests.factories.parties import Estate, make_actor, make_estate
from tests.support.clock import START

INTENDED_USE = "The voice of the harbor master in Harbor Lights: about forty scripted lines in two story chapters."


def grant(**changes: Any) -> dict[str, Any]:
    """One grant as a client sends it."""
    return {
        "component": "voice",
        "axes": ["scripted"],
        "media": ["game.scripted_performance"],
        "territory": "+WORLD -CN",
    } | changes


def deal_terms(**changes: Any) -> dict[str, Any]:
    """A proposal as a client sends it; `changes` replace its members."""
    return {
        "term": {"first_day": "2026-06-15", "last_day": "2026-12-31", "zone": "America/New_York"},
        "grants": [grant()],
        "fee": {"amount_minor": 1_250_000, "currency": "USD"},
        "royalty": {"rate_bps": 250, "currency": "USD"},
        "survival": {"preset": "game"},
        "delivery": "export",
        "disclosure_label": "Digital replica, used with permission",
        "credit_line": "Voice by permission of the estate",
    } | changes


def proposed(**changes: Any) -> ProposedTerms:
    loaded: ProposedTerms = DealTermsIn().load(deal_terms(**changes))
    return loaded


@dataclass(frozen=True)
class Sides:
    """An estate with a listed package, and a studio with a production."""

    estate: Estate
    package: Package
    studio: Actor
    production: Production

    @property
    def licensor(self) -> Actor:
        return self.estate.actor


def make_production(
    session: Session, actor: Actor, *, title: str = "Harbor Lights", at: datetime = START
) -> Production:
    return service.create_production(
        session=session, actor=actor, at=at, title=title, kind=ProductionKind.GAME, description="A sea adventure."
    )


def make_sides(session: Session, store: AssetStore, *, at: datetime = START, **authority: Any) -> Sides:
    """`authority` overrides the dates and limits of the estate's representation."""
    estate = make_estate(session, store, at=at, **authority)
    package = make_listed_package(session, store, estate, at=at)
    studio = make_actor(session)
    return Sides(estate, package, studio, make_production(session, studio, at=at))


def make_request(
    session: Session,
    sides: Sides,
    *,
    at: datetime = START,
    intended_use: str = INTENDED_USE,
    lasts: timedelta = OFFER_LASTS,
    **terms: Any,
) -> Negotiation:
    """The studio asks: an open negotiation with offer 1."""
    return service.open_negotiation(
        session=session,
        actor=sides.studio,
        at=at,
        package_id=sides.package.id,
        production_id=sides.production.id,
        intended_use=intended_use,
        terms=proposed(**terms),
        platform_fee_bps=1000,
        lasts=lasts,
    )


def make_counter(
    session: Session, actor: Actor, negotiation: Negotiation, *, at: datetime = START, **terms: Any
) -> Offer:
    return service.counter(
        session=session, actor=actor, at=at, negotiation_id=negotiation.id, terms=proposed(**terms)
    )


def accept_latest(session: Session, actor: Actor, negotiation: Negotiation, *, at: datetime = START) -> Deal:
    """Accept where no other holder's signature is missing."""
    latest = queries.latest_offer(session, negotiation.id)
    deal = service.accept(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=negotiation.id,
        offer_number=latest.number,
        terms_sha256=latest.terms_sha256,
    )
    assert deal is not None, "holders have yet to sign"
    return deal


def make_deal(session: Session, sides: Sides, *, at: datetime = START, **terms: Any) -> Deal:
    """The studio asks, the estate accepts."""
    negotiation = make_request(session, sides, at=at, **terms)
    return accept_latest(session, sides.licensor, negotiation, at=at)
