"""Connected accounts (v2 core): recipients of transfers, their onboarding links and their thin events."""

import re

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import StripeError, malformed, refused
from app.sandbox.resources.balance import balances
from app.sandbox.store import Body, Transaction, new_token
from app.sandbox.webhooks import emit_thin, iso_instant
from app.sandbox.wire import Params

routes = Routes()

STATUSES = "active pending restricted rejected unsupported"
CAPABILITY_EVENT = "v2.core.account[configuration.recipient].capability_status_updated"
INCLUDED = "configuration.customer configuration.merchant configuration.recipient defaults identity requirements"
OPEN_FIELDS = "include display_name contact_email contact_phone dashboard defaults identity metadata configuration"
LINK_LIFETIME = 300
REASONS = {
    "restricted": ("requirements_past_due", "provide_info"),
    "pending": ("requirements_pending_verification", "contact_stripe"),
    "rejected": ("rejected_other", "contact_stripe"),
    "unsupported": ("unsupported_country", "no_resolution"),
}
"""Why a capability is not active, and what would help."""


@routes.post("/v2/core/accounts", OPEN_FIELDS)
def create(call: Call) -> Body:
    account: Body = {
        "object": "v2.core.account",
        "created": iso_instant(call.tx.now),
        "applied_configurations": [],
        "closed": False,
        "configuration": {"customer": None, "merchant": None, "recipient": None},
        "contact_email": None,
        "contact_phone": None,
        "dashboard": "none",
        "defaults": {"responsibilities": {"requirements_collector": "stripe"}},
        "display_name": None,
        "identity": {"country": None, "entity_type": None},
        "metadata": {},
    }
    _change(account, call.params)
    if account["configuration"]["recipient"] is None:
        raise malformed("The payment sandbox needs configuration.recipient.", "configuration.recipient")
    account = call.tx.insert("acct", account)
    emit_thin(call.tx, "v2.core.account.created", account["id"])
    return rendered(account, included(call.params))


@routes.post("/v2/core/accounts/<id>", OPEN_FIELDS)
def update(call: Call) -> Body:
    account = call.tx.find("v2.core.account", call.ids["id"], what="account")
    _still_open(account)
    _change(account, call.params)
    call.tx.save(account)
    emit_thin(call.tx, "v2.core.account.updated", account["id"])
    return rendered(account, included(call.params))


def _change(account: Body, params: Params) -> None:
    email = params.optional("contact_email") or account["contact_email"]
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise malformed("The contact email is not valid.", "contact_email")
    identity = params.group("identity", accepts="country entity_type business_details individual attestations")
    country = identity.optional("country") or account["identity"]["country"]
    if country is not None and not re.fullmatch(r"[A-Za-z]{2}", country):
        raise malformed("The country must be an ISO 3166-1 alpha-2 code.", "identity.country")
    account["contact_email"] = email
    account["contact_phone"] = params.optional("contact_phone") or account["contact_phone"]
    account["display_name"] = params.optional("display_name") or account["display_name"]
    account["dashboard"] = params.choice("dashboard", "express full none", default=account["dashboard"])
    account["metadata"] = params.metadata(account["metadata"])
    account["identity"] = {
        "country": country,
        "entity_type": identity.optional("entity_type") or account["identity"]["entity_type"],
    }
    _change_defaults(account, params)
    _change_recipient(account, params)


def _change_defaults(account: Body, params: Params) -> None:
    defaults = params.group("defaults", accepts="currency locales profile responsibilities")
    duties = defaults.group("responsibilities", accepts="fees_collector losses_collector requirements_collector")
    for duty in ("fees_collector", "losses_collector"):
        if duties.has(duty):
            account["defaults"]["responsibilities"][duty] = duties.text(duty)
    if defaults.has("currency"):
        account["defaults"]["currency"] = defaults.currency()


def _change_recipient(account: Body, params: Params) -> None:
    configuration = params.group("configuration", accepts="recipient")
    if not configuration.has("recipient"):
        return
    recipient = configuration.group("recipient", accepts="applied capabilities")
    balance = recipient.group("capabilities", accepts="stripe_balance").group(
        "stripe_balance", accepts="stripe_transfers payouts"
    )
    wanted = balance.group("stripe_transfers", accepts="requested").boolean("requested")
    before = account["configuration"]["recipient"]
    if before is None:
        before = {"applied": True, "capabilities": {"stripe_balance": {"stripe_transfers": None}}}
        account["configuration"]["recipient"] = before
        account["applied_configurations"] = ["recipient"]
    if wanted and before["capabilities"]["stripe_balance"]["stripe_transfers"] is None:
        _set_capability(account, "restricted")


def _set_capability(account: Body, status: str) -> None:
    code, resolution = REASONS.get(status, ("", ""))
    account["configuration"]["recipient"]["capabilities"]["stripe_balance"]["stripe_transfers"] = {
        "status": status,
        "status_details": [] if status == "active" else [{"code": code, "resolution": resolution}],
    }


def transfers_status(account: Body) -> str | None:
    """Return the status of `stripe_balance.stripe_transfers`, or nothing if it was never asked for."""
    capability = account["configuration"]["recipient"]["capabilities"]["stripe_balance"]["stripe_transfers"]
    return str(capability["status"]) if capability else None


