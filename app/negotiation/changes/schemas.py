"""What goes in and out of the routes about changes of signed deals."""

from datetime import timedelta
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line, Paragraphs, WholeNumber
from app.negotiation.rules.moves import OFFER_LASTS
from app.negotiation.schemas import LONGEST_OFFER_DAYS, DeclarationsIn
from app.negotiation.terms.fields import Day, VisibleParagraphs
from app.negotiation.terms.schema import DealTermsIn
from app.negotiation.terms.vocabulary import ChangeOf


class ChangeIn(ma.Schema):
    """What every offer of a change carries."""

    message = Paragraphs(
        4000,
        shortest=0,
        load_default="",
        metadata={"description": "A word to the other side; no part of the terms"},
    )
    lasts_days = WholeNumber(
        load_default=OFFER_LASTS.days,
        validate=ma.validate.Range(1, LONGEST_OFFER_DAYS),
        metadata={"description": "For how many days of 24 hours it can be accepted"},
    )

    @ma.post_load
    def measure(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"lasts": timedelta(days=data.pop("lasts_days"))}


class TermsChangeIn(ChangeIn):
    """A change whose terms are named as a whole."""

    terms = ma.fields.Nested(DealTermsIn, required=True)
    declarations = ma.fields.Nested(
        DeclarationsIn,
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out: what was declared with the deal goes on to stand"},
    )


class AmendmentIn(TermsChangeIn):
    """Other terms for a signed deal."""

    effective_on = Day(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "The day, in the zone of the term, from which they hold; nothing: from the signature. "
            "Periods that began before keep the terms they had"
        },
    )


class TerminationIn(ChangeIn):
    """An earlier end, agreed by both sides."""

    last_day = Day(required=True, metadata={"description": "Included; today at the earliest"})


class AssignmentIn(ChangeIn):
    """Who would take the licensee's place."""

    assignee_party_id = Line(32, required=True, metadata={"description": "That party signs as well"})


class RenewalIn(TermsChangeIn):
    """Terms of a license that follows this one."""

    intended_use = VisibleParagraphs(
        4000, load_default=None, allow_none=True, metadata={"description": "Left out: the same as before"}
    )


class DealVersionOut(ma.Schema):
    """One version of a deal. Which is in force follows from `effective_at` and the clock."""

    deal_id = ma.fields.Str(required=True, attribute="deal.id")
    version = ma.fields.Int(required=True, attribute="version.version")
    change_of = ma.fields.Enum(
        ChangeOf,
        by_value=True,
        required=True,
        allow_none=True,
        attribute="version.change_of",
        metadata={"description": "What it did to the version before; nothing for the first"},
    )
    effective_at = Instant(required=True, attribute="version.effective_at")
    signed_at = Instant(required=True, attribute="deal.signed_at")
    terms_sha256 = ma.fields.Str(required=True, attribute="deal.terms_sha256")
    negotiation_id = ma.fields.Str(required=True, attribute="deal.negotiation_id")
    license_id = ma.fields.Str(required=True, attribute="deal.license_id")


class DealVersionsOut(ma.Schema):
    items = ma.fields.List(
        ma.fields.Nested(DealVersionOut), required=True, metadata={"description": "Oldest first"}
    )
