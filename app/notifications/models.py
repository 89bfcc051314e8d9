"""Messages, written in the transaction of what they tell and sent after it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import id_field, ref_field, text_field


class Message(SQLModel, table=True):
    """A mail to a party."""

    __tablename__ = "message"

    id: str = id_field("msg")
    party_id: str = ref_field("party.id")
    about: str = Field(max_length=64, index=True)
    """The id of the thing it tells about."""
    subject: str = Field(max_length=200)
    body: str = text_field()
    created_at: datetime
    sent_at: datetime | None = None
    """Machine time."""
