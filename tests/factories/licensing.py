"""Licenses, unpaid and paid for, made through the services from a signed deal on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.storage import AssetStore
from app.licensing.queries import license_of
from app.licensing.service.lifecycle import fee_reference
from app.payments.gateway import Checkout, Payment
from app.payments.models import Charge
from app.payments.queries import charge_by_reference
from app.payments.service.charges import apply_checkout, charge_money
from app.payments.states import CheckoutPhase
from app.values.components import Component
from app.values.money import Money
from tests.factories.catalog import make_listed_package
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import Sides, make_deal, make_production
from tests.factories.parties import make_actor, make_administrator, make_estate
from tests.support.clock import START
from tests.support.replay import replayed

STARTS_AT = datetime(2026, 6, 15, 4, tzinfo=UTC)
"""2026-06-15 begins in New York."""
ENDS_AT = datetime(2027, 1, 1, 5, tzinfo=UTC)
"""2026-12-31, the last day, is over in New York."""
DURING = datetime(2026, 9, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)

USE: dict[str, Any] = {
    "component": "voice",
    "axis": "scripted",
    "media": "game.scripted_performance",
    "territory": "DE",
}
"""A use that the usual license grants, as a client asks about it."""


@dataclass(frozen=True)
class Licensed:
    """A license and the two sides of it."""

    id: str
    sides: Sides

    @property
    def licensor(self) -> Actor:
        return self.sides.licensor

    @property
    def licensee(self) -> Actor:
        return self.sides.studio


@replayed
def make_licensing_sides(
    session: Session,
    store: AssetStore,
    *,
    components: Iterable[Component] = (Component.VOICE,),
    at: datetime = START,
    authority: dict[str, Any] | None = None,
    **offered: Any,
) -> Sides:
    """An estate with a listed package and a studio; `offered` overrides the terms of every component."""
    estate = make_estate(session, store, at=at, **(authority or {}))
    package = make_listed_package(session, store, estate, at=at, components=components, **offered)
    studio = make_actor(session)
    return Sides(estate, package, studio, make_production(session, studio, at=at))


@replayed
def make_unpaid_license(
    session: Session, store: AssetStore, *, sides: Sides | None = None, at: datetime = START, **terms: Any
) -> Licensed:
    """A signed deal whose fee has not been paid; `terms` override the usual proposal."""
    sides = sides or make_licensing_sides(session, store, at=at)
    return Licensed(make_deal(session, sides, at=at, **terms).license_id, sides)


@replayed
def make_license(
    session: Session, store: AssetStore, *, sides: Sides | None = None, at: datetime = START, **terms: Any
) -> Licensed:
    """A license whose fee was paid at `at`: voice, one game medium, not China, from `STARTS_AT` to `ENDS_AT`."""
    found = make_unpaid_license(session, store, sides=sides, at=at, **terms)
    if license_of(session, found.id).latest.terms.document["fee"]["amount_minor"]:
        pay_fee(session, found.id, at=at)
    return found


def pay_fee(session: Session, license_id: str, *, at: datetime = START, processor_fee_minor: int = 30) -> Charge:
    """The payment provider reports that the fee was paid."""
    charge = charge_by_reference(session, fee_reference(license_id), lock=True)
    assert charge is not None
    fee = Money(processor_fee_minor, charge.currency)
    page = Checkout(
        session_id=f"cs_{charge.id}",
        subject_id=charge.id,
        phase=CheckoutPhase.PAID,
        amount=charge_money(charge),
        url=None,
        expires_at=at + timedelta(days=1),
        payment=Payment(f"pi_{charge.id}", f"ch_{charge.id}", fee),
    )
    apply_checkout(session=session, at=at, charge=charge, page=page)
    return charge


@dataclass(frozen=True)
class Callers:
    """Everybody who might call about a license."""

    licensee: Caller
    licensor: Caller
    stranger: Caller
    administrator: Caller


def make_callers(session: Session, client: FlaskClient, licensed: Licensed) -> Callers:
    return Callers(
        licensee=caller_for(session, client, licensed.licensee),
        licensor=caller_for(session, client, licensed.licensor),
        stranger=caller_for(session, client, make_actor(session, name="Passing Clouds")),
        administrator=caller_for(session, client, make_administrator(session)),
    )
