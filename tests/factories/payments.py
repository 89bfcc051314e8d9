"""Charges, accounts and transfers in the states that tests need, through the services and an in-memory provider."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.models import Job
from app.infrastructure.jobs.worker import drain
from app.payments import inbox, outbox, queries, reconciliation, service
from app.payments.gateway import Gateway, Notice
from app.payments.models import Charge, ConnectedAccount, StripeIntent, Transfer
from app.values.money import Money
from tests.factories.parties import make_actor
from tests.simulators.provider import Provider
from tests.support.clock import START
from tests.support.settings import SECRET_KEY

FEE = Money(1000_00, "USD")
SHARE = Money(600_00, "USD")


@dataclass
class Publisher:
    """Hears every event of payments, in the transaction that publishes it."""

    heard: list[Any] = field(default_factory=list)

    def __call__(self, *, session: Session, event: Any, at: Any) -> None:
        self.heard.append(event)


@dataclass
class Payments:
    """Payments with a provider at the other end, and hands to let time and jobs go on."""

    services: Services
    provider: Provider

    @property
    def database(self) -> Database:
        return self.services.database

    def work(self, *, gateway: Gateway | None = None) -> None:
        """Do all jobs until none is open, however long they wanted to pause."""
        work_off(self.services, gateway or self.provider)

    def charge(self, reference: str = "license/lic_1/fee") -> Charge:
        with self.database.read() as session:
            found = queries.charge_by_reference(session, reference)
        assert found is not None
        return found

    def transfer(self, reference: str = "share/shr_1") -> Transfer:
        with self.database.read() as session:
            found = queries.transfer_by_reference(session, reference)
        assert found is not None
        return found

    def account(self, party_id: str) -> ConnectedAccount:
        with self.database.read() as session:
            found = queries.connected_account_of(session, party_id)
        assert found is not None
        return found

    def intent(self, name: str) -> StripeIntent:
        with self.database.read() as session:
            return session.exec(select(StripeIntent).where(col(StripeIntent.name) == name)).one()

    def tell(self, event_type: str, object_id: str, *, event_id: str = "evt_1") -> None:
        """A webhook arrives and is stored; `work` applies it."""
        with self.database.write() as session:
            inbox.receive(session=session, notice=Notice(event_id, event_type, object_id))

    def reconcile(self, *, after: timedelta = timedelta(hours=2)) -> None:
        reconciliation.reconcile(services=self.services, present=machine_now() + after)

    def age(self, name: str, *, by: timedelta) -> None:
        """Make an intent look as if it had first been sent so long ago."""
        with self.database.write() as session:
            intent = session.exec(select(StripeIntent).where(col(StripeIntent.name) == name)).one()
            intent.first_sent_at = machine_now() - by


def work_off(services: Services, gateway: Gateway) -> None:
    handlers = {
        "payments.call_stripe": partial(_call_stripe, gateway),
        "payments.apply_webhook": partial(_apply_webhook, gateway),
        "payments.look_at": partial(_look_at, gateway),
    }
    for _ in range(30):
        with services.database.write() as session:
            open_jobs = (col(Job.done_at).is_(None), col(Job.dead_at).is_(None))
            session.execute(sa.update(Job).where(*open_jobs).values(run_at=machine_now()))
        if not drain(services=services, handlers=handlers, limit=50):
            return
    raise AssertionError("There is always another job.")


def _call_stripe(gateway: Gateway, *, context: Any, payload: dict[str, Any]) -> None:
    outbox.call_stripe(services=context.services, gateway=gateway, intent_id=payload["intent_id"])


def _apply_webhook(gateway: Gateway, *, context: Any, payload: dict[str, Any]) -> None:
    inbox.apply_webhook(services=context.services, gateway=gateway, event_id=payload["event_id"])


def _look_at(gateway: Gateway, *, context: Any, payload: dict[str, Any]) -> None:
    if "stripe_session_id" in payload:
        inbox.look_at_checkout(services=context.services, gateway=gateway, session_id=payload["stripe_session_id"])
    else:
        inbox.look_at_account(
            services=context.services, gateway=gateway, stripe_account_id=payload["stripe_account_id"]
        )


def listening(services: Services, *event_types: type) -> tuple[Services, Publisher]:
    """The same services, with somebody who hears these events."""
    publisher = Publisher()
    heard = Database(
        services.database.url,
        subscribers={event_type: [publisher] for event_type in event_types},
        secret_key=SECRET_KEY,
    )
    return replace(services, database=heard), publisher


def make_charge(
    session: Session, *, reference: str = "license/lic_1/fee", money: Money = FEE, payer_party_id: str | None = None
) -> Charge:
    return service.request_charge(
        session=session,
        at=START,
        reference=reference,
        payer_party_id=payer_party_id or make_actor(session).party_id,
        money=money,
        description="License fee: Adaeze Łuna, voice",
        success_path="/licenses/lic_1",
    )


def make_transfer(
    session: Session,
    *,
    party_id: str,
    reference: str = "share/shr_1",
    charge_reference: str = "license/lic_1/fee",
    money: Money = SHARE,
) -> Transfer:
    return service.request_transfer(
        session=session,
        at=START,
        reference=reference,
        party_id=party_id,
        charge_reference=charge_reference,
        money=money,
    )


def paid_charge(payments: Payments, *, reference: str = "license/lic_1/fee", money: Money = FEE) -> Charge:
    """A charge whose payer has paid, and we know it."""
    with payments.database.write() as session:
        make_charge(session, reference=reference, money=money)
    payments.work()
    session_id = payments.charge(reference).stripe_session_id
    assert session_id is not None
    payments.provider.pay(session_id)
    payments.tell("checkout.session.completed", session_id, event_id=f"evt_{session_id}")
    payments.work()
    return payments.charge(reference)


def active_account(payments: Payments) -> ConnectedAccount:
    """An account on which its party can be paid."""
    with payments.database.write() as session:
        actor = make_actor(session)
        service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
    payments.work()
    account = payments.account(actor.party_id)
    assert account.stripe_account_id is not None
    payments.provider.accounts[account.stripe_account_id] = True
    payments.tell("v2.core.account.updated", account.stripe_account_id, event_id=f"evt_{account.id}")
    payments.work()
    return payments.account(actor.party_id)
