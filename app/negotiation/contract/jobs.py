"""Work that follows a signature."""

from typing import Any

from app.infrastructure.jobs.worker import JobContext
from app.negotiation.contract.files import contract_file


def render_contract(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Make the file of a contract, so that it is there when somebody asks."""
    contract_file(context.services, payload["deal_id"], at=context.services.clock.now())
