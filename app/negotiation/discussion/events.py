"""What the other side, or both, must hear of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.negotiation.discussion.states import DocumentRequestStatus


@dataclass(frozen=True, slots=True)
class WordsWaiting:
    """A side has commented or agreed to a field, and its reader has not been mailed about it yet."""

    negotiation_id: str
    offer_number: int
    by_party_id: str
    to_party_id: str


@dataclass(frozen=True, slots=True)
class FieldReopened:
    """A side no longer stands by a field."""

    negotiation_id: str
    pointer: str
    by_party_id: str
    to_party_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentAsked:
    negotiation_id: str
    request_id: str
    by_party_id: str
    to_party_id: str


@dataclass(frozen=True, slots=True)
class DocumentShared:
    """A file is there to be read. `request_id` is what it answers, if anything."""

    negotiation_id: str
    document_id: str
    request_id: str | None
    by_party_id: str
    to_party_id: str


@dataclass(frozen=True, slots=True)
class DocumentRequestClosed:
    """A document will not come: declined by the one side or no longer wanted by the other."""

    negotiation_id: str
    request_id: str
    status: DocumentRequestStatus
    by_party_id: str
    to_party_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class InspectionOpened:
    """An administrator may read what the two sides said, until `ends_at`."""

    inspection_id: str
    negotiation_id: str
    party_ids: Sequence[str]
    reason: str
    ends_at: datetime
