"""Asking on the page of a license about contexts, and what it says about check-ins."""

from datetime import timedelta

import pytest

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.checkins.service import check_in
from tests.factories.licensing import DURING, ENDS_AT, STARTS_AT, USE, Licensed, make_license
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting


@pytest.fixture
def licensed(database: Database, services: Services) -> Licensed:
    daily = {"every_hours": 24, "grace_hours": 6}
    with database.write() as session:
        return make_license(session, services.store, guard_list=["tobacco"], check_in=daily)


def address(licensed: Licensed, context: str) -> str:
    use = "&".join(f"{name}={value}" for name, value in USE.items())
    return f"/licenses/{licensed.id}?{use}&context={context}"


def test_a_guarded_context_is_refused_and_stays_chosen(
    visiting: Visiting, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(STARTS_AT)
    for side in (licensed.licensee, licensed.licensor):
        page = visiting(side).read(address(licensed, "tobacco"))
        assert "PROHIBITED" in page
        assert "The deal never allows the likeness in the context of tobacco." in page
        assert '<option value="tobacco" selected>' in page
    assert "<code>ALLOWED</code>" in visiting(licensed.licensee).read(address(licensed, "crime"))
    assert "<code>ALLOWED</code>" in visiting(licensed.licensee).read(address(licensed, ""))
    assert 'class="notice bad"' in visiting(licensed.licensee).read(address(licensed, "smoke"))


def test_check_ins_are_told_while_the_license_runs(
    database: Database, visiting: Visiting, licensed: Licensed, clock: FrozenClock
) -> None:
    studio, plain = visiting(licensed.licensee), f"/licenses/{licensed.id}"
    assert "systems that use it" not in studio.read(plain)
    clock.move_to(STARTS_AT)
    assert "The systems that use it check in: the next is due" in studio.read(plain)
    clock.move_to(DURING)
    late = studio.read(plain)
    assert "use has stopped until the next" in late
    assert "check-in overdue" in late
    with database.write() as session:
        check_in(session=session, actor=licensed.licensee, at=DURING, license_id=licensed.id)
    assert "the next is due" in studio.read(plain)
    clock.move_to(ENDS_AT + timedelta(days=1))
    assert "systems that use it" not in studio.read(plain)