def set_status(tx: Transaction, account: Body, status: str) -> None:
    """The provider has looked at the account again."""
    _set_capability(account, status)
    tx.save(account)
    emit_thin(tx, CAPABILITY_EVENT, account["id"])
    emit_thin(tx, "v2.core.account[requirements].updated", account["id"])


def require_recipient(tx: Transaction, identifier: str, *, param: str) -> Body:
    """Return an account that may be sent money now."""
    account = tx.find("v2.core.account", identifier, what="destination", param=param)
    if account["closed"] or transfers_status(account) != "active":
        raise refused(
            "Your destination account needs to have at least one of the following capabilities enabled: "
            "transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
            param=param,
        )
    return account


def included(params: Params) -> list[str]:
    wanted = params.texts("include")
    for name in wanted:
        if name not in INCLUDED.split():
            raise malformed(f"Invalid include: {name}", "include")
    return wanted


def rendered(account: Body, include: list[str]) -> Body:
    """Parts of an account that were not asked for are null."""
    configuration = {
        name: value if f"configuration.{name}" in include else None
        for name, value in account["configuration"].items()
    }
    return {
        **account,
        "configuration": configuration if any(name.startswith("configuration") for name in include) else None,
        "defaults": account["defaults"] if "defaults" in include else None,
        "identity": account["identity"] if "identity" in include else None,
        "requirements": _requirements(account) if "requirements" in include else None,
        "future_requirements": None,
    }


def _requirements(account: Body) -> Body:
    status = transfers_status(account)
    if status not in ("restricted", "pending"):
        return {"entries": [], "summary": None}
    due = "past_due" if status == "restricted" else "eventually_due"
    impact = {
        "capability": "stripe_balance.stripe_transfers",
        "configuration": "recipient",
        "deadline": {"status": due},
    }
    entry = {
        "awaiting_action_from": "user" if status == "restricted" else "stripe",
        "description": "identity.verification",
        "errors": [],
        "impact": {"restricts_capabilities": [impact]},
        "minimum_deadline": {"status": due},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }
    return {"entries": [entry], "summary": {"minimum_deadline": {"status": due, "time": None}}}


@routes.get("/v2/core/accounts", "limit page applied_configurations closed")
def list_all(call: Call) -> Body:
    limit = call.params.integer("limit", default=20, least=1, most=100)
    data, has_more = call.tx.page(
        "v2.core.account",
        account=None,
        limit=limit,
        where={"closed": int(call.params.boolean("closed"))},
        created={},
        after=call.params.optional("page"),
        before=None,
    )
    following = f"/v2/core/accounts?limit={limit}&page={data[-1]['id']}" if has_more else None
    return {
        "data": [rendered(account, []) for account in data],
        "next_page_url": following,
        "previous_page_url": None,
    }


@routes.get("/v2/core/accounts/<id>", "include")
def retrieve(call: Call) -> Body:
    account = call.tx.find("v2.core.account", call.ids["id"], what="account")
    return rendered(account, included(call.params))


@routes.post("/v2/core/accounts/<id>/close", "applied_configurations")
def close(call: Call) -> Body:
    account = call.tx.find("v2.core.account", call.ids["id"], what="account")
    _still_open(account)
    if any(any(sums) for sums in balances(call.tx, account=account["id"]).values()):
        raise refused("An account can be closed only when its balances are zero.", code="account_balance_not_zero")
    account["closed"] = True
    _set_capability(account, "rejected")
    call.tx.save(account)
    emit_thin(call.tx, "v2.core.account.closed", account["id"])
    return rendered(account, [])


def _still_open(account: Body) -> None:
    if account["closed"]:
        raise StripeError("This account has been closed.", code="account_closed", remembered=True)


@routes.post("/v2/core/account_links", "account use_case")
def create_link(call: Call) -> Body:
    tx = call.tx
    account = tx.find("v2.core.account", call.params.text("account"), what="account", param="account")
    _still_open(account)
    use = call.params.group("use_case", accepts="type account_onboarding account_update")
    kind = use.choice("type", "account_onboarding account_update")
    options = use.group(kind, accepts="refresh_url return_url collection_options")
    refresh_url, return_url = options.url("refresh_url"), options.url("return_url")
    if refresh_url is None:
        raise malformed("Missing required param: refresh_url.", options.name("refresh_url"), "parameter_missing")
    link: Body = {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": iso_instant(tx.now),
        "expires_at": iso_instant(tx.now + LINK_LIFETIME),
        "use_case": {"type": kind, kind: {"refresh_url": refresh_url, "return_url": return_url}},
    }
    token = new_token(40)
    hidden = {
        "object": "sandbox.account_link",
        "token": token,
        "account": account["id"],
        "refresh_url": refresh_url,
        "return_url": return_url,
        "expires_on": tx.now + LINK_LIFETIME,
        "visit": None,
        "finished": False,
    }
    stored = tx.insert("link", hidden)
    return {**link, "livemode": False, "url": f"{call.base_url}onboarding/{stored['id']}-{token}"}
