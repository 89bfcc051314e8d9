"""A payment provider in memory, behind the same port as Stripe, for tests of what surrounds the calls.

It keeps its promises as Stripe does: one object per idempotency key, remembered failures, no page paid twice. A
test says what goes wrong next, for instance that this process dies just after the call.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.infrastructure.clock import machine_now
from app.payments.amounts import from_stripe
from app.payments.gateway import (
    Account,
    AccountLink,
    Busy,
    Call,
    Checkout,
    Dispute,
    Done,
    Made,
    Outcome,
    Payment,
    Rejected,
    SentTransfer,
    Unknown,
)
from app.payments.states import CheckoutPhase, DisputeOutcome, IntentKind
from app.values.money import Money


class Crash(BaseException):
    """The process dies here: no `except Exception` sees it."""


class Provider:
    """Implements `app.payments.gateway.Gateway`. `calls` are the keys of all calls, `made` the objects by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, Outcome[Made]] = {}
        self._plans: list[Callable[[Callable[[], Outcome[Made]]], Outcome[Made]]] = []
        self.calls: list[str] = []
        self.made: dict[str, list[Made]] = {}
        self.pages: dict[str, Checkout] = {}
        self.accounts: dict[str, bool] = {}
        self.disputes: dict[str, str] = {}
        self.dispute_outcomes: dict[str, DisputeOutcome] = {}
        self.looked_up: list[str] = []

    # What goes wrong with the next call

    def crash_before(self) -> None:
        self._plans.append(lambda _make: _raise())

    def crash_after(self) -> None:
        self._plans.append(lambda make: (make(), _raise())[1])

    def lose_answer(self) -> None:
        """It is done, but the answer never arrives."""
        self._plans.append(lambda make: (make(), Unknown("timeout"))[1])

    def lose_call(self) -> None:
        """It is not done, and no answer arrives."""
        self._plans.append(lambda _make: Unknown("timeout"))

    def be_busy(self) -> None:
        self._plans.append(lambda _make: Busy("rate limit"))

    def remember_failure(self, *, is_done: bool) -> None:
        """Answer 500 from now on for this key, whether or not the object was made."""
        failure = Unknown("500", look_up=True)
        self._plans.append(lambda make: ((make() if is_done else None), failure)[1])

    def reject(self, code: str = "invalid", sentence: str = "No.") -> None:
        self._plans.append(lambda _make: Rejected(code, sentence))

    # What people do at the provider

    def pay(self, session_id: str, *, fee_minor: int = 30) -> None:
        page = self.pages[session_id]
        assert page.phase in {CheckoutPhase.OPEN, CheckoutPhase.PROCESSING}, "Nobody can pay on this page."
        payment = Payment(f"pi_{session_id}", f"ch_{session_id}", Money(fee_minor, page.amount.currency))
        self._turn(page, CheckoutPhase.PAID, payment=payment)

    def turn(self, session_id: str, phase: CheckoutPhase) -> None:
        self._turn(self.pages[session_id], phase)

    # The port

    def make(self, call: Call) -> Outcome[Made]:
        with self._lock:
            self.calls.append(call.idempotency_key)
            plan = self._plans.pop(0) if self._plans else None
            answer = plan(lambda: self._recall_or_make(call)) if plan else self._recall_or_make(call)
            if isinstance(answer, Rejected) or (isinstance(answer, Unknown) and answer.look_up):
                self._answers[call.idempotency_key] = answer
            return answer

    def look_up(self, call: Call) -> Outcome[Made | None]:
        self.looked_up.append(call.name)
        found = self.made.get(call.name)
        return Done(found[-1] if found else None)

    def close_checkout(self, session_id: str) -> Outcome[Checkout]:
        if self.pages[session_id].phase is CheckoutPhase.OPEN:
            self.turn(session_id, CheckoutPhase.EXPIRED)
        return self.checkout(session_id)

    def checkout(self, session_id: str) -> Outcome[Checkout]:
        return Done(self.pages[session_id])

    def account(self, account_id: str) -> Outcome[Account]:
        return Done(Account(account_id, is_active=self.accounts[account_id]))

    def dispute(self, dispute_id: str) -> Outcome[Dispute]:
        return Done(Dispute(self.disputes[dispute_id], self.dispute_outcomes.get(dispute_id)))

    def forget_keys(self) -> None:
        """A day has passed."""
        self._answers.clear()

    def _recall_or_make(self, call: Call) -> Outcome[Made]:
        if call.idempotency_key in self._answers:
            return self._answers[call.idempotency_key]
        made = self._new(call, sum(map(len, self.made.values())) + 1)
        self.made.setdefault(call.name, []).append(made)
        answer = self._answers[call.idempotency_key] = Done(made)
        return answer

    def _new(self, call: Call, number: int) -> Made:
        match call.kind:
            case IntentKind.CHECKOUT:
                return self._new_page(call.body, f"cs_{number}_{call.subject_id}")
            case IntentKind.TRANSFER:
                return SentTransfer(f"tr_{number}_{call.subject_id}")
            case IntentKind.ACCOUNT:
                self.accounts[f"acct_{number}_{call.subject_id}"] = False
                return Account(f"acct_{number}_{call.subject_id}", is_active=False)
            case IntentKind.ACCOUNT_LINK:
                return AccountLink(f"https://provider.example/{number}", machine_now() + timedelta(minutes=5))

    def _new_page(self, body: dict[str, Any], session_id: str) -> Checkout:
        price = body["line_items"][0]["price_data"]
        page = Checkout(
            session_id=session_id,
            subject_id=body["client_reference_id"],
            phase=CheckoutPhase.OPEN,
            amount=from_stripe(price["unit_amount"], price["currency"]),
            url=f"https://provider.example/{session_id}",
            expires_at=machine_now() + timedelta(days=1),
        )
        self.pages[session_id] = page
        return page

    def _turn(self, page: Checkout, phase: CheckoutPhase, payment: Payment | None = None) -> None:
        self.pages[page.session_id] = Checkout(
            page.session_id, page.subject_id, phase, page.amount, None, page.expires_at, payment
        )


def _raise() -> Outcome[Made]:
    raise Crash
