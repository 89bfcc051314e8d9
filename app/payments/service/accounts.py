"""Open the accounts on which parties are paid."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import SYSTEM, Actor
from app.infrastructure.clock import machine_now
from app.infrastructure.db.insert_once import insert_once
from app.infrastructure.ids import new_id
from app.parties.models import Party
from app.parties.queries import own_party
from app.payments import bodies
from app.payments.gateway import Account, AccountLink
from app.payments.intents import begin_generation, find_intent, write_intent
from app.payments.models import ConnectedAccount
from app.payments.queries import connected_account_of
from app.payments.service.transfers import release_transfers
from app.payments.states import AccountStatus, IntentKind


def open_connected_account(
    *, session: Session, actor: Actor, at: datetime, party_id: str, return_path: str = "/"
) -> ConnectedAccount:
    """Open a party's account, or ask for a fresh onboarding link while Stripe still wants to know something.

    The link appears in `onboarding_url` soon after. Raises: NotFound for a party that is not the actor's.
    """
    party = own_party(session, actor, party_id)
    fresh = ConnectedAccount(
        id=new_id("acc"), party_id=party.id, return_path=return_path, opened_at=at, looked_at=machine_now()
    )
    is_new = insert_once(session, fresh)
    account = connected_account_of(session, party.id, lock=True)
    assert account is not None  # noqa: S101  inserted just now, or before
    if is_new:
        audit.record(session=session, actor=actor, at=at, action="connected_account.opened", subject_id=account.id)
        _ask_for_account(session=session, at=at, account=account, party=party)
    elif account.status is AccountStatus.REFUSED:
        account.status = AccountStatus.CREATING
        account.problem = ""
        _ask_for_account(session=session, at=at, account=account, party=party)
    elif account.status in {AccountStatus.ONBOARDING, AccountStatus.RESTRICTED}:
        account.return_path = return_path
        _ask_for_link(session=session, at=at, account=account)
    session.add(account)
    return account


def _ask_for_account(*, session: Session, at: datetime, account: ConnectedAccount, party: Party) -> None:
    name = f"party/{account.party_id}/account"
    body = bodies.account(
        name=name, subject_id=account.id, party_name=party.name, email=party.email, country=party.country
    )
    intent = find_intent(session, name)
    if intent is None:
        write_intent(session=session, at=at, name=name, kind=IntentKind.ACCOUNT, subject_id=account.id, body=body)
    else:
        begin_generation(session=session, intent=intent, body=body)


def _ask_for_link(*, session: Session, at: datetime, account: ConnectedAccount) -> None:
    account.link_number += 1
    account.onboarding_url = account.onboarding_expires_at = None
    write_intent(
        session=session,
        at=at,
        name=f"party/{account.party_id}/account-link/{account.link_number}",
        kind=IntentKind.ACCOUNT_LINK,
        subject_id=account.id,
        body=bodies.account_link(account=account),
    )


def note_account(*, session: Session, at: datetime, account_id: str, made: Account) -> None:
    """The account exists; its party is asked in."""
    account = session.get_one(ConnectedAccount, account_id, with_for_update=True)
    account.stripe_account_id = made.account_id
    account.status = AccountStatus.ONBOARDING
    session.add(account)
    apply_account(session=session, at=at, account=account, seen=made)
    if account.status is AccountStatus.ONBOARDING:
        _ask_for_link(session=session, at=at, account=account)


def note_refused(*, session: Session, at: datetime, account_id: str, reason: str) -> None:
    """Stripe opens no account, or gives no link to it."""
    account = session.get_one(ConnectedAccount, account_id, with_for_update=True)
    if account.status is AccountStatus.CREATING:
        account.status = AccountStatus.REFUSED
    account.problem = reason
    session.add(account)
    audit.record(
        session=session, actor=SYSTEM, at=at, action="connected_account.refused", subject_id=account.id,
        reason=reason,
    )  # fmt: skip


def note_link(*, session: Session, account_id: str, link: AccountLink) -> None:
    """The onboarding link is there."""
    account = session.get_one(ConnectedAccount, account_id, with_for_update=True)
    account.onboarding_url = link.url
    account.onboarding_expires_at = link.expires_at
    account.problem = ""
    session.add(account)


def apply_account(*, session: Session, at: datetime, account: ConnectedAccount, seen: Account) -> None:
    """Bring a locked account up to what Stripe says about it, and send what waited for it."""
    account.looked_at = machine_now()
    session.add(account)
    before = account.status
    if seen.is_active:
        account.status = AccountStatus.ACTIVE
        account.onboarding_url = account.onboarding_expires_at = None
    elif before is AccountStatus.ACTIVE:
        account.status = AccountStatus.RESTRICTED
    if account.status is not before:
        audit.record(
            session=session,
            actor=SYSTEM,
            at=at,
            action=f"connected_account.{account.status.value}",
            subject_id=account.id,
        )
    if account.status is AccountStatus.ACTIVE:
        release_transfers(session=session, at=at, party_id=account.party_id)
