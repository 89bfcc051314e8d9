"""The use cases of payments, for routes and for the features above."""

from app.payments.service.accounts import open_connected_account
from app.payments.service.charges import renew_checkout, request_charge
from app.payments.service.transfers import hold_transfers, request_transfer

__all__ = ["hold_transfers", "open_connected_account", "renew_checkout", "request_charge", "request_transfer"]
