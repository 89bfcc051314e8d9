"""From a signed deal to an active license, its money and its standing, on both engines."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

from app import registry
from app.audit.models import AuditRecord
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.ledger import accounts
from app.ledger.queries import balance, entries_of
from app.licensing import queries
from app.licensing.dues.states import DueKind
from app.licensing.events import FeeEarned, LicenseActivated
from app.licensing.models import Delivery, License, LicenseStatusChange
from app.licensing.queries import LicenseView
from app.licensing.rules.codes import Code
from app.licensing.service import lifecycle
from app.licensing.states import IllegalTransition, LicenseAction, LicenseStatus
from app.payments.events import PaymentCaptured
from app.payments.queries import charge_by_reference
from app.rights.models import RightsBlockRow
from app.values.errors import NotFound
from app.values.money import Money
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    STARTS_AT,
    Licensed,
    make_license,
    make_licensing_sides,
    make_unpaid_license,
    pay_fee,
)
from tests.factories.parties import make_actor, make_administrator
from tests.factories.payments import Publisher
from tests.support.clock import START


def view(database: Database, license_id: str) -> LicenseView:
    with database.read() as session:
        return queries.license_of(session, license_id)


def change(
    database: Database,
    actor: Actor,
    license_id: str,
    action: LicenseAction,
    *,
    reason: str = "The credit line was left out.",
) -> None:
    with database.write() as session:
        lifecycle.change_standing(
            session=session, actor=actor, at=DURING, license_id=license_id, action=action, reason=reason
        )


def test_a_signed_deal_makes_a_license_that_waits_for_its_fee(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store)
    found = view(database, made.id)
    assert (found.license.status, found.license.activated_at) == (LicenseStatus.AWAITING_PAYMENT, None)
    assert (found.license.starts_at, found.license.ends_at) == (STARTS_AT, ENDS_AT)
    assert (found.latest.terms.term.starts_at, found.latest.terms.ends_at) == (STARTS_AT, ENDS_AT)
    assert found.standing(DURING) is Code.UNPAID
    with database.read() as session:
        charge = charge_by_reference(session, f"license/{made.id}/fee")
        assert charge is not None
        assert (charge.payer_party_id, charge.amount_minor) == (made.licensee.party_id, 1_250_000)
        assert not queries.notices_of(session, made.id)


def test_a_deal_without_a_fee_is_active_at_once(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_license(session, services.store, fee={"amount_minor": 0, "currency": "USD"})
    found = view(database, made.id)
    assert (found.license.status, found.license.activated_at) == (LicenseStatus.ACTIVE, START)
    with database.read() as session:
        assert charge_by_reference(session, f"license/{made.id}/fee") is None
        assert not entries_of(session, f"license/{made.id}")


def test_payment_activates_once_and_the_ledger_holds_fee_share_and_payable(
    database: Database, licensed: Licensed
) -> None:
    for _ in range(3):
        with database.write() as session:
            pay_fee(session, licensed.id, at=START + timedelta(days=1))
    found = view(database, licensed.id)
    assert (found.license.status, found.license.activated_at) == (LicenseStatus.ACTIVE, START)
    studio, estate = licensed.licensee.party_id, licensed.licensor.party_id
    with database.read() as session:
        held = {
            name: balance(session, name, "USD").amount_minor
            for name in (
                accounts.stripe_balance(),
                accounts.processor_fees(),
                accounts.licensee_receivable(studio),
                accounts.platform_fees(),
                accounts.licensor_payable(estate),
            )
        }
        assert list(held.values()) == [1_249_970, 30, 0, -125_000, -1_125_000]
        assert len(entries_of(session, f"license/{licensed.id}/fee/earned")) == 1
        assert [c.action for c in queries.status_changes(session, licensed.id)] == [LicenseAction.ACTIVATE]


@pytest.mark.parametrize(
    ("fee_minor", "platform", "net"),
    [(51, 5, 46), (55, 6, 49), (65, 6, 59), (75, 8, 67), (95, 10, 85), (1_250_001, 125_000, 1_125_001)],
)
def test_an_odd_cent_of_the_fee_is_rounded_half_even_and_nothing_is_lost(
    database: Database, services: Services, fee_minor: int, platform: int, net: int
) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store, fee={"amount_minor": fee_minor, "currency": "USD"})
    with database.write() as session:
        lifecycle.note_payment(session=session, at=START, payment=captured(made, fee_minor))
    with database.read() as session:
        assert -balance(session, accounts.platform_fees(), "USD").amount_minor == platform
        assert -balance(session, accounts.licensor_payable(made.licensor.party_id), "USD").amount_minor == net


def captured(made: Licensed, amount_minor: int = 1_250_000) -> PaymentCaptured:
    money = Money(amount_minor, "USD")
    return PaymentCaptured(f"license/{made.id}/fee", "chg_1", made.licensee.party_id, money, Money(0, "USD"))


def test_activation_tells_what_was_earned(services: Services) -> None:
    publisher = Publisher()
    heard = {FeeEarned: [publisher], LicenseActivated: [publisher]}
    database = Database(
        services.database.url,
        subscribers={**registry.SUBSCRIBERS, **heard},
        secret_key=services.settings.secret_key,
    )
    with database.write() as session:
        made = make_license(session, services.store)
        charge = charge_by_reference(session, f"license/{made.id}/fee")
    assert charge is not None
    estate = made.licensor.party_id
    usd = (Money(1_250_000, "USD"), Money(125_000, "USD"), Money(1_125_000, "USD"))
    part = {"kind": DueKind.FEE, "number": 1, "reference": f"license/{made.id}/fee"}
    earned = FeeEarned(made.id, estate, charge.id, *usd, earned_at=START, **part)
    assert publisher.heard == [LicenseActivated(made.id), earned]
    database.close()


def test_other_payments_change_nothing(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store)
    for reference in ("report/rpt_1/royalty", f"license/{made.id}/renewal", f"licenses/{made.id}/fee"):
        other = PaymentCaptured(reference, "chg_1", "pty_1", Money(1, "USD"), Money(0, "USD"))
        with database.write() as session:
            lifecycle.note_payment(session=session, at=START, payment=other)
    assert view(database, made.id).license.status is LicenseStatus.AWAITING_PAYMENT


def test_authority_that_ends_first_is_kept_with_the_license(database: Database, services: Services) -> None:
    with database.write() as session:
        sides = make_licensing_sides(session, services.store, authority={"licenses_until_at": ENDS_AT})
        made = make_license(session, services.store, sides=sides)
    assert view(database, made.id).license.authority_ends_at == ENDS_AT


def test_licensor_and_administrator_change_the_standing_with_a_reason(
    database: Database, licensed: Licensed
) -> None:
    with database.write() as session:
        administrator = make_administrator(session)
    change(database, licensed.licensor, licensed.id, LicenseAction.SUSPEND)
    assert view(database, licensed.id).standing(DURING) is Code.SUSPENDED
    change(database, administrator, licensed.id, LicenseAction.REINSTATE, reason="It was put right.")
    assert view(database, licensed.id).standing(DURING) is Code.ALLOWED
    change(database, licensed.licensor, licensed.id, LicenseAction.TERMINATE, reason="It was left out again.")
    assert view(database, licensed.id).standing(DURING) is Code.TERMINATED
    with database.read() as session:
        rows = queries.status_changes(session, licensed.id)
        told = session.exec(
            select(AuditRecord.action).where(
                AuditRecord.subject_id == licensed.id, col(AuditRecord.action).startswith("license.")
            )
        ).all()
    assert [(row.action.value, row.from_status.value, row.to_status.value) for row in rows] == [
        ("activate", "awaiting_payment", "active"),
        ("suspend", "active", "suspended"),
        ("reinstate", "suspended", "active"),
        ("terminate", "active", "terminated"),
    ]
    assert rows[1].reason == "The credit line was left out."
    assert rows[2].actor == administrator.label
    assert set(told) >= {"license.suspend", "license.reinstate", "license.terminate"}


def test_licensee_and_strangers_cannot_change_the_standing(database: Database, licensed: Licensed) -> None:
    with database.write() as session:
        stranger = make_actor(session)
    for actor in (licensed.licensee, stranger):
        for action in (LicenseAction.SUSPEND, LicenseAction.TERMINATE):
            with pytest.raises(NotFound):
                change(database, actor, licensed.id, action)
    assert view(database, licensed.id).license.status is LicenseStatus.ACTIVE


@pytest.mark.parametrize("action", [LicenseAction.REINSTATE, LicenseAction.SUSPEND, LicenseAction.ACTIVATE])
def test_what_was_terminated_stays_so(database: Database, licensed: Licensed, action: LicenseAction) -> None:
    change(database, licensed.licensor, licensed.id, LicenseAction.TERMINATE)
    with pytest.raises(IllegalTransition, match="Possible: nothing"):
        change(database, licensed.licensor, licensed.id, action)


def test_nobody_activates_an_unpaid_license_by_hand(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store)
    with pytest.raises(IllegalTransition):
        change(database, made.licensor, made.id, LicenseAction.REINSTATE)
    with pytest.raises(NotFound):
        change(database, made.licensee, made.id, LicenseAction.ACTIVATE)


def test_termination_gives_the_rights_back(database: Database, licensed: Licensed) -> None:
    change(database, licensed.licensor, licensed.id, LicenseAction.TERMINATE)
    with database.read() as session:
        blocks = session.exec(select(RightsBlockRow).where(RightsBlockRow.reference == licensed.id)).all()
    assert blocks
    assert all(block.released_at == DURING for block in blocks)


@pytest.mark.parametrize("model", [LicenseStatusChange, Delivery])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_lets_history_only_grow(
    database: Database, licensed: Licensed, model: type, verb: str
) -> None:
    if model is Delivery:
        with database.write() as session:
            session.add(
                Delivery(
                    license_id=licensed.id,
                    asset_id=first_asset(database),
                    actor="usr_1",
                    filename="takes.wav",
                    media_type="audio/wav",
                    sha256="0" * 64,
                    size_bytes=1,
                    delivered_at=DURING,
                )
            )
    statement = sa.delete(model) if verb == "delete" else sa.update(model).values(actor="somebody else")
    with pytest.raises(DatabaseError, match="append-only"), database.write() as session:
        session.execute(statement)


def first_asset(database: Database) -> str:
    with database.read() as session:
        return str(session.execute(sa.text("SELECT id FROM asset LIMIT 1")).scalar_one())


def test_payment_and_termination_at_once_leave_one_history(database: Database, services: Services) -> None:
    """Whoever comes first, the license ends up terminated: a payment never brings it back."""
    for _ in range(4):
        with database.write() as session:
            made = make_unpaid_license(session, services.store)
        start = threading.Barrier(2)
        refused: list[Exception] = []

        def pay(made: Licensed = made, start: threading.Barrier = start) -> None:
            start.wait()
            with database.write() as session:
                pay_fee(session, made.id)

        def terminate(made: Licensed = made, start: threading.Barrier = start) -> None:
            start.wait()
            change(database, made.licensor, made.id, LicenseAction.TERMINATE)

        threads = [threading.Thread(target=_noting(refused, work)) for work in (pay, terminate)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not refused
        with database.read() as session:
            rows = queries.status_changes(session, made.id)
            assert view(database, made.id).license.status is LicenseStatus.TERMINATED
            assert [r.to_status for r in rows][-1] is LicenseStatus.TERMINATED
            assert all(a.to_status is b.from_status for a, b in pairwise(rows))


def _noting(errors: list[Exception], work: object) -> object:
    def run() -> None:
        try:
            work()  # type: ignore[operator]
        except Exception as error:
            errors.append(error)

    return run


def test_every_license_has_its_own_place_in_the_status_list(database: Database, services: Services) -> None:
    with database.write() as session:
        for _ in range(3):
            make_unpaid_license(session, services.store)
        places = session.exec(select(License.status_index).order_by(col(License.status_index))).all()
    assert places == [0, 1, 2]
