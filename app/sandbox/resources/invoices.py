"""Invoices sent to a customer and paid by bank transfer, in full or not at all."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import malformed, missing, refused
from app.sandbox.listing import PAGING, listed, offer_list, offer_retrieve, offer_update
from app.sandbox.money import MAXIMUM_AMOUNT, minimum_charge
from app.sandbox.resources import payments
from app.sandbox.resources.customers import BANK_FIELDS, cash, move_cash
from app.sandbox.store import Body, Transaction
from app.sandbox.webhooks import emit
from app.sandbox.wire import Params, list_page

routes = Routes()

INVOICES = "/v1/invoices"
ITEMS = "/v1/invoiceitems"
PAYMENTS = "/v1/invoice_payments"
DAY = 86_400
CREATE_FIELDS = (
    "customer collection_method days_until_due due_date currency description metadata auto_advance "
    "payment_settings pending_invoice_items_behavior footer number"
)

offer_list(routes, INVOICES, "invoice", filters="customer status collection_method")
offer_retrieve(routes, INVOICES, "invoice", what="invoice")
offer_update(routes, INVOICES, "invoice", what="invoice", fields="metadata description footer")
offer_list(routes, ITEMS, "invoiceitem", filters="customer invoice")
offer_retrieve(routes, ITEMS, "invoiceitem", what="invoiceitem")
offer_update(routes, ITEMS, "invoiceitem", what="invoiceitem")
offer_retrieve(routes, PAYMENTS, "invoice_payment", what="invoice_payment")


@routes.post(INVOICES, CREATE_FIELDS)
def create(call: Call) -> Body:
    tx, params = call.tx, call.params
    customer = tx.find("customer", params.text("customer"), param="customer")
    if params.choice("collection_method", "send_invoice charge_automatically") != "send_invoice":
        raise malformed("The payment sandbox collects invoices by send_invoice only.", "collection_method")
    params.choice("pending_invoice_items_behavior", "exclude", default="exclude")
    invoice = tx.insert(
        "in",
        {
            "object": "invoice",
            "amount_due": 0,
            "amount_paid": 0,
            "amount_paid_off_stripe": None,
            "amount_remaining": 0,
            "attempt_count": 0,
            "attempted": False,
            "auto_advance": params.boolean("auto_advance"),
            "billing_reason": "manual",
            "collection_method": "send_invoice",
            "currency": params.currency() if params.has("currency") else "usd",
            "customer": customer["id"],
            "customer_email": customer["email"],
            "customer_name": customer["name"],
            "description": params.optional("description"),
            "due_date": due_date(tx, params),
            "footer": params.optional("footer"),
            "hosted_invoice_url": None,
            "lines": None,
            "metadata": params.metadata(),
            "number": params.optional("number", longest=26),
            "payment_settings": payment_settings(params),
            "status": "draft",
            "status_transitions": dict.fromkeys(
                ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
            ),
            "subtotal": 0,
            "total": 0,
        },
    )
    invoice["lines"] = list_page(f"{INVOICES}/{invoice['id']}/lines", [])
    tx.save(invoice)
    emit(tx, "invoice.created", invoice)
    return invoice


def due_date(tx: Transaction, params: Params) -> int:
    if params.has("due_date"):
        return params.integer("due_date", least=tx.now)
    return tx.now + DAY * params.integer("days_until_due", most=3_650)


def payment_settings(params: Params) -> Body:
    settings = params.group("payment_settings", accepts="payment_method_types payment_method_options")
    kinds = settings.texts("payment_method_types") or ["customer_balance"]
    if kinds != ["customer_balance"]:
        raise malformed("The payment sandbox takes invoices by customer_balance only.", "payment_settings")
    options = settings.group("payment_method_options", accepts="customer_balance").group(
        "customer_balance", accepts="funding_type bank_transfer"
    )
    funding = options.choice("funding_type", "bank_transfer", default="bank_transfer")
    transfer = options.group("bank_transfer", accepts=BANK_FIELDS)
    return {
        "payment_method_types": kinds,
        "payment_method_options": {
            "customer_balance": {
                "funding_type": funding,
                "bank_transfer": {"type": transfer.optional("type"), "eu_bank_transfer": None},
            }
        },
    }


@routes.post(ITEMS, "customer invoice amount currency description metadata")
def add_item(call: Call) -> Body:
    tx, params = call.tx, call.params
    customer = tx.find("customer", params.text("customer"), param="customer")
    invoice = tx.find("invoice", params.text("invoice"), param="invoice")
    currency = params.currency()
    amount = params.amount(currency)
    if invoice["customer"] != customer["id"]:
        raise refused("The invoice belongs to another customer.", param="invoice")
    _require(invoice, "draft")
    if invoice["lines"]["data"] and invoice["currency"] != currency:
        raise refused(f"The currency of this invoice is {invoice['currency']}, not {currency}.", param="currency")
    if invoice["total"] + amount > MAXIMUM_AMOUNT:
        raise refused(f"The total must be no more than {MAXIMUM_AMOUNT}.", code="amount_too_large", param="amount")
    item = tx.insert(
        "ii",
        {
            "object": "invoiceitem",
            "amount": amount,
            "currency": currency,
            "customer": customer["id"],
            "date": tx.now,
            "description": params.optional("description"),
            "invoice": invoice["id"],
            "metadata": params.metadata(),
            "period": {"start": tx.now, "end": tx.now},
            "proration": False,
            "quantity": 1,
        },
    )
    line = {
        "id": item["id"].replace("ii_", "il_"),
        "object": "line_item",
        "amount": amount,
        "currency": currency,
        "description": item["description"],
        "invoice": invoice["id"],
        "metadata": item["metadata"],
        "quantity": 1,
    }
    invoice["lines"]["data"].append(line)
    invoice["currency"] = currency
    for total in ("amount_due", "amount_remaining", "subtotal", "total"):
        invoice[total] += amount
    tx.save(invoice)
    emit(tx, "invoiceitem.created", item)
    return item


def _require(invoice: Body, *statuses: str) -> None:
    if invoice["status"] not in statuses:
        raise refused(
            f"This invoice is {invoice['status']}; it would have to be {' or '.join(statuses)}.",
            code="invoice_not_editable" if statuses == ("draft",) else None,
        )


@routes.post(f"{INVOICES}/<id>/finalize", "auto_advance")
def finalize(call: Call) -> Body:
    invoice = call.tx.find("invoice", call.ids["id"])
    _finalize(call, invoice)
    _reconcile(call.tx, invoice["customer"], invoice["currency"])
    return call.tx.get(invoice["id"])


@routes.post(f"{INVOICES}/<id>/send")
def send(call: Call) -> Body:
    """Send it to the customer, finalized first if it was a draft."""
    invoice = call.tx.find("invoice", call.ids["id"])
    if invoice["status"] == "draft":
        _finalize(call, invoice)
    _require(invoice, "open")
    emit(call.tx, "invoice.sent", invoice)
    _reconcile(call.tx, invoice["customer"], invoice["currency"])
    return call.tx.get(invoice["id"])


def _finalize(call: Call, invoice: Body) -> None:
    tx = call.tx
    _require(invoice, "draft")
    least = minimum_charge(invoice["currency"])
    if invoice["total"] < least:
        raise refused(f"The total must be at least {least}.", code="amount_too_small")
    intent = payments.open_intent(
        tx,
        amount=invoice["total"],
        currency=invoice["currency"],
        method="customer_balance",
        customer=invoice["customer"],
        description=invoice["description"] or "Payment for Invoice",
        metadata={},
    )
    count = len(tx.select("invoice", customer=invoice["customer"]))
    invoice |= {
        "status": "open",
        "number": invoice["number"] or f"{invoice['customer'][-8:].upper()}-{count:04d}",
        "hosted_invoice_url": f"{call.base_url}invoice/{invoice['id']}",
        "effective_at": tx.now,
    }
    invoice["status_transitions"]["finalized_at"] = tx.now
    tx.save(invoice)
    tx.insert(
        "inpay",
        {
            "object": "invoice_payment",
            "amount_paid": None,
            "amount_requested": invoice["total"],
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        },
    )
    tx.set_timer("overdue_invoice", invoice["id"], due=invoice["due_date"])
    emit(tx, "invoice.finalized", invoice)


def payment_of(tx: Transaction, invoice: Body) -> Body:
    return tx.select("invoice_payment", invoice=invoice["id"])[0]


@routes.unfold("invoice", "payments")
def payments_of(tx: Transaction, invoice: Body) -> Body:
    return list_page(f"{PAYMENTS}?invoice={invoice['id']}", tx.select("invoice_payment", invoice=invoice["id"]))


@routes.get(PAYMENTS, f"{PAGING} invoice status payment")
def list_payments(call: Call) -> Body:
    payment = call.params.group("payment", accepts="type payment_intent").optional("payment_intent")
    return listed(
        call, "invoice_payment", url=PAYMENTS, filters="invoice status", **{"payment.payment_intent": payment}
    )


def receive_bank_transfer(
    tx: Transaction, customer: Body, *, amount: int, currency: str, reference: str | None = None
) -> Body:
    """Money has come in for this customer; it pays the open invoices it covers, an exact match first."""
    movement = move_cash(
        tx,
        customer["id"],
        amount=amount,
        currency=currency,
        kind="funded",
        funded={"bank_transfer": {"reference": reference}},
    )
    _reconcile(tx, customer["id"], currency, exact=amount)
    return movement


def _reconcile(tx: Transaction, customer: str, currency: str, *, exact: int = 0) -> None:
    waiting = tx.select("invoice", customer=customer, status="open", currency=currency)
    for invoice in sorted(waiting, key=lambda one: one["amount_remaining"] != exact):
        if cash(tx, customer).get(currency, 0) >= invoice["amount_remaining"]:
            _pay_from_cash(tx, invoice)


def _pay_from_cash(tx: Transaction, invoice: Body) -> None:
    link = payment_of(tx, invoice)
    intent = tx.get(link["payment"]["payment_intent"])
    move_cash(
        tx,
        invoice["customer"],
        amount=-intent["amount"],
        currency=intent["currency"],
        kind="applied_to_payment",
        applied_to_payment={"payment_intent": intent["id"]},
    )
    payments.pay(tx, intent, method="customer_balance")
    link |= {"status": "paid", "amount_paid": intent["amount"]}
    link["status_transitions"]["paid_at"] = tx.now
    tx.save(link)
    emit(tx, "invoice_payment.paid", link)
    _mark_paid(tx, invoice)
    emit(tx, "invoice.payment_succeeded", invoice)


def _mark_paid(tx: Transaction, invoice: Body) -> None:
    invoice |= {"status": "paid", "amount_paid": invoice["total"], "amount_remaining": 0, "attempted": True}
    invoice["status_transitions"]["paid_at"] = tx.now
    tx.save(invoice)
    emit(tx, "invoice.paid", invoice)


@routes.post("/v1/test_helpers/customers/<id>/fund_cash_balance", "amount currency reference")
def fund_cash_balance(call: Call) -> Body:
    customer = call.tx.find("customer", call.ids["id"])
    currency = call.params.currency()
    amount = call.params.amount(currency)
    reference = call.params.optional("reference")
    return receive_bank_transfer(call.tx, customer, amount=amount, currency=currency, reference=reference)


@routes.post(f"{INVOICES}/<id>/pay", "paid_out_of_band")
def pay(call: Call) -> Body:
    """Only `paid_out_of_band`: money that arrives here pays its invoice by itself."""
    tx, invoice = call.tx, call.tx.find("invoice", call.ids["id"])
    if not call.params.boolean("paid_out_of_band"):
        raise refused("This invoice is paid by bank transfer. Wait for the money, or say paid_out_of_band.")
    _require(invoice, "open", "uncollectible")
    _cancel_payment(tx, invoice)
    invoice["amount_paid_off_stripe"] = invoice["total"]
    _mark_paid(tx, invoice)
    return invoice


def _cancel_payment(tx: Transaction, invoice: Body) -> None:
    link = payment_of(tx, invoice)
    payments.cancel_intent(tx, tx.get(link["payment"]["payment_intent"]), reason="void_invoice")
    link["status"] = "canceled"
    link["status_transitions"]["canceled_at"] = tx.now
    tx.save(link)


@routes.post(f"{INVOICES}/<id>/void")
def void(call: Call) -> Body:
    tx, invoice = call.tx, call.tx.find("invoice", call.ids["id"])
    _require(invoice, "open", "uncollectible")
    _cancel_payment(tx, invoice)
    invoice["status"] = "void"
    invoice["status_transitions"]["voided_at"] = tx.now
    tx.save(invoice)
    emit(tx, "invoice.voided", invoice)
    return invoice


@routes.post(f"{INVOICES}/<id>/mark_uncollectible")
def mark_uncollectible(call: Call) -> Body:
    tx, invoice = call.tx, call.tx.find("invoice", call.ids["id"])
    _require(invoice, "open")
    invoice["status"] = "uncollectible"
    invoice["status_transitions"]["marked_uncollectible_at"] = tx.now
    tx.save(invoice)
    emit(tx, "invoice.marked_uncollectible", invoice)
    return invoice


@routes.delete(f"{INVOICES}/<id>")
def delete(call: Call) -> Body:
    invoice = call.tx.find("invoice", call.ids["id"])
    _require(invoice, "draft")
    for item in call.tx.select("invoiceitem", invoice=invoice["id"]):
        call.tx.delete(item["id"])
    call.tx.delete(invoice["id"])
    emit(call.tx, "invoice.deleted", invoice)
    return {"id": invoice["id"], "object": "invoice", "deleted": True}


def become_overdue(tx: Transaction, invoice: Body) -> None:
    if invoice["status"] == "open":
        emit(tx, "invoice.overdue", invoice)


def find_public(tx: Transaction, identifier: str) -> Body:
    """Return an invoice whose page exists: drafts have none."""
    invoice = tx.find("invoice", identifier)
    if invoice["status"] == "draft":
        raise missing("invoice", identifier)
    return invoice
