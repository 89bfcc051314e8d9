"""What happened becomes deliveries, by the table in `catalog`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.infrastructure.events import Subscribers
from app.notifications.webhooks.catalog import EVENT_TYPES
from app.notifications.webhooks.outbox import write


def on_event(*, session: Session, event: Any, at: datetime) -> None:
    """Write down what webhooks tell of an event."""
    for kind in EVENT_TYPES:
        if kind.made_from is type(event):
            news = kind.read(session, event, at)
            if news is not None:
                write(session=session, at=at, event_type=kind.name, news=news)


def with_webhooks(listeners: Mapping[type, Sequence[Callable[..., None]]]) -> Subscribers:
    """Return the listeners with webhooks behind them, for every event of the table."""
    told = dict.fromkeys(kind.made_from for kind in EVENT_TYPES)
    return {**listeners, **{event: [*listeners.get(event, ()), on_event] for event in told}}
