"""What the ledger shows."""

import marshmallow as ma


class BalanceOut(ma.Schema):
    """What an account holds: positive for what is owned or was spent, negative for what is owed or was earned."""

    account = ma.fields.Str(required=True)
    amount_minor = ma.fields.Int(required=True, attribute="money.amount_minor")
    currency = ma.fields.Str(required=True, attribute="money.currency")


class LedgerOut(ma.Schema):
    """Every account, and per currency what all hold together: zero, or money was made or lost."""

    accounts = ma.fields.List(ma.fields.Nested(BalanceOut), required=True)
    trial_balance = ma.fields.Dict(keys=ma.fields.Str(), values=ma.fields.Int(), required=True)
