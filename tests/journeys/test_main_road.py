"""One whole deal over real HTTP: service, worker and payment sandbox as processes, on both databases."""

from functools import partial

import sqlalchemy as sa
from sqlmodel import col

from app.audit.service import verify
from app.demo.http import wait_until
from app.demo.program import walk
from app.demo.walk import bargain, listing, royalty, use
from app.demo.walk.road import Road
from app.infrastructure.jobs.models import Job
from app.infrastructure.jobs.queue import LEASE
from app.payments.models import Transfer
from app.rights.models import RightsBlockRow
from app.rights.states import BlockKind
from tests.support.deployment import Deployment


def test_the_walk_of_one_deal(deployment: Deployment) -> None:
    """Every step of the demo, then what it left behind: a whole trail, a balanced ledger, no dead letters."""
    road = deployment.road
    walk(road)
    pay_again(deployment, road)
    services = deployment.services()
    try:
        with services.database.read() as session:
            verdict = verify(session=session)
            assert verdict.is_whole
            assert verdict.records > 100
            dead = session.execute(sa.select(sa.func.count()).where(col(Job.dead_at).is_not(None))).scalar_one()
            assert dead == 0
    finally:
        services.database.close()


def pay_again(deployment: Deployment, road: Road) -> None:
    """Paying twice and hearing of it twice changes nothing."""
    before = bargain.ledger(road)
    charge_id = road.studio.get(f"/v1/licenses/{road.made['license_id']}")["fee_charge_id"]
    assert road.studio.post(f"/v1/charges/{charge_id}/checkout", status=409)["code"]
    deployment.control("webhooks/resend", {})
    wait_until(lambda: _no_open_jobs(deployment), "the repeated webhooks")
    assert bargain.ledger(road) == before


def test_a_crash_loses_nothing_that_was_answered(deployment: Deployment) -> None:
    """Service and worker are killed between the steps and in the middle of one; the road goes on."""
    road = deployment.road
    listing.list_package(road)
    deployment.kill("worker")
    bargain.sign(road)
    deployment.kill("service")
    deployment.start_service()
    deployment.control("misbehave", {"answer": "slow", "ms": 1500, "next": 1, "path": "/v1/checkout/sessions"})
    deployment.start_worker()
    deployment.kill("worker")
    deployment.start_worker()
    _wait_for_page(road, road.studio.get(f"/v1/licenses/{road.made['license_id']}")["fee_charge_id"])
    bargain.pay_fee(road)
    use.ask_for_decisions(road)
    royalty.open_accounts(road)
    royalty.report_sales(road)
    deployment.kill("service")
    deployment.kill("worker")
    deployment.start_service()
    deployment.start_worker()
    reported = road.made["report"]["id"]
    charges = road.studio.get("/v1/charges")["items"]
    _wait_for_page(road, next(charge["id"] for charge in charges if reported in charge["reference"]))
    royalty.pay_royalty(road)
    services = deployment.services()
    try:
        with services.database.read() as session:
            assert verify(session=session).is_whole
            names = session.execute(sa.select(col(Transfer.stripe_transfer_id))).scalars().all()
            assert len(set(names)) == len(names)
            granted = sa.select(sa.func.count()).where(col(RightsBlockRow.kind) == BlockKind.GRANT)
            assert session.execute(granted).scalar_one() == 1
    finally:
        services.database.close()


def _wait_for_page(road: Road, charge_id: str) -> None:
    """Whatever was in the making when a worker was killed, another takes over when its lease has run out."""
    page = partial(_payment_page, road, charge_id)
    wait_until(page, "the page, whose making another worker takes over", seconds=LEASE.total_seconds() + 60)


def _payment_page(road: Road, charge_id: str) -> str | None:
    url: str | None = road.studio.get(f"/v1/charges/{charge_id}")["checkout_url"]
    return url


def _no_open_jobs(deployment: Deployment) -> bool:
    services = deployment.services()
    try:
        with services.database.read() as session:
            still = sa.select(sa.func.count()).where(
                col(Job.kind) == "payments.apply_webhook", col(Job.done_at).is_(None)
            )
            return session.execute(still).scalar_one() == 0
    finally:
        services.database.close()
