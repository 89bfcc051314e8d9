"""What the two sides and an administrator can do, one function a use case; callers import them from here."""

from app.negotiation.discussion.service.agreed import agree_field, reopen_field
from app.negotiation.discussion.service.comments import write_comment
from app.negotiation.discussion.service.documents import (
    ask_for_document,
    decline_document,
    share_document,
    withdraw_request,
)
from app.negotiation.discussion.service.inspections import note_reading, open_inspection

__all__ = [
    "agree_field",
    "ask_for_document",
    "decline_document",
    "note_reading",
    "open_inspection",
    "reopen_field",
    "share_document",
    "withdraw_request",
    "write_comment",
]
