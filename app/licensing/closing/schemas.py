"""Shapes of calendars, evidence and certificates of destruction."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import CalendarDay, Instant, UploadedFile, plain_text
from app.infrastructure.http.paging import PageArgs, page_schema
from app.licensing.closing.states import DestructionMethod, DutyKind, DutyState, Proof, Verdict
from app.negotiation.terms.fields import VisibleLine, VisibleParagraphs

MOST_LINES = 500
_SHA256 = ma.validate.Regexp(r"[0-9a-f]{64}\Z")
_HASH = {"description": "SHA-256 of the file, in lower-case hexadecimal"}


class EvidenceOut(ma.Schema):
    """What the licensee filed, and what the licensor said of it."""

    id = ma.fields.Str(attribute="evidence.id", required=True)
    text = ma.fields.Str(attribute="evidence.text", required=True)
    filename = ma.fields.Str(attribute="evidence.filename", required=True, allow_none=True)
    sha256 = ma.fields.Str(attribute="evidence.sha256", required=True, allow_none=True)
    size_bytes = ma.fields.Int(attribute="evidence.size_bytes", required=True, allow_none=True)
    filed_at = Instant(attribute="evidence.filed_at", required=True)
    by_party_id = ma.fields.Str(attribute="evidence.by_party_id", required=True)
    verdict = ma.fields.Function(
        lambda view: view.answer.verdict.value if view.answer else None,
        metadata={
            "type": ["string", "null"],
            "enum": [*(verdict.value for verdict in Verdict), None],
            "description": "Nothing: the licensor has not answered, and what is filed counts",
        },
    )
    reason = ma.fields.Function(lambda view: view.answer.reason if view.answer else "", metadata={"type": "string"})


class DutyOut(ma.Schema):
    """A day in the calendar of a license, as it stands at the instant of asking."""

    id = ma.fields.Str(attribute="duty.id", required=True)
    license_id = ma.fields.Str(attribute="duty.license_id", required=True)
    kind = ma.fields.Enum(DutyKind, by_value=True, attribute="duty.kind", required=True)
    title = ma.fields.Str(attribute="duty.title", required=True)
    party_id = ma.fields.Str(
        attribute="duty.party_id",
        required=True,
        metadata={"description": "Who has to act, or whose right begins or ends"},
    )
    zone = ma.fields.Str(
        attribute="duty.zone", required=True, metadata={"description": "Where the days of the deal are counted"}
    )
    opens_at = Instant(attribute="duty.opens_at", required=True, metadata={"description": "From when it is due"})
    due_at = Instant(
        attribute="duty.due_at",
        required=True,
        metadata={"description": "The first instant at which it is overdue, or over"},
    )
    proof = ma.fields.Enum(
        Proof,
        by_value=True,
        attribute="duty.proof",
        required=True,
        metadata={"description": "What shows that"},
    )
    state = ma.fields.Enum(DutyState, by_value=True, required=True)
    is_disputed = ma.fields.Bool(
        required=True, metadata={"description": "The licensor disputes what was filed last, and it is open again"}
    )
    is_escalated = ma.fields.Bool(
        required=True, metadata={"description": "Overdue for so long that administrators look at it"}
    )
    outstanding = ma.fields.Int(
        required=True,
        allow_none=True,
        metadata={"description": "Copies and models that its party has yet to destroy; null for other duties"},
    )
    done_at = Instant(attribute="duty.done_at", required=True, allow_none=True)
    evidence = ma.fields.List(ma.fields.Nested(EvidenceOut), required=True)


class RecurringOut(ma.Schema):
    """What is done again and again while the license runs."""

    kind = ma.fields.Str(required=True)
    sentence = ma.fields.Str(required=True)


class DutiesOut(ma.Schema):
    """The calendar of a license, earliest first."""

    items = ma.fields.List(ma.fields.Nested(DutyOut), required=True)
    recurring = ma.fields.List(ma.fields.Nested(RecurringOut), required=True)


class DutiesArgs(PageArgs):
    from_at = Instant(data_key="from", metadata={"description": "Days from this instant on"})
    until_at = Instant(data_key="until", metadata={"description": "Days before this instant"})
    is_escalated = ma.fields.Bool(
        data_key="escalated",
        load_default=False,
        metadata={"description": "Only what is overdue for so long that administrators look at it"},
    )


DutyPageOut = page_schema(DutyOut)


class EvidenceIn(ma.Schema):
    """Words, a file, or both."""

    text = VisibleParagraphs(4000, shortest=0, load_default="", metadata={"description": "What was done"})
    file = UploadedFile(metadata={"description": "At most 25 MiB"})


class FiledOut(ma.Schema):
    """Evidence as it was filed."""

    id = ma.fields.Str(required=True)
    duty_id = ma.fields.Str(required=True)
    text = ma.fields.Str(required=True)
    filename = ma.fields.Str(required=True, allow_none=True)
    sha256 = ma.fields.Str(required=True, allow_none=True)
    filed_at = Instant(required=True)


class EvidenceAnswerIn(ma.Schema):
    verdict = ma.fields.Enum(Verdict, by_value=True, required=True)
    reason = VisibleParagraphs(
        2000, shortest=0, load_default="", metadata={"description": "Needed to dispute; the licensee reads it"}
    )


class EvidenceAnswerOut(ma.Schema):
    evidence_id = ma.fields.Str(required=True)
    verdict = ma.fields.Enum(Verdict, by_value=True, required=True)
    reason = ma.fields.Str(required=True)
    answered_at = Instant(required=True)


class CopiesArgs(PageArgs):
    is_outstanding = ma.fields.Bool(
        data_key="outstanding", load_default=False, metadata={"description": "Only what is still to be destroyed"}
    )


class CopyOut(ma.Schema):
    """A delivered copy or a declared model, and what became of it."""

    id = ma.fields.Str(required=True)
    kind = ma.fields.Str(required=True, validate=ma.validate.OneOf(["delivery", "derived_model"]))
    name = ma.fields.Str(required=True)
    sha256 = ma.fields.Str(required=True)
    since = Instant(required=True, metadata={"description": "Delivered, or declared, at"})
    party_id = ma.fields.Str(required=True, metadata={"description": "Who received it, and destroys it"})
    certificate_id = ma.fields.Str(
        required=True, allow_none=True, metadata={"description": "Of its destruction; null: it is outstanding"}
    )


CopyPageOut = page_schema(CopyOut)


class DerivedModelIn(ma.Schema):
    """A model that was trained, tuned or converted from what was delivered."""

    name = VisibleLine(200, required=True, metadata={"description": "As you call it"})
    sha256 = ma.fields.Str(required=True, validate=_SHA256, metadata=_HASH)


class DerivedModelOut(ma.Schema):
    id = ma.fields.Str(required=True)
    license_id = ma.fields.Str(required=True)
    by_party_id = ma.fields.Str(required=True)
    name = ma.fields.Str(required=True)
    sha256 = ma.fields.Str(required=True)
    is_granted = ma.fields.Bool(
        required=True, metadata={"description": "Whether the license allowed training when it was declared"}
    )
    declared_at = Instant(required=True)


class CertifiedCopyIn(ma.Schema):
    """One copy that was destroyed."""

    id = ma.fields.Str(
        required=True, validate=plain_text(32), metadata={"description": "Of the delivery, or of the derived model"}
    )
    sha256 = ma.fields.Str(
        required=True, validate=_SHA256, metadata={"description": "Of what was destroyed, as it was delivered"}
    )
    method = ma.fields.Enum(DestructionMethod, by_value=True, required=True)
    destroyed_on = CalendarDay(required=True, metadata={"description": "In the zone of the deal"})


class CertificateIn(ma.Schema):
    """What an officer of the licensee signs."""

    officer_name = VisibleLine(120, required=True)
    officer_title = VisibleLine(120, required=True, metadata={"example": "Chief Technology Officer"})
    statement = VisibleParagraphs(
        4000, required=True, metadata={"example": "I have verified that the copies named here were destroyed."}
    )
    items = ma.fields.List(
        ma.fields.Nested(CertifiedCopyIn),
        required=True,
        validate=ma.validate.Length(1, MOST_LINES),
        metadata={"description": "Some or all of the outstanding copies"},
    )


class CertificateOut(ma.Schema):
    """A certificate as it was signed."""

    id = ma.fields.Str(required=True)
    license_id = ma.fields.Str(required=True)
    by_party_id = ma.fields.Str(required=True)
    officer_name = ma.fields.Str(required=True)
    officer_title = ma.fields.Str(required=True)
    signed_at = Instant(required=True)
    sha256 = ma.fields.Str(
        required=True,
        metadata={"description": "Of `document` in canonical JSON (RFC 8785), the bytes at `.../document`"},
    )


CertificatePageOut = page_schema(CertificateOut)


class SignedCertificateOut(CertificateOut):
    """A certificate just signed, and what is left."""

    outstanding = ma.fields.Int(required=True, metadata={"description": "How many copies you have yet to destroy"})


class OneCertificateOut(CertificateOut):
    """A certificate with everything it says."""

    document = ma.fields.Dict(keys=ma.fields.Str(), values=ma.fields.Raw(), required=True)


class SunsetArgs(ma.Schema):
    """For whom the text is written."""

    class Meta:
        unknown = ma.RAISE

    language = ma.fields.Str(
        load_default="en",
        validate=ma.validate.Regexp(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}\Z"),
        metadata={"description": "A BCP 47 tag: dates are written as it is usual there; the sentences are English"},
    )
    title = VisibleLine(
        120, load_default=None, allow_none=True, metadata={"description": "How your game or work is called"}
    )


class SunsetOut(ma.Schema):
    """A text that a game can show its players. It tells nothing of the deal but what ends and what stays."""

    text = ma.fields.Str(required=True)
    markdown = ma.fields.Str(required=True)
    language = ma.fields.Str(required=True)
    ends_at = Instant(required=True)


def signed_out(signed: Any) -> dict[str, Any]:
    """Return a certificate and what is left, as `SignedCertificateOut` shows them."""
    names = ("id", "license_id", "by_party_id", "officer_name", "officer_title", "signed_at", "sha256")
    return {name: getattr(signed.certificate, name) for name in names} | {"outstanding": signed.outstanding}
