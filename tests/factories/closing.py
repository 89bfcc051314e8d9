"""Licenses about whose end much is agreed, and what is done about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import JobContext
from app.infrastructure.storage import AssetStore
from app.licensing import queries as licensing
from app.licensing.closing import queries
from app.licensing.closing.models import DutyNotice, LicenseDuty
from app.licensing.closing.queries import DutyView
from app.licensing.closing.states import DutyKind, DutyStep
from app.licensing.delivery import service as delivery
from app.licensing.jobs import announce_due
from app.licensing.models import Delivery
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction
from tests.factories.licensing import DURING, Licensed, make_license

CLOSING: dict[str, Any] = {
    "wind_down": {
        "days": 60,
        "steps": [
            {"step": "Take the voice pack out of the shop", "within_days": 14, "needs_evidence": True},
            {"step": "Tell the players", "within_days": 0, "needs_evidence": False},
        ],
    },
    "sell_off": {"days": 90, "inventory_days_before_end": 30},
    "deletion": {"within_days": 30},
    "extension": {"months": 12, "exercise_from_days": 90, "exercise_until_days": 30, "fee_minor": 0},
    "first_refusal": {"from_days": 120, "until_days": 60},
    "assignment": "with_consent",
}
"""Something about everything that happens around the end; the usual license ends with 2026 in New York."""

STEP_DUE_AT = datetime(2027, 1, 15, 5, tzinfo=UTC)
"""The end of 14 January in New York."""
WOUND_DOWN_AT = datetime(2027, 4, 1, 4, tzinfo=UTC)
"""Ninety days after 31 December: 31 March is over in New York, where it is summer time by then."""
DESTRUCTION_DUE_AT = datetime(2027, 5, 1, 4, tzinfo=UTC)
"""Thirty days after 31 March."""


def make_closing_license(session: Session, store: AssetStore, **terms: Any) -> Licensed:
    return make_license(session, store, **(CLOSING | terms))


def make_deliveries(
    session: Session, licensed: Licensed, *, number: int = 1, actor: Actor | None = None, at: datetime = DURING
) -> list[Delivery]:
    """The licensee fetches the one granted file so many times."""
    who = actor or licensed.licensee
    granted = delivery.granted_assets(session=session, actor=who, at=at, license_id=licensed.id)
    return [
        delivery.deliver_asset(
            session=session,
            actor=who,
            at=at + timedelta(seconds=n),
            license_id=licensed.id,
            asset_id=granted[0][0].id,
        )
        for n in range(number)
    ]


def run_announcements(services: Services) -> None:
    announce_due(context=JobContext(services, 1), payload={})


def change(session: Session, licensed: Licensed, action: LicenseAction, *, at: datetime) -> None:
    lifecycle.change_standing(
        session=session,
        actor=licensed.licensor,
        at=at,
        license_id=licensed.id,
        action=action,
        reason="For a good reason.",
    )


def calendar(session: Session, license_id: str, actor: Actor, *, at: datetime) -> list[DutyView]:
    return queries.duties_of(session, actor, license_id, at=at)


def duty(session: Session, license_id: str, kind: DutyKind, **where: Any) -> LicenseDuty:
    wanted = [LicenseDuty.license_id == license_id, LicenseDuty.kind == kind]
    wanted += [getattr(LicenseDuty, name) == value for name, value in where.items()]
    return (
        session.exec(select(LicenseDuty).where(*wanted).order_by(col(LicenseDuty.position))).first() or _missing()
    )


def step_duty(session: Session, license_id: str) -> LicenseDuty:
    """The step of the wind-down that needs evidence."""
    return duty(session, license_id, DutyKind.WIND_DOWN_STEP, proof="evidence")


def announced_steps(session: Session, duty_id: str) -> list[DutyStep]:
    told = select(DutyNotice).where(DutyNotice.duty_id == duty_id, col(DutyNotice.announced_at).is_not(None))
    return [notice.step for notice in session.exec(told.order_by(col(DutyNotice.due_at))).all()]


def ends_at(session: Session, license_id: str) -> datetime:
    return licensing.license_of(session, license_id).license.ends_at


def _missing() -> LicenseDuty:
    raise AssertionError("There is no such duty.")
