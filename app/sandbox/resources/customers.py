"""Customers who pay by bank transfer. What they send is their cash balance until an invoice takes it."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import malformed
from app.sandbox.listing import PAGING, listed, offer_list, offer_retrieve, offer_update
from app.sandbox.store import Body, Transaction
from app.sandbox.webhooks import emit

routes = Routes()

CUSTOMERS = "/v1/customers"
CASH_KIND = "customer_cash_balance_transaction"
BANK_FIELDS = "type eu_bank_transfer requested_address_types"

offer_list(routes, CUSTOMERS, "customer", filters="email")
offer_retrieve(routes, CUSTOMERS, "customer", what="customer")
offer_update(routes, CUSTOMERS, "customer", what="customer", fields="metadata description name email phone")


@routes.post(CUSTOMERS, "name email phone description metadata address business_name")
def create(call: Call) -> Body:
    params = call.params
    address = params.group("address", accepts="city country line1 line2 postal_code state")
    customer = call.tx.insert(
        "cus",
        {
            "object": "customer",
            "address": {part: address.optional(part) for part in ("city", "country", "line1", "postal_code")},
            "balance": 0,
            "business_name": params.optional("business_name"),
            "currency": None,
            "delinquent": False,
            "description": params.optional("description"),
            "email": params.optional("email"),
            "metadata": params.metadata(),
            "name": params.optional("name"),
            "phone": params.optional("phone"),
        },
    )
    emit(call.tx, "customer.created", customer)
    return customer


def cash(tx: Transaction, customer: str) -> dict[str, int]:
    """Return what this customer has sent and no invoice has taken yet, by currency."""
    sums: dict[str, int] = {}
    for movement in tx.select(CASH_KIND, customer=customer):
        sums[movement["currency"]] = sums.get(movement["currency"], 0) + movement["net_amount"]
    return sums


def move_cash(tx: Transaction, customer: str, *, amount: int, currency: str, kind: str, **details: Body) -> Body:
    """Add to the customer's cash balance (`funded`) or take from it (`applied_to_payment`)."""
    movement = tx.insert(
        "ccsbtxn",
        {
            "object": CASH_KIND,
            "currency": currency,
            "customer": customer,
            "ending_balance": cash(tx, customer).get(currency, 0) + amount,
            "net_amount": amount,
            "type": kind,
            **details,
        },
    )
    emit(tx, "customer_cash_balance_transaction.created", movement)
    return movement


@routes.unfold("customer", "cash_balance")
def cash_balance(tx: Transaction, customer: Body) -> Body:
    return {
        "object": "cash_balance",
        "available": cash(tx, customer["id"]) or None,
        "customer": customer["id"],
        "livemode": False,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }


@routes.get(f"{CUSTOMERS}/<id>/cash_balance")
def retrieve_cash_balance(call: Call) -> Body:
    return cash_balance(call.tx, call.tx.find("customer", call.ids["id"]))


@routes.get(f"{CUSTOMERS}/<id>/cash_balance_transactions", PAGING)
def list_cash_movements(call: Call) -> Body:
    customer = call.tx.find("customer", call.ids["id"])
    return listed(
        call, CASH_KIND, url=f"{CUSTOMERS}/{customer['id']}/cash_balance_transactions", customer=customer["id"]
    )


@routes.post(f"{CUSTOMERS}/<id>/funding_instructions", "currency funding_type bank_transfer")
def funding_instructions(call: Call) -> Body:
    customer = call.tx.find("customer", call.ids["id"])
    currency = call.params.currency()
    call.params.choice("funding_type", "bank_transfer")
    kind = call.params.group("bank_transfer", accepts=BANK_FIELDS).choice(
        "type", "eu_bank_transfer gb_bank_transfer jp_bank_transfer mx_bank_transfer us_bank_transfer"
    )
    if (currency == "usd") != (kind == "us_bank_transfer"):
        raise malformed(f"{kind} does not take {currency}.", "bank_transfer[type]")
    return {
        "object": "funding_instructions",
        "bank_transfer": {
            "country": "US" if currency == "usd" else "DE",
            "financial_addresses": [bank_account(customer, currency)],
            "type": kind,
        },
        "currency": currency,
        "funding_type": "bank_transfer",
        "livemode": False,
    }


def bank_account(customer: Body, currency: str) -> Body:
    """Return the made-up bank account that belongs to this customer alone."""
    number = f"{int.from_bytes(customer['id'].encode()[-5:]):012d}"
    holder = {"account_holder_name": "Payment Sandbox", "bank_name": "Sandbox Bank"}
    if currency == "usd":
        return {
            "type": "aba",
            "supported_networks": ["ach", "domestic_wire_us"],
            "aba": {**holder, "account_number": number, "routing_number": "999999992"},
        }
    iban = {**holder, "country": "DE", "bic": "SANDBOXXXXX", "iban": f"DE00 9999 {number}"}
    return {"type": "iban", "supported_networks": ["sepa"], "iban": iban}
