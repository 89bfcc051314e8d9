"""What follows a signature in the same transaction: the contract is written, its file is asked for."""

from datetime import datetime

from sqlmodel import Session

from app.infrastructure.jobs import queue
from app.negotiation.contract import service
from app.negotiation.events import DealChanged, DealSigned

RENDER = "negotiation.render_contract"


def on_deal_signed(*, session: Session, event: DealSigned | DealChanged, at: datetime) -> None:
    service.execute_contract(session=session, deal_id=event.deal_id)
    queue.enqueue(
        session, kind=RENDER, key=f"{RENDER}/{event.deal_id}", payload={"deal_id": event.deal_id}, run_at=None
    )
