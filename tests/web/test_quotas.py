"""The page of quotas: both sides see what is used, reserved and left, as it stands now."""

import pytest

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.quotas.queries import QuotaView
from app.licensing.rules.counting import EVER, Cap, QuotaState
from app.negotiation.terms.vocabulary import CapPeriod, CapUnit
from app.web.account.quotas import bar_of
from tests.factories.licensing import DURING, ENDS_AT, STARTS_AT, Licensed, make_license
from tests.factories.quotas import QUARTER, cap, commit, make_capped_license, reserve
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting


@pytest.fixture
def capped(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        made = make_capped_license(
            session,
            services.store,
            cap("lines", 100, per="month"),
            cap("renders", 40, component="voice"),
            cap("concurrent_titles", 2),
        )
        commit(session, made, reserve(session, made, lines=30, concurrent_titles=1))
        reserve(session, made, lines=20)
    return made


def test_both_sides_see_the_same_bars(visiting: Visiting, capped: Licensed, clock: FrozenClock) -> None:
    clock.move_to(DURING)
    for side in (capped.licensee, capped.licensor):
        page = visiting(side).read(f"/licenses/{capped.id}/quotas")
        assert 'aria-label="30 used and 20 reserved of 100"' in page
        assert "50 of 100 left" in page
        assert "Renders with the voice" in page
        assert "1 in use" in page
        assert "counting starts anew" in page
    clock.advance(QUARTER)
    page = visiting(capped.licensor).read(f"/licenses/{capped.id}/quotas")
    assert "70 of 100 left" in page
    assert "Lapsed" in page


def test_a_deal_without_caps_says_so(
    database: Database, services: Services, visiting: Visiting, stranger: Actor
) -> None:
    with database.write() as session:
        made = make_license(session, services.store)
    assert "No caps" in visiting(made.licensee).read(f"/licenses/{made.id}/quotas")
    assert visiting(stranger).get(f"/licenses/{made.id}/quotas").status_code == 404


@pytest.mark.parametrize(
    ("used", "reserved", "bar"), [(0, 0, (0, 0)), (1, 1, (1, 1)), (2999, 1, (1000, 0)), (6000, 0, (1000, 0))]
)
def test_a_bar_shows_the_smallest_amount_and_is_never_longer_than_whole(
    used: int, reserved: int, bar: tuple[int, int]
) -> None:
    state = QuotaState(Cap(CapUnit.LINES, 3000, CapPeriod.TERM, None), EVER, used, reserved)
    found = bar_of(QuotaView(state, STARTS_AT, ENDS_AT))
    assert (found.used, found.reserved) == bar
