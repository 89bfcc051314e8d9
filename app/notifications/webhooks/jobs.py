"""Send what is due."""

from typing import Any

from app.infrastructure.jobs.worker import JobContext
from app.notifications.webhooks import delivering


def deliver(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Make one attempt."""
    delivering.deliver(services=context.services, delivery_id=payload["delivery_id"], number=payload["number"])
