"""What was stamped before a license was handed on stays between those who were its sides then."""

from datetime import timedelta

from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from tests.factories.changes import hand_on
from tests.factories.identity import caller_for
from tests.factories.licensing import DURING, make_callers, make_license
from tests.factories.marks import make_mark
from tests.support.clock import FrozenClock

DAY = timedelta(days=1)


def test_whoever_takes_over_sees_only_what_it_stamped(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    with database.write() as session:
        licensed = make_license(session, services.store, assignment="with_consent")
        callers = make_callers(session, client, licensed)
    before = make_mark(callers.licensee, licensed.id)
    with database.write() as session:
        deal_id = license_of(session, licensed.id).license.deal_id
        buyer = hand_on(session, licensed.licensee, licensed.licensor, deal_id, at=DURING + DAY)
        assignee = caller_for(session, client, buyer)
    clock.move_to(DURING + 2 * DAY)
    own = make_mark(assignee, licensed.id)
    path = f"/v1/licenses/{licensed.id}/marks"
    assert [each["id"] for each in assignee.get(path).get_json()["items"]] == [own["id"]]
    assert [each["id"] for each in callers.licensor.get(path).get_json()["items"]] == [own["id"], before["id"]]
    assert callers.licensee.get(path).status_code == 404
    for caller, made, status in (
        (assignee, own, 200),
        (assignee, before, 404),
        (callers.licensee, own, 404),
        (callers.licensee, before, 404),
    ):
        assert caller.get(made["content_url"], buffered=True).status_code == status
