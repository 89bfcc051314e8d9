"""Changes of the license of a likeness that several hold."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from app.negotiation.changes import service as changes
from app.parties import service as parties
from tests.factories.changes import FREE
from tests.factories.negotiation import make_request
from tests.factories.parties import make_administrator
from tests.factories.signatures import accept, make_held, sign

DURING = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_an_early_end_does_not_wait_for_a_holder_whose_papers_have_lapsed(
    session: Session, services: Services
) -> None:
    held = make_held(session, services.store, ana=5000)
    request = make_request(session, held.sides, fee=FREE)
    accept(session, held.sides.licensor, request)
    deal = sign(session, held["ana"], request)
    assert deal is not None
    parties.fail_representation(
        session=session,
        actor=make_administrator(session),
        at=DURING,
        representation_id=held.holders["ana"].representation.id,
        as_of=DURING,
        reason="The certificate of inheritance was withdrawn.",
    )
    talks = changes.open_termination(
        session=session, actor=held.sides.studio, at=DURING, deal_id=deal.id, last_day=date(2026, 7, 31)
    )
    assert accept(session, held.sides.licensor, talks, at=DURING) is not None
    assert license_of(session, deal.license_id).license.ends_at == datetime(2026, 8, 1, 4, tzinfo=UTC)
