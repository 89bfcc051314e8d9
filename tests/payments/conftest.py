"""Payments with an in-memory provider, and somebody who hears what payments publishes."""

from collections.abc import Iterator

import pytest

from app.infrastructure.http.context import Services
from app.ledger import queries as ledger
from app.payments.events import (
    DisputeClosed,
    DisputeOpened,
    PaymentCaptured,
    PaymentFailed,
    TransferRejected,
    TransferSent,
)
from tests.factories.payments import Payments, Publisher, listening
from tests.simulators.provider import Provider


@pytest.fixture
def heard_services(services: Services) -> Iterator[tuple[Services, Publisher]]:
    heard = listening(
        services, PaymentCaptured, PaymentFailed, TransferSent, TransferRejected, DisputeOpened, DisputeClosed
    )
    yield heard
    heard[0].database.close()


@pytest.fixture
def payments(heard_services: tuple[Services, Publisher]) -> Iterator[Payments]:
    """In the end the ledger must balance, whatever the test did."""
    found = Payments(heard_services[0], Provider())
    yield found
    with found.database.read() as session:
        assert not any(ledger.trial_balance(session).values())
        assert ledger.incomplete_entries(session) == []


@pytest.fixture
def events(heard_services: tuple[Services, Publisher]) -> list[object]:
    """What payments has published so far."""
    return heard_services[1].heard
