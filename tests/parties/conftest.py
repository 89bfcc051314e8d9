"""The performers whose authority is at stake."""

import pytest
from sqlmodel import Session

from app.parties import service
from app.parties.models import Performer
from tests.factories.parties import (
    make_actor,
    make_performer,
)
from tests.support.clock import START


@pytest.fixture
def performer(session: Session) -> Performer:
    """Dead, recorded by somebody who is not in the chain."""
    return make_performer(session, make_actor(session))


@pytest.fixture
def living(session: Session) -> Performer:
    return service.create_performer(
        session=session, actor=make_actor(session), at=START, name="Ines Duarte", is_living=True, domicile="PT"
    )
