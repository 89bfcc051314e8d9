"""Productions, proposals, negotiations and deals, made through the services."""

import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from tests.support.replay import replayed

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


_EVERY_TERM = {
    "grants": [grant(exclusivity="exclusive", exclusive_until="2026-10-31"), grant(component="face")],
    "end_user": {"name": "Northlight Publishing", "country": "FR"},
    "agency": {"name": "Lantern Agency", "acts_for": "licensee"},
    "caps": [
        {"unit": "words", "most": 40_000, "component": "voice"},
        {"unit": "renders", "most": 500, "per": "month"},
    ],
    "approvals": [
        {"stage": "script", "days": 5, "rounds": 3, "silence": "approved"},
        {"stage": "final"},
    ],
    "wind_down": {
        "days": 60,
        "steps": [{"step": "Take the voice pack out of the shop", "within_days": 14, "needs_evidence": True}],
    },
    "sell_off": {"days": 180, "inventory_days_before_end": 30, "recoups": True},
    "deletion": {
        "covers": ["derived_models", "delivered_copies"],
        "within_days": 45,
        "needs_certificate": True,
    },
    "guard_list": ["tobacco", "hate_speech", "tobacco"],
    "check_in": {"every_hours": 24, "grace_hours": 6},
    "public_record": ["term", "performer"],
    "fee": {
        "amount_minor": 1_250_000,
        "currency": "USD",
        "instalments": [{"amount_minor": 500_000}, {"amount_minor": 750_000, "due_on": "2026-09-01"}],
    },
    "advance": {
        "amount_minor": 300_000,
        "instalments": [{"amount_minor": 100_000}, {"amount_minor": 200_000, "due_on": "2026-08-01"}],
        "remainder": "repayable",
    },
    "guarantee": {
        "amount_minor": 400_000,
        "schedule": [
            {"test_on": "2026-09-30", "amount_minor": 150_000},
            {"test_on": "2026-12-31", "amount_minor": 250_000},
        ],
        "advances_count": False,
        "shortfall_recoupable": True,
    },
    "royalty": {
        "rate_bps": 250,
        "currency": "USD",
        "deductions_cap_bps": 3_000,
        "rules": [
            {"media": ["game.scripted_performance"], "channels": ["steam", "console"], "rate_bps": 300},
            {"territory": "+EU", "from_day": "2026-10-01", "rate_bps": 275},
        ],
        "escalator": {
            "mode": "cumulative_marginal",
            "scope": "deal_group",
            "tally": "units",
            "starts_at": 1_000,
            "bands": [{"above": 10_000, "rate_bps": 400}, {"above": 50_000, "rate_bps": 500}],
        },
        "reserve": {
            "rate_bps": 2_000,
            "release": [{"after_periods": 2, "share_bps": 5_000}, {"after_periods": 4, "share_bps": 5_000}],
        },
        "recoupment_group": "Harbor saga",
    },
    "audit": {"notice_days": 21},
    "late_interest": {"annual_bps": 800, "grace_days": 10},
    "tolling": {"is_allowed": True, "most_days": 90},
    "breach": {"cure_days": 14},
    "strike": {"suspends": True, "tolls": True},
    "extension": {"months": 12, "most_times": 2, "exercise_from_days": 90, "fee_minor": 400_000},
    "first_refusal": {"from_days": 120, "until_days": 60},
    "assignment": "with_consent",
    "governing_law": {"law": "US-NY", "forum": "Courts of New York County"},
    "warranties": ["licensor_has_authority", "licensee_obeys_law"],
}
"""Something about everything that can be agreed."""


def every_term(**changes: Any) -> dict[str, Any]:
    """A proposal in which something is agreed about everything; `changes` replace its members."""
    return deal_terms(**copy.deepcopy(_EVERY_TERM)) | changes


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


@replayed
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
    session: Session,
    actor: Actor,
    negotiation: Negotiation,
    *,
    at: datetime = START,
    effective_on: date | None = None,
    **terms: Any,
) -> Offer:
    return service.counter(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=negotiation.id,
        terms=proposed(**terms),
        effective_on=effective_on,
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
