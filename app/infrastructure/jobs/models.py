"""The one table of queued work."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import id_field, json_field, text_field

_OPEN = sa.text("done_at IS NULL AND dead_at IS NULL")


class Job(SQLModel, table=True):
    """One piece of work. All instants here are machine time."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_due", "run_at", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    id: str = id_field("job")
    kind: str = Field(max_length=64)
    """Which handler of `app.registry` does it."""
    key: str = Field(max_length=160, unique=True)
    """The work's own name: enqueued twice, it is one job."""
    payload: dict[str, Any] = json_field()
    created_at: datetime
    run_at: datetime
    """Not before; while leased, when the lease runs out."""
    attempts: int = 0
    lease_token: str | None = Field(default=None, max_length=32)
    """Whoever holds another token has lost the job to somebody else."""
    done_at: datetime | None = None
    dead_at: datetime | None = None
    error: str | None = text_field(nullable=True)
