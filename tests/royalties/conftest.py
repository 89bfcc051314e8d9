"""What most tests of royalties begin with."""

import pytest
from sqlmodel import Session

from app.infrastructure.http.context import Services
from tests.factories.royalties import EarningLicense, make_earning_license


@pytest.fixture
def license(session: Session, services: Services) -> EarningLicense:
    """Signed and paid; nothing is reported yet."""
    return make_earning_license(session, services.store)
