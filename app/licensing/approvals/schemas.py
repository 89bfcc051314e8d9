"""Shapes of approvals."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line, Paragraphs, UploadedFile
from app.licensing.approvals.states import ApprovalAnswer, ApprovalStanding
from app.negotiation.terms.vocabulary import ApprovalStage, Silence
from app.values.survival import Action, Phase


class ApprovalAskIn(ma.Schema):
    """What the licensee wants to do, and what it shows."""

    action = ma.fields.Enum(
        Action, by_value=True, load_default=None, metadata={"description": "What is to be done; or else a stage"}
    )
    phase = ma.fields.Enum(
        Phase,
        by_value=True,
        load_default=None,
        metadata={"description": "In which phase it is to be done; nothing: in the one that runs now"},
    )
    stage = ma.fields.Enum(
        ApprovalStage, by_value=True, load_default=None, metadata={"description": "What is shown"}
    )
    description = Paragraphs(2000, required=True, metadata={"description": "What exactly is to be approved"})
    sha256 = ma.fields.Str(
        load_default=None,
        validate=ma.validate.Regexp(r"[0-9a-f]{64}\Z"),
        metadata={"description": "Of the work, where it is shown some other way; with a file, its own"},
    )
    follows_id = Line(
        32, load_default=None, metadata={"description": "The round before, after which changes were wanted"}
    )
    file = UploadedFile(metadata={"description": "The work itself, at most 25 MiB"})

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if (data["action"] is None) == (data["stage"] is None):
            raise ma.ValidationError("Name either an action or a stage.", "action")
        if data["phase"] is not None and data["action"] is None:
            raise ma.ValidationError("Only an action is approved for a phase.", "phase")


class ApprovalAnswerIn(ma.Schema):
    """The licensor's answer."""

    answer = ma.fields.Enum(ApprovalAnswer, by_value=True, required=True)
    reason = Paragraphs(
        2000,
        shortest=0,
        load_default="",
        metadata={"description": "Needed unless it is approved; the licensee reads it"},
    )


class ApprovalOut(ma.Schema):
    """An approval as it stands at the instant of asking."""

    id = ma.fields.Str(attribute="approval.id", required=True)
    license_id = ma.fields.Str(attribute="approval.license_id", required=True)
    title = ma.fields.Str(required=True)
    action = ma.fields.Enum(Action, by_value=True, attribute="approval.action", required=True, allow_none=True)
    phase = ma.fields.Enum(Phase, by_value=True, attribute="approval.phase", required=True, allow_none=True)
    stage = ma.fields.Enum(ApprovalStage, by_value=True, attribute="approval.stage", required=True, allow_none=True)
    description = ma.fields.Str(attribute="approval.description", required=True)
    sha256 = ma.fields.Str(attribute="approval.sha256", required=True, allow_none=True)
    filename = ma.fields.Str(attribute="approval.filename", required=True, allow_none=True)
    size_bytes = ma.fields.Int(attribute="approval.size_bytes", required=True, allow_none=True)
    content_url = ma.fields.Function(
        lambda view: f"/v1/approvals/{view.approval.id}/content" if view.approval.filename else None,
        metadata={"type": ["string", "null"], "description": "Where the file is, if one was shown"},
    )
    status = ma.fields.Enum(
        ApprovalStanding,
        by_value=True,
        attribute="standing",
        required=True,
        metadata={"description": "What silence decides follows from the clock"},
    )
    round = ma.fields.Int(attribute="approval.round", required=True)
    rounds = ma.fields.Int(
        attribute="approval.rounds",
        required=True,
        metadata={"description": "How often the licensor may want changes"},
    )
    follows_id = ma.fields.Str(attribute="approval.follows_id", required=True, allow_none=True)
    silence = ma.fields.Enum(Silence, by_value=True, attribute="approval.silence", required=True)
    asked_at = Instant(attribute="approval.asked_at", required=True)
    answer_by = Instant(
        attribute="approval.answer_by", required=True, metadata={"description": "From then on silence has decided"}
    )
    answered_at = Instant(attribute="approval.answered_at", required=True, allow_none=True)
    reason = ma.fields.Str(attribute="approval.reason", required=True)
