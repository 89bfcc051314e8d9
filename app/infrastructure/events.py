"""News travels upward: a feature publishes what happened, features above it listen within the same transaction.

Who listens to what is written in `app.registry`. A handler that fails fails the request: nothing half happens.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session


class Handler(Protocol):
    """A subscriber: reacts to one event inside the transaction that raised it."""

    def __call__(self, *, session: Session, event: Any, at: datetime) -> None: ...


Subscribers = Mapping[type, Sequence[Callable[..., None]]]


def publish(*, session: Session, event: object, at: datetime) -> None:
    """Tell every subscriber of `type(event)`, in the order of the registry."""
    subscribers: Subscribers = session.info.get("subscribers", {})
    for handler in subscribers.get(type(event), ()):
        handler(session=session, event=event, at=at)
