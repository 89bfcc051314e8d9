"""The table of directives."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import id_field, json_field, ref_field, text_field


class Directive(SQLModel, table=True):
    """A performer's own wish. It is never rewritten: one that was wrong is withdrawn, with the reason."""

    __tablename__ = "directive"
    __table_args__ = (
        sa.CheckConstraint("until_at > recorded_at", name="ends_after_it_begins"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawal_reason = '')", name="withdrawn_with_a_reason"),
    )

    id: str = id_field("dir")
    performer_id: str = ref_field("performer.id")
    components: list[str] = json_field(list)
    """Empty, like the other lists, means every one."""
    axes: list[str] = json_field(list)
    media: list[str] = json_field(list)
    """Leaves of the media tree."""
    categories: list[str] = json_field(list)
    """Product categories of brand use."""
    until_at: datetime | None = None
    """The first instant that it no longer binds."""
    wording: str = text_field()
    """The performer's own words, or as near to them as is known."""
    recorded_by_party_id: str = ref_field("party.id")
    recorded_at: datetime
    recorded_by: str = Field(max_length=64)
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = Field(default=None, max_length=64)
    withdrawal_reason: str = text_field(default="")
