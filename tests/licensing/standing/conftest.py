"""The usual license while it runs, as the standing of one is seen over HTTP."""

import pytest

from tests.factories.licensing import DURING, Licensed
from tests.support.clock import FrozenClock


@pytest.fixture
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


@pytest.fixture
def path(licensed: Licensed) -> str:
    return f"/v1/licenses/{licensed.id}"
