"""The clock, read at the edge only and handed in from there.

Business time decides about licenses, offers and periods; in demo mode an administrator can move it forward.
Machine time decides about leases, sign-ins and signatures on the wire, and cannot be moved by anybody.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlmodel import Field, Session, SQLModel

from app.infrastructure.db.columns import big_integer_field
from app.infrastructure.db.database import Database
from app.values.errors import DomainError


class ClockCannotMove(DomainError):
    """The clock moves forward, and in demo mode only."""

    code = "clock_cannot_move"


class ClockOffset(SQLModel, table=True):
    """How far demo time is ahead of (or, at the start, behind) machine time: one row, or none."""

    __tablename__ = "clock_offset"

    id: int = Field(default=1, primary_key=True)
    offset_microseconds: int = big_integer_field()


class Clock(Protocol):
    """Where business time comes from."""

    def now(self) -> datetime:
        """Return the present business instant, aware, in UTC."""


def machine_now() -> datetime:
    """Return the machine's present instant, aware, in UTC."""
    return datetime.now(UTC)


class SystemClock:
    """Business time is machine time."""

    def now(self) -> datetime:
        return machine_now()


@dataclass(frozen=True, slots=True)
class DemoClock:
    """Machine time plus an offset kept in the database, so that every process sees a move at once."""

    database: Database

    def now(self) -> datetime:
        with self.database.read() as session:
            row = session.get(ClockOffset, 1)
        return machine_now() + timedelta(microseconds=row.offset_microseconds if row else 0)

    def move_to(self, instant: datetime) -> datetime:
        """Move business time forward to `instant`. Raises: ClockCannotMove when that is in the past."""
        with self.database.write() as session:
            row = session.get(ClockOffset, 1)
            present = machine_now() + timedelta(microseconds=row.offset_microseconds if row else 0)
            if instant < present:
                raise ClockCannotMove(f"It is already {present:%Y-%m-%d %H:%M} UTC; the clock only moves forward.")
            self._store(session_row=row, session=session, instant=instant)
        return instant

    def start_at(self, instant: datetime) -> None:
        """Set business time once, on a database that has no offset yet."""
        with self.database.write() as session:
            if session.get(ClockOffset, 1) is None:
                self._store(session_row=None, session=session, instant=instant)

    @staticmethod
    def _store(*, session_row: ClockOffset | None, session: Session, instant: datetime) -> None:
        row = session_row or ClockOffset(offset_microseconds=0)
        row.offset_microseconds = (instant - machine_now()) // timedelta(microseconds=1)
        session.add(row)
