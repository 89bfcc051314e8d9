"""Licenses whose fee and advance are due in parts, and what is done with them."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import JobContext
from app.infrastructure.storage import AssetStore
from app.licensing.dues.queries import dues_of
from app.licensing.dues.rules import status_of
from app.licensing.jobs import charge_due
from tests.factories.licensing import Licensed, make_unpaid_license

SECOND_FEE_AT = datetime(2026, 8, 1, 4, tzinfo=UTC)
"""1 August 2026 begins in New York."""
SECOND_ADVANCE_AT = datetime(2026, 9, 1, 4, tzinfo=UTC)
THIRD_FEE_AT = datetime(2027, 2, 1, 5, tzinfo=UTC)
"""A month after the license has ended."""
IN_PARTS: dict[str, Any] = {
    "fee": {
        "amount_minor": 1_250_001,
        "currency": "USD",
        "instalments": [
            {"amount_minor": 500_000},
            {"amount_minor": 500_000, "due_on": "2026-08-01"},
            {"amount_minor": 250_001, "due_on": "2027-02-01"},
        ],
    },
    "advance": {
        "amount_minor": 300_000,
        "instalments": [{"amount_minor": 100_000}, {"amount_minor": 200_000, "due_on": "2026-09-01"}],
    },
}
"""A fee in three parts and an advance in two, the first of each at signature."""


def make_license_in_parts(session: Session, store: AssetStore, **terms: Any) -> Licensed:
    """Signed and not paid at all; `terms` override the usual ones."""
    return make_unpaid_license(session, store, **(IN_PARTS | terms))


def run_charge_due(services: Services) -> None:
    charge_due(context=JobContext(services, 1), payload={})


def standing_of_dues(services: Services, license_id: str) -> dict[str, str]:
    """How each part stands at the present instant, by `fee 1`, `advance 2`."""
    with services.database.read() as session:
        return {
            f"{due.kind.value} {due.number}": status_of(due, at=services.clock.now()).value
            for due in dues_of(session, license_id)
        }
