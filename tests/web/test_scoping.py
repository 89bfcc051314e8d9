"""Pages of a deal are not there for a stranger, however asked. The table of access holds every other page."""

import pytest
from flask import Flask
from sqlmodel import select

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.delivery.service import deliver_asset, granted_assets
from app.negotiation.models import Deal, Negotiation
from app.payments.queries import charge_by_reference
from tests.factories.licensing import DURING
from tests.factories.royalties import EarningLicense, make_earning_license
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting
from tests.web.person import HTML, form_to

GUARDED = {
    "account.negotiation", "account.counter", "account.send_counter", "account.accept", "account.decline",
    "account.withdraw", "account.sign_as_holder", "account.refuse_as_holder",
    "account.license", "account.deliver", "account.credential", "account.standing",
    "account.contract", "account.contract_file", "account.amendment", "account.amend", "account.renewal",
    "account.renew", "account.end_early", "account.assign", "account.extend",
    "account.download", "account.comment", "account.agree", "account.reopen", "account.ask", "account.share",
    "licensee.report", "licensee.upload", "licensee.renew", "licensor.statement",
    "account.projection", "licensor.trace", "backoffice.review", "backoffice.decide",
}  # fmt: skip


@pytest.fixture
def objects(database: Database, services: Services, clock: FrozenClock) -> dict[str, str]:
    """Somebody's negotiation, license, delivery, charge and package under review."""
    clock.move_to(DURING)
    with database.write() as session:
        made: EarningLicense = make_earning_license(session, services.store)
        asset = granted_assets(session=session, actor=made.studio, at=DURING, license_id=made.id)[0][0]
        delivery = deliver_asset(
            session=session, actor=made.studio, at=DURING, license_id=made.id, asset_id=asset.id
        )
        charge = charge_by_reference(session, made.fee_reference)
        assert charge is not None
        return {
            "license_id": made.id,
            "delivery_id": delivery.id,
            "charge_id": charge.id,
            "negotiation_id": session.exec(select(Negotiation.id)).one(),
            "deal_id": session.exec(select(Deal.id)).one(),
            "package_id": asset.package_id,
            "statement_id": "stm_" + "0" * 26,
            "line_id": "stl_" + "0" * 26,
        }


@pytest.mark.parametrize("endpoint", sorted(GUARDED))
def test_a_stranger_finds_nothing(
    app: Flask, visiting: Visiting, stranger: Actor, objects: dict[str, str], endpoint: str
) -> None:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    with app.test_request_context():
        path = app.url_for(endpoint, **{name: objects[name] for name in rule.arguments})
    person = visiting(stranger)
    if "GET" in (rule.methods or ()):
        assert person.get(path).status_code == 404
        return
    token = form_to(person.get("/"), "/sign-out").values["csrf_token"]
    form = {
        "csrf_token": token, "_idempotency_key": "one", "reason": "Because.", "offer_number": "1",
        "action": "suspend", "terms_sha256": "0" * 64, "asset_id": "ast_1", "decision": "approved", "next": "/",
    }  # fmt: skip
    answer = person.client.post(path, data=form, headers=HTML)
    assert answer.status_code == 404, answer.text
