"""Invoices by bank transfer: draft, sent, and paid when the money has come in full."""

from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Receiver
from tests.sandbox.steps import holds
from tests.simulators.sandbox import SandboxProcess


def new_customer(client: stripe.StripeClient) -> str:
    return client.v1.customers.create(
        {"name": "Northlight Studios", "email": "pay@northlight.example", "metadata": {"party": "pty_2"}}
    ).id


def new_invoice(client: stripe.StripeClient, customer: str, *amounts: int, currency: str = "usd") -> stripe.Invoice:
    invoice = client.v1.invoices.create(
        {
            "customer": customer,
            "collection_method": "send_invoice",
            "days_until_due": 30,
            "currency": currency,
            "payment_settings": {
                "payment_method_types": ["customer_balance"],
                "payment_method_options": {
                    "customer_balance": {
                        "funding_type": "bank_transfer",
                        "bank_transfer": {"type": "us_bank_transfer"},
                    }
                },
            },
            "metadata": {"license": "lic_9"},
        }
    )
    for amount in amounts:
        client.v1.invoice_items.create(
            {
                "customer": customer,
                "invoice": invoice.id,
                "amount": amount,
                "currency": currency,
                "description": "Fee",
            }
        )
    return invoice


def fund(client: stripe.StripeClient, customer: str, amount: int, currency: str = "usd") -> None:
    client.v1.test_helpers.customers.fund_cash_balance(customer, {"amount": amount, "currency": currency})


def test_an_invoice_is_paid_by_bank_transfer(
    sandbox: SandboxProcess, client: stripe.StripeClient, receiver: Receiver
) -> None:
    customer = new_customer(client)
    draft = new_invoice(client, customer, 90_000_000, 9_000_000)
    invoice = client.v1.invoices.send_invoice(draft.id)
    assert (invoice.status, invoice.amount_due, len(invoice.lines.data)) == ("open", 99_000_000, 2)
    before = holds(client)[0]
    sandbox.transfer_to_invoice(invoice.hosted_invoice_url or "", 99_000_000)
    paid = client.v1.invoices.retrieve(draft.id, {"expand": ["payments.data.payment.payment_intent"]})
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == ("paid", 99_000_000, 0)
    payment = paid.payments.data[0]  # type: ignore[union-attr]
    charge = client.v1.charges.retrieve(payment.payment.payment_intent.latest_charge)  # type: ignore[union-attr,arg-type]
    assert charge.payment_method_details is not None
    assert (payment.status, charge.payment_method_details.type) == ("paid", "customer_balance")
    assert holds(client)[0] == before + 99_000_000 - 2_871_030
    receiver.wait_for("invoice.paid", about=draft.id)
    intent: Any = {"type": "payment_intent", "payment_intent": charge.payment_intent}
    listed = client.v1.invoice_payments.list({"payment": intent}).data
    assert [one.invoice for one in listed] == [draft.id]


def test_too_little_waits_and_too_much_stays(client: stripe.StripeClient) -> None:
    customer = new_customer(client)
    first, second = (new_invoice(client, customer, amount).id for amount in (1_000, 2_000))
    for invoice in (first, second):
        client.v1.invoices.finalize_invoice(invoice)

    def statuses() -> tuple[str | None, ...]:
        return tuple(client.v1.invoices.retrieve(invoice).status for invoice in (first, second))

    fund(client, customer, 900)
    assert statuses() == ("open", "open")
    fund(client, customer, 2_000)
    assert statuses() == ("open", "paid"), "the exact match goes first"
    fund(client, customer, 150)
    assert statuses() == ("paid", "paid")
    cash = client.v1.customers.cash_balance.retrieve(customer)
    assert cash.available is not None
    assert cash.available.to_dict() == {"usd": 50}
    movements = client.v1.customers.cash_balance_transactions.list(customer).data
    assert [one.net_amount for one in movements] == [-1_000, 150, -2_000, 2_000, 900]
    third = new_invoice(client, customer, 50).id
    assert client.v1.invoices.finalize_invoice(third).status == "paid", "money that was there already"


def test_what_cannot_happen_to_an_invoice(client: stripe.StripeClient) -> None:
    customer, other = new_customer(client), new_customer(client)
    empty = new_invoice(client, customer).id
    with pytest.raises(stripe.InvalidRequestError, match="at least"):
        client.v1.invoices.finalize_invoice(empty)
    assert client.v1.invoices.delete(empty).deleted
    invoice = new_invoice(client, customer, 5_000).id

    def add(**change: Any) -> None:
        params: Any = {"customer": customer, "invoice": invoice, "amount": 100, "currency": "usd", **change}
        client.v1.invoice_items.create(params)

    for change in ({"currency": "eur"}, {"customer": other}, {"amount": 99_999_000}, {"invoice": "in_x"}):
        with pytest.raises(stripe.InvalidRequestError):
            add(**change)
    client.v1.invoices.finalize_invoice(invoice)
    with pytest.raises(stripe.InvalidRequestError, match="would have to be draft"):
        add()
    with pytest.raises(stripe.InvalidRequestError, match="would have to be draft"):
        client.v1.invoices.delete(invoice)
    with pytest.raises(stripe.InvalidRequestError, match="Wait for the money"):
        client.v1.invoices.pay(invoice)
    client.v1.invoices.void_invoice(invoice)
    fund(client, customer, 5_000)
    assert client.v1.invoices.retrieve(invoice).status == "void"


def test_money_that_came_elsewhere(client: stripe.StripeClient) -> None:
    invoice = new_invoice(client, new_customer(client), 5_000).id
    client.v1.invoices.finalize_invoice(invoice)
    assert client.v1.invoices.mark_uncollectible(invoice).status == "uncollectible"
    before = holds(client)
    paid = client.v1.invoices.pay(invoice, {"paid_out_of_band": True})
    assert (paid.status, paid.amount_paid_off_stripe) == ("paid", 5_000)
    assert holds(client) == before


def test_only_invoices_that_are_sent_are_taken(client: stripe.StripeClient) -> None:
    customer = new_customer(client)
    with pytest.raises(stripe.InvalidRequestError, match="send_invoice only"):
        client.v1.invoices.create({"customer": customer, "collection_method": "charge_automatically"})
    with pytest.raises(stripe.InvalidRequestError, match="days_until_due"):
        client.v1.invoices.create({"customer": customer, "collection_method": "send_invoice"})


def test_each_customer_has_a_bank_account_to_pay_to(client: stripe.StripeClient) -> None:
    numbers = set()
    for customer in (new_customer(client), new_customer(client)):
        found = client.v1.customers.funding_instructions.create(
            customer,
            {"currency": "usd", "funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}},
        )
        numbers.add(found.bank_transfer.financial_addresses[0].aba.account_number)  # type: ignore[union-attr]
    assert len(numbers) == 2
