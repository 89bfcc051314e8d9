"""Webhook endpoints, and their deliveries sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.identity.actor import Actor
from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.models import Job
from app.infrastructure.jobs.worker import drain
from app.notifications.webhooks.jobs import deliver
from app.notifications.webhooks.outbox import DELIVER
from app.notifications.webhooks.service import WithSecret, create_endpoint
from app.registry import JOBS
from tests.support.clock import START


def make_endpoint(
    session: Session, actor: Actor, url: str = "https://hooks.example.com/", event_types: Sequence[str] = ("*",)
) -> WithSecret:
    return create_endpoint(
        session=session, actor=actor, at=START, url=url, event_types=event_types, may_be_local=True
    )


def locally(services: Services) -> Services:
    """The same services as a demonstration, which may send to its own machine."""
    return replace(services, settings=replace(services.settings, demo=True))


def send_due(services: Services) -> int:
    """Make every attempt that is due now, as a worker would; what is planned for later stays."""
    _leave_other_work(services)
    return drain(services=locally(services), handlers={**JOBS, DELIVER: deliver})


def let_pass(services: Services, period: timedelta) -> None:
    """Bring the planned attempts nearer, as if so much machine time had passed."""
    with services.database.write() as session:
        planned = (col(Job.kind) == DELIVER, col(Job.done_at).is_(None))
        for job_id, run_at in session.execute(sa.select(col(Job.id), col(Job.run_at)).where(*planned)).all():
            session.execute(sa.update(Job).where(col(Job.id) == job_id).values(run_at=run_at - period))


def _leave_other_work(services: Services) -> None:
    """Mails and payments are of no interest here."""
    with services.database.write() as session:
        others = (col(Job.kind) != DELIVER, col(Job.done_at).is_(None))
        session.execute(sa.update(Job).where(*others).values(done_at=machine_now()))
