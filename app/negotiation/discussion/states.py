"""What becomes of a document that was asked for, and which moves are made about fields."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class AgreedMoveKind(StrEnum):
    AGREED = "agreed"
    """A side agreed to a field as it stands in the latest offer."""
    REOPENED = "reopened"
    """A side took that back."""


class DocumentRequestStatus(StrEnum):
    ASKED = "asked"
    PROVIDED = "provided"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Whoever asked needs it no more."""


class DocumentRequestAction(StrEnum):
    PROVIDE = "provide"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[DocumentRequestStatus, DocumentRequestAction], DocumentRequestStatus] = MappingProxyType(
    {
        (DocumentRequestStatus.ASKED, DocumentRequestAction.PROVIDE): DocumentRequestStatus.PROVIDED,
        (DocumentRequestStatus.ASKED, DocumentRequestAction.DECLINE): DocumentRequestStatus.DECLINED,
        (DocumentRequestStatus.ASKED, DocumentRequestAction.WITHDRAW): DocumentRequestStatus.WITHDRAWN,
        (DocumentRequestStatus.DECLINED, DocumentRequestAction.PROVIDE): DocumentRequestStatus.PROVIDED,
    }
)
"""Who said no may still change their mind."""
