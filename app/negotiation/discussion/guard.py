"""What both sides have agreed on stands in the way of an offer that changes it."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from app.negotiation.discussion.errors import FieldAgreed
from app.negotiation.discussion.queries import moves_of, standing
from app.negotiation.discussion.rules.agreement import changed


def require_agreed_kept(session: Session, negotiation_id: str, document: Mapping[str, Any]) -> None:
    """Refuse terms that change an agreed field. Raises: FieldAgreed."""
    if not moves_of(session, negotiation_id):
        return
    found = standing(session, negotiation_id)
    fields = changed(found.marks, found.document, document)
    if fields:
        raise FieldAgreed.by(fields, found.document)
