"""Money that is held: not lost, not sent, and sent exactly once when the last hold on it has ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import drain
from app.ledger import accounts
from app.ledger.queries import incomplete_entries, trial_balance
from app.parties.models import Party, Representation
from app.parties.tax_forms import service as tax_forms
from app.payments.models import ConnectedAccount, StripeIntent, Transfer
from app.payments.service.transfers import note_sent
from app.payments.states import AccountStatus, IntentKind, TransferStatus
from app.registry import JOBS
from app.royalties import queries
from app.royalties.models import PayoutHold, StatementShare
from app.royalties.service import settling
from app.royalties.service.gate import NO_TAX_FORM, SETTLE_HOLDS
from app.royalties.service.holds import hold_for_authority, release_authority_hold
from app.royalties.states import HoldKind, ShareStatus
from tests.factories.parties import make_actor
from tests.factories.royalties import (
    REPORTED_AT,
    EarningLicense,
    make_earning_license,
    pay,
    report_usage,
    send_everything,
)
from tests.factories.tax_forms import confirm_tax_form, make_tax_form
from tests.royalties.steps import FEE_NET, HUNDRED, LATER, held, issue, shares_of, the_statement
from tests.support.clock import START

VOID = "A court has declared the letters of the executor void."
RIGHT = "The appeal was won."


@pytest.fixture
def untaxed(session: Session, services: Services) -> EarningLicense:
    """Its heirs have not sent their tax forms."""
    return make_earning_license(session, services.store, are_taxed=False)


def representation_of(session: Session, license: EarningLicense) -> str:
    holder = Representation.holder_party_id == license.estate.party.id
    return session.exec(select(Representation.id).where(holder)).one()


def hold(session: Session, license: EarningLicense, at: datetime = REPORTED_AT) -> int:
    return hold_for_authority(
        session=session,
        at=at,
        license_ids=[license.id],
        representation_id=representation_of(session, license),
        reason=VOID,
    )


def release(session: Session, license: EarningLicense, at: datetime = REPORTED_AT) -> int:
    return release_authority_hold(
        session=session, at=at, representation_id=representation_of(session, license), reason=RIGHT
    )


def settle(session: Session, at: datetime = REPORTED_AT) -> int:
    settling.keep_back(session=session, at=at)
    return settling.let_go(session=session, at=at)


def open_account(session: Session, party: Party) -> None:
    """The party can be paid at once."""
    account = ConnectedAccount(
        party_id=party.id,
        status=AccountStatus.ACTIVE,
        stripe_account_id=f"acct_{party.id}",
        return_path="/",
        opened_at=REPORTED_AT,
        looked_at=REPORTED_AT,
    )
    session.add(account)
    session.flush()


def statuses(session: Session) -> set[ShareStatus]:
    return set(session.exec(select(StatementShare.status)).all())


def transfers(session: Session) -> list[Transfer]:
    return list(session.exec(select(Transfer)).all())


def asked_for(session: Session) -> list[str]:
    """The transfers that Stripe has been asked for."""
    return list(session.exec(select(StripeIntent.name).where(StripeIntent.kind == IntentKind.TRANSFER)))


def reasons(session: Session, license: EarningLicense, statement_id: str) -> list[tuple[str, ...]]:
    view = queries.statement_view(session, license.estate.actor, statement_id)
    return [share.held_because for share in view.shares]


def test_without_a_tax_form_money_waits_and_then_goes_once(session: Session, untaxed: EarningLicense) -> None:
    statement = the_statement(session, issue(session, untaxed))
    assert statement.payable_minor == FEE_NET
    assert statuses(session) == {ShareStatus.HELD}
    assert transfers(session) == []
    assert reasons(session, untaxed, statement.id) == [(NO_TAX_FORM,)] * 2
    assert sum(held(session, accounts.beneficiary_payable(heir.id)) for heir in untaxed.heirs) == -FEE_NET
    assert settle(session) == 0
    for heir in untaxed.heirs:
        make_tax_form(session, heir, at=REPORTED_AT)
    assert settle(session) == 2
    assert statuses(session) == {ShareStatus.REQUESTED}
    assert reasons(session, untaxed, statement.id) == [()] * 2
    assert settle(session) == 0
    send_everything(session)
    assert statuses(session) == {ShareStatus.SENT}
    assert sum(transfer.amount_minor for transfer in transfers(session)) == FEE_NET
    assert [held(session, accounts.beneficiary_payable(heir.id)) for heir in untaxed.heirs] == [0, 0]
    assert trial_balance(session) == {"USD": 0}
    assert incomplete_entries(session) == []


def test_one_heir_without_a_form_keeps_nobody_else_waiting(session: Session, untaxed: EarningLicense) -> None:
    ready, waiting = untaxed.heirs
    make_tax_form(session, ready, at=REPORTED_AT)
    statement = the_statement(session, issue(session, untaxed))
    found = {share.beneficiary_party_id: share.status for share in shares_of(session, statement)}
    assert found == {ready.id: ShareStatus.REQUESTED, waiting.id: ShareStatus.HELD}
    [only] = session.exec(select(PayoutHold)).all()
    assert (only.kind, only.party_id, only.released_at) == (HoldKind.TAX_FORM, waiting.id, None)


def test_a_form_that_nobody_has_confirmed_does_not_count(session: Session, untaxed: EarningLicense) -> None:
    forms = [make_tax_form(session, heir, is_confirmed=False) for heir in untaxed.heirs]
    issue(session, untaxed)
    assert statuses(session) == {ShareStatus.HELD}
    for form in forms:
        confirm_tax_form(session, form, at=REPORTED_AT)
    settle(session)
    assert statuses(session) == {ShareStatus.REQUESTED}


def test_the_confirmation_alone_sets_the_work_going(database: Database, services: Services) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store, are_taxed=False)
        issue(session, license)
    with database.write() as session:
        for heir in license.heirs:
            make_tax_form(session, heir)
    drain(services=services, handlers=JOBS | {"payments.call_stripe": _nothing}, limit=20)
    with database.read() as session:
        assert statuses(session) == {ShareStatus.REQUESTED}
        assert len(transfers(session)) == 2


def _nothing(**_: object) -> None:
    """Nobody is at the other end."""


def test_a_form_that_has_run_out_does_not_count(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, are_taxed=False)
    for heir in license.heirs:
        heir.country = "DE"
        make_tax_form(session, heir, signed_on=date(2026, 5, 20))
    issue(session, license, at=datetime(2030, 1, 1, tzinfo=UTC))
    assert statuses(session) == {ShareStatus.HELD}


def test_a_form_holds_to_the_end_of_its_last_day(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, are_taxed=False)
    for heir in license.heirs:
        heir.country = "DE"
        make_tax_form(session, heir, signed_on=date(2026, 5, 20))
    issue(session, license, at=datetime(2029, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert statuses(session) == {ShareStatus.REQUESTED}


def test_what_waits_for_an_account_is_taken_back_when_the_form_runs_out(
    session: Session, services: Services
) -> None:
    license = make_earning_license(session, services.store, are_taxed=False)
    for heir in license.heirs:
        heir.country = "DE"
        make_tax_form(session, heir, signed_on=date(2026, 5, 20))
    issue(session, license)
    settle(session, datetime(2029, 12, 31, 23, tzinfo=UTC))
    assert statuses(session) == {ShareStatus.REQUESTED}
    later = datetime(2030, 1, 1, tzinfo=UTC)
    settle(session, later)
    assert statuses(session) == {ShareStatus.HELD}
    assert {transfer.status for transfer in transfers(session)} == {TransferStatus.HELD}
    for heir in license.heirs:
        make_tax_form(session, heir, at=later)
    settle(session, later)
    assert statuses(session) == {ShareStatus.REQUESTED}
    assert {transfer.status for transfer in transfers(session)} == {TransferStatus.REQUESTED}
    assert len(transfers(session)) == 2


def test_a_form_taken_back_holds_what_has_not_gone(session: Session, untaxed: EarningLicense) -> None:
    forms = [make_tax_form(session, heir) for heir in untaxed.heirs]
    issue(session, untaxed)
    tax_forms.revoke_tax_form(
        session=session, actor=untaxed.administrator, at=LATER, tax_form_id=forms[0].id, reason="Has moved abroad."
    )
    settle(session, LATER)
    found = {share.beneficiary_party_id: share.status for share in session.exec(select(StatementShare))}
    assert found == {untaxed.heirs[0].id: ShareStatus.HELD, untaxed.heirs[1].id: ShareStatus.REQUESTED}


def test_money_of_a_license_in_doubt_is_stated_and_held(session: Session, license: EarningLicense) -> None:
    assert hold(session, license) == 1
    assert hold(session, license) == 0, "Asked again, nothing changes."
    statement = the_statement(session, issue(session, license))
    assert statement.payable_minor == FEE_NET
    assert statuses(session) == {ShareStatus.HELD}
    assert reasons(session, license, statement.id) == [(VOID,)] * 2
    settle(session)
    assert statuses(session) == {ShareStatus.HELD}
    assert release(session, license) == 1
    assert release(session, license) == 0
    assert settle(session) == 2
    assert statuses(session) == {ShareStatus.REQUESTED}
    assert len(transfers(session)) == 2


def test_what_waits_at_payments_is_taken_back(session: Session, license: EarningLicense) -> None:
    issue(session, license)
    assert {transfer.status for transfer in transfers(session)} == {TransferStatus.REQUESTED}
    hold(session, license)
    assert statuses(session) == {ShareStatus.HELD}
    assert {(transfer.status, transfer.problem) for transfer in transfers(session)} == {(TransferStatus.HELD, VOID)}
    for heir in license.heirs:
        open_account(session, heir)
    send_everything(session)
    assert asked_for(session) == []
    release(session, license)
    settle(session)
    assert {(transfer.status, transfer.problem) for transfer in transfers(session)} == {
        (TransferStatus.REQUESTED, "")
    }
    assert len(asked_for(session)) == 2
    send_everything(session)
    assert statuses(session) == {ShareStatus.SENT}


def test_what_is_on_its_way_cannot_be_taken_back(session: Session, license: EarningLicense) -> None:
    for heir in license.heirs:
        open_account(session, heir)
    issue(session, license)
    hold(session, license)
    assert statuses(session) == {ShareStatus.REQUESTED}
    for transfer in transfers(session):
        note_sent(session=session, at=LATER, transfer_id=transfer.id, stripe_transfer_id=f"tr_{transfer.id}")
    assert statuses(session) == {ShareStatus.SENT}


def test_money_goes_only_when_the_last_hold_has_ended(session: Session, untaxed: EarningLicense) -> None:
    hold(session, untaxed)
    statement = the_statement(session, issue(session, untaxed))
    assert reasons(session, untaxed, statement.id) == [(VOID, NO_TAX_FORM)] * 2
    for heir in untaxed.heirs:
        make_tax_form(session, heir)
    settle(session)
    assert reasons(session, untaxed, statement.id) == [(VOID,)] * 2
    assert transfers(session) == []
    release(session, untaxed)
    settle(session)
    assert statuses(session) == {ShareStatus.REQUESTED}


def test_a_payment_that_comes_while_money_is_held_is_held_too(session: Session, license: EarningLicense) -> None:
    report = report_usage(session, license, HUNDRED)
    hold(session, license)
    statement = the_statement(session, issue(session, license))
    assert sorted(share.status for share in shares_of(session, statement)) == ["awaiting_funds"] * 2 + ["held"] * 2
    pay(session, f"report/{report.id}/royalty")
    assert statuses(session) == {ShareStatus.HELD}
    release(session, license)
    assert settle(session) == 4
    assert statuses(session) == {ShareStatus.REQUESTED}


def test_other_licenses_of_the_estate_are_not_held(session: Session, services: Services) -> None:
    held_license = make_earning_license(session, services.store)
    other = make_earning_license(session, services.store)
    hold(session, held_license)
    issue(session, held_license)
    found = {share.license_id: share.status for share in session.exec(select(StatementShare))}
    assert found == {held_license.id: ShareStatus.HELD, other.id: ShareStatus.REQUESTED}


def test_a_license_that_has_earned_nothing_yet_can_be_held(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, is_paid=False)
    assert hold(session, license) == 1
    pay(session, license.fee_reference, at=START)
    issue(session, license)
    assert statuses(session) == {ShareStatus.HELD}


def test_everyone_sees_the_holds_on_their_own_money(
    session: Session, services: Services, untaxed: EarningLicense
) -> None:
    hold(session, untaxed)
    issue(session, untaxed)
    other = make_earning_license(session, services.store)
    heir = make_actor(session)
    seen = queries.payout_holds_page(session, untaxed.estate.actor, cursor=None, limit=25)
    assert [found.kind for found in seen.items] == [HoldKind.AUTHORITY]
    for stranger in (other.estate.actor, heir, untaxed.studio):
        assert queries.payout_holds_page(session, stranger, cursor=None, limit=25).items == []
    everything = queries.payout_holds_page(session, untaxed.administrator, cursor=None, limit=25)
    assert len(everything.items) == 3
    release(session, untaxed)
    ended = queries.payout_holds_page(session, untaxed.estate.actor, cursor=None, limit=25, in_force=False)
    assert [(found.reason, found.release_reason) for found in ended.items] == [(VOID, RIGHT)]
    assert (
        queries.payout_holds_page(session, untaxed.estate.actor, cursor=None, limit=25, in_force=True).items == []
    )


@pytest.mark.parametrize("first", ["run", "hold"])
def test_a_hold_beside_a_run_misses_nothing(database: Database, services: Services, first: str) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store)
    steps = {"run": lambda own: issue(own, license), "hold": lambda own: hold(own, license)}
    one, other = steps.pop(first), steps.popitem()[1]

    def in_its_own_transaction() -> None:
        with database.write() as own:
            other(own)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            one(session)
            waiting = pool.submit(in_its_own_transaction)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)
        waiting.result(timeout=60)
    with database.read() as session:
        assert statuses(session) == {ShareStatus.HELD}


def test_many_workers_let_money_go_once(database: Database, services: Services) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store)
        hold(session, license)
        issue(session, license)
        release(session, license)

    def work(_: int) -> None:
        with database.write() as own:
            settling.let_go(session=own, at=REPORTED_AT)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with database.read() as session:
        assert statuses(session) == {ShareStatus.REQUESTED}
        assert len(transfers(session)) == 2


def test_the_settling_of_holds_is_scheduled() -> None:
    assert SETTLE_HOLDS in JOBS
