"""The ledger, for administrators."""

from typing import Any

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import session
from app.ledger import queries, schemas

ledger = api_blueprint("ledger", "/v1/ledger", "Double entry: where every cent is")


@ledger.route("")
@ledger.response(200, schemas.LedgerOut)
def get_ledger() -> dict[str, Any]:
    """Return what every account holds, for an administrator"""
    actor().require_administrator()
    return {"accounts": queries.balances(session()), "trial_balance": queries.trial_balance(session())}
