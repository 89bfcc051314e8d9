"""What the two sides said about an offer, gathered beside the terms that it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from app.infrastructure.http.context import session
from app.negotiation.discussion import dossier, queries
from app.negotiation.discussion.models import DocumentRequest, Inspection, OfferComment, SharedDocument
from app.negotiation.discussion.queries import AgreedField
from app.negotiation.discussion.rules.agreement import FACTS
from app.negotiation.discussion.rules.pointers import read_pointer, write_pointer
from app.negotiation.models import Negotiation
from app.negotiation.queries import OfferView
from app.values.canonical import sha256_hex
from app.web import clauses
from app.web.visitor import require


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, with the field it is about in words; nothing more where it is about the section itself."""

    comment: OfferComment
    about: str


@dataclass(frozen=True, slots=True)
class Part:
    """A field within a section to which somebody agreed apart."""

    pointer: str
    label: str
    value_sha256: str
    standing: str


@dataclass(frozen=True, slots=True)
class Section:
    """A member of the terms: what it says, who agrees to it, and what was said about it."""

    pointer: str
    label: str
    lines: Sequence[clauses.Line]
    value_sha256: str
    standing: str
    """`both`, `yours`, `theirs` or `open`."""
    parts: Sequence[Part]
    remarks: Sequence[Remark]
    is_left_out: bool

    @property
    def is_open_to_view(self) -> bool:
        """Whether somebody waits here, so that it is shown without being asked for."""
        return bool(self.remarks) or self.standing == "theirs" or any(p.standing == "theirs" for p in self.parts)


@dataclass(frozen=True, slots=True)
class Talk:
    """All that the page shows of it."""

    sections: Sequence[Section]
    left_out: Sequence[Section]
    remarks: Sequence[Remark]
    """About whole offers, and about what cannot be bargained about."""
    requests: Sequence[DocumentRequest]
    documents: Mapping[str, SharedDocument]
    inspections: Sequence[Inspection]
    places: Mapping[str, str]
    """The pointers that a comment can be about, with their labels."""
    about: str
    typed: str
    """A comment that was refused, as it was typed."""

    @property
    def agreed_count(self) -> int:
        return sum(section.standing == "both" for section in [*self.sections, *self.left_out])


def of(negotiation: Negotiation, latest: OfferView) -> Talk | None:
    """Return it for a side of the talks; nothing for whoever may see the offers for another reason."""
    actor = require().actor
    if actor.party_id not in (negotiation.licensor_party_id, negotiation.licensee_party_id):
        return None
    reading, terms = session(), latest.terms or {}
    fields = queries.agreed_fields(reading, actor, negotiation.id).fields
    remarks = [_remark(comment) for comment in dossier.comments_of(reading, negotiation.id)]
    sections = [_section(name, terms, fields, remarks) for name in clauses.in_reading_order(terms.keys() - FACTS)]
    places = {"": clauses.label_of(())} | {section.pointer: section.label for section in sections}
    return Talk(
        sections=[section for section in sections if not section.is_left_out],
        left_out=[section for section in sections if section.is_left_out],
        remarks=[remark for remark in remarks if _first(remark.comment) in {"", *FACTS}],
        requests=dossier.requests_of(reading, negotiation.id),
        documents={row.id: row for row in dossier.documents_of(reading, negotiation.id)},
        inspections=queries.inspections_page(reading, actor, negotiation.id).items,
        places=places,
        about=request.form.get("pointer", request.args.get("about", "")),
        typed=request.form.get("text", ""),
    )


def _section(
    name: str, terms: Mapping[str, Any], fields: Sequence[AgreedField], remarks: Sequence[Remark]
) -> Section:
    pointer = write_pointer((name,))
    whole = next((field for field in fields if field.pointer == pointer), None)
    parts = [_part(field) for field in fields if field.pointer.startswith(f"{pointer}/")]
    own = [remark for remark in remarks if _first(remark.comment) == name]
    return Section(
        pointer=pointer,
        label=clauses.label_of((name,)),
        lines=clauses.lines_of(name, terms),
        value_sha256=sha256_hex(terms[name]),
        standing=_standing(whole),
        parts=parts,
        remarks=own,
        is_left_out=clauses.is_left_out(terms[name]) and not own and not parts and whole is None,
    )


def _part(field: AgreedField) -> Part:
    label = clauses.label_of(read_pointer(field.pointer))
    return Part(field.pointer, label, field.value_sha256, _standing(field))


def _standing(field: AgreedField | None) -> str:
    if field is None:
        return "open"
    if field.is_locked:
        return "both"
    return "yours" if require().actor.party_id in field.agreed_by_party_ids else "theirs"


def _remark(comment: OfferComment) -> Remark:
    steps = read_pointer(comment.pointer)
    return Remark(comment, clauses.label_of(steps) if len(steps) > 1 else "")


def _first(comment: OfferComment) -> str:
    steps = read_pointer(comment.pointer)
    return steps[0] if steps else ""
