"""Shapes of what is due."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant
from app.licensing.dues.states import DueKind, DueStatus


class DueOut(ma.Schema):
    """A part of the fee or of the advance, as it stands at the instant of asking."""

    id = ma.fields.Str(attribute="due.id", required=True)
    kind = ma.fields.Enum(DueKind, by_value=True, attribute="due.kind", required=True)
    number = ma.fields.Int(
        attribute="due.number", required=True, metadata={"description": "1 for the first of its kind"}
    )
    title = ma.fields.Str(required=True)
    amount_minor = ma.fields.Int(attribute="due.amount_minor", required=True)
    currency = ma.fields.Str(attribute="due.currency", required=True)
    status = ma.fields.Enum(
        DueStatus,
        by_value=True,
        required=True,
        metadata={"description": "Follows from the clock. `overdue` does not stop a running license by itself"},
    )
    is_at_signature = ma.fields.Bool(
        attribute="due.is_at_signature",
        required=True,
        metadata={"description": "The license begins to count when all of these are paid"},
    )
    due_at = Instant(attribute="due.due_at", required=True)
    overdue_at = Instant(attribute="due.overdue_at", required=True, metadata={"description": "Its day is over"})
    charged_at = Instant(attribute="due.charged_at", required=True, allow_none=True)
    paid_at = Instant(attribute="due.paid_at", required=True, allow_none=True)
    lapsed_at = Instant(
        attribute="due.lapsed_at",
        required=True,
        allow_none=True,
        metadata={"description": "When a termination or a change of the deal made it be owed no more"},
    )
    charge_id = ma.fields.Function(
        lambda view: view.charge.id if view.charge else None,
        metadata={"type": ["string", "null"], "description": "See `/v1/charges/{id}` to pay, as who was asked to"},
    )
    problem = ma.fields.Function(
        lambda view: view.charge.problem if view.charge else "",
        metadata={"type": "string", "description": "Why it could not be collected, else empty"},
    )


class DuesOut(ma.Schema):
    """Everything a license owes by its deal, in the order of the days."""

    items = ma.fields.List(ma.fields.Nested(DueOut), required=True)
