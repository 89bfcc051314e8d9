"""Licenses whose deals leave something to the licensor's word, and what is asked and answered under them."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.storage import AssetStore
from app.licensing.approvals import service
from app.licensing.approvals.states import ApprovalAnswer
from app.negotiation.terms.vocabulary import ApprovalStage
from app.values.survival import Action, Phase
from tests.factories.changes import FREE
from tests.factories.licensing import DURING, Licensed, make_license

STAGES: list[dict[str, Any]] = [
    {"stage": "script", "days": 5, "rounds": 1, "silence": "approved"},
    {"stage": "final", "days": 10, "rounds": 2, "silence": "refused"},
]


def make_asking_license(session: Session, store: AssetStore, **terms: Any) -> Licensed:
    """A game that costs nothing: scripts and finals are shown; patches after the end need the licensor's word."""
    return make_license(session, store, **{"approvals": STAGES, "fee": FREE} | terms)


def ask(
    session: Session,
    store: AssetStore,
    licensed: Licensed,
    *,
    by: Actor | None = None,
    **options: Any,
) -> str:
    """Ask as the licensee, unless as somebody else; return the id."""
    return ask_as(session, store, by or licensed.licensee, licensed.id, **options)


def ask_as(
    session: Session,
    store: AssetStore,
    actor: Actor,
    license_id: str,
    *,
    at: datetime = DURING,
    action: str | None = None,
    phase: str | None = None,
    stage: str | None = None,
    **options: Any,
) -> str:
    asked = service.ask(
        session=session,
        actor=actor,
        at=at,
        store=store,
        license_id=license_id,
        action=None if action is None else Action(action),
        in_phase=None if phase is None else Phase(phase),
        stage=None if stage is None else ApprovalStage(stage),
        **{"description": "The removal of the harbor master, build 1.42."} | options,
    )
    return asked.id


def answer(
    session: Session,
    licensed: Licensed,
    approval_id: str,
    said: str,
    *,
    by: Actor | None = None,
    at: datetime = DURING,
    reason: str = "Because of the second chapter.",
) -> None:
    """Answer as the licensor, unless as somebody else."""
    service.answer(
        session=session,
        actor=by or licensed.licensor,
        at=at,
        approval_id=approval_id,
        answer=ApprovalAnswer(said),
        reason=reason,
    )
