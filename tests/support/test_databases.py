"""Every test has a database of its own, with the whole schema, on both engines."""

import pytest

from app.infrastructure.clock import ClockOffset
from app.infrastructure.db.database import Database


@pytest.mark.parametrize("_time", ["first", "second"])
def test_nothing_is_left_from_another_test(database: Database, _time: str) -> None:
    with database.write() as session:
        assert session.get(ClockOffset, 1) is None
        session.add(ClockOffset(offset_microseconds=1))
