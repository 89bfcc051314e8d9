"""What goes in and out of the routes about productions, negotiations and deals."""

from datetime import timedelta
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line, Paragraphs, WholeNumber
from app.infrastructure.http.paging import PageArgs, page_schema
from app.negotiation.rules.moves import OFFER_LASTS
from app.negotiation.signatures.schemas import SignatureOut, SigningOut, TermsNamedIn
from app.negotiation.signatures.states import Role
from app.negotiation.states import NegotiationStatus, OfferState, ProductionKind
from app.negotiation.terms.declarations import Declarations
from app.negotiation.terms.difference import ChangeKind
from app.negotiation.terms.fields import Day, VisibleLine, VisibleParagraphs
from app.negotiation.terms.schema import DealTermsIn
from app.rights.rules.hold_moves import (
    LONGEST_ANSWER_HOURS,
    SHORTEST_ANSWER_HOURS,
    USUAL_ANSWER_HOURS,
    USUAL_DAYS,
)
from app.values.law.vocabulary import Confidence, Enforcement

LONGEST_OFFER_DAYS = 90


class ProductionIn(ma.Schema):
    title = VisibleLine(200, required=True)
    kind = ma.fields.Enum(ProductionKind, by_value=True, required=True)
    description = Paragraphs(4000, shortest=0, load_default="")
    release_on = Day(load_default=None, allow_none=True, metadata={"description": "Planned first publication"})


class ProductionOut(ma.Schema):
    id = ma.fields.Str(required=True)
    licensee_party_id = ma.fields.Str(required=True)
    title = ma.fields.Str(required=True)
    kind = ma.fields.Enum(ProductionKind, by_value=True, required=True)
    description = ma.fields.Str(required=True)
    release_on = ma.fields.Date(required=True, allow_none=True)
    created_at = Instant(required=True)


class DeclarationsIn(ma.Schema):
    """Circumstances that some laws ask for. `null`, or left out: not said."""

    replaces_own_work = ma.fields.Bool(
        load_default=None,
        allow_none=True,
        truthy={True},
        falsy={False},
        metadata={"description": "The replica does what the performer would have done in person"},
    )
    has_counsel = ma.fields.Bool(
        load_default=None,
        allow_none=True,
        truthy={True},
        falsy={False},
        metadata={"description": "The performer's own counsel negotiated this license"},
    )
    has_union_cover = ma.fields.Bool(
        load_default=None,
        allow_none=True,
        truthy={True},
        falsy={False},
        metadata={"description": "A union's agreement that covers replicas applies"},
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Declarations:
        return Declarations(**data)


class OfferIn(ma.Schema):
    """A complete set of terms put to the other side."""

    terms = ma.fields.Nested(DealTermsIn, required=True)
    message = Paragraphs(
        4000,
        shortest=0,
        load_default="",
        metadata={"description": "A word to the other side; no part of the terms"},
    )
    declarations = ma.fields.Nested(
        DeclarationsIn,
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out: what was declared with the offer before goes on to stand"},
    )
    lasts_days = WholeNumber(
        load_default=OFFER_LASTS.days,
        validate=ma.validate.Range(1, LONGEST_OFFER_DAYS),
        metadata={"description": "For how many days of 24 hours it can be accepted"},
    )

    @ma.post_load
    def measure(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"lasts": timedelta(days=data.pop("lasts_days"))}


class CounterIn(OfferIn):
    """An answer to an offer."""

    effective_on = Day(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "In talks about an amendment: the day from which it holds; left out: as in the "
            "offer before"
        },
    )


class NegotiationIn(OfferIn):
    """A request for a license: the first offer."""

    package_id = Line(32, required=True)
    production_id = Line(32, required=True)
    intended_use = VisibleParagraphs(
        4000,
        required=True,
        metadata={
            "description": "What the likeness will do, reasonably specific: in which scenes, items or spots, and "
            "how much of it. Becomes part of the terms."
        },
    )


class AcceptanceIn(TermsNamedIn):
    """Exactly what is accepted."""


class DeclineIn(ma.Schema):
    reason = Paragraphs(2000, required=True, metadata={"description": "Told to the other side"})


class WithdrawalIn(ma.Schema):
    reason = Paragraphs(2000, shortest=0, load_default="", metadata={"description": "Told to the other side"})


class NegotiationsArgs(PageArgs):
    status = ma.fields.Enum(NegotiationStatus, by_value=True)


class HoldIn(ma.Schema):
    lasts_days = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, 365),
        metadata={
            "description": f"For how many days of 24 hours, up to the operator's limit; {USUAL_DAYS} unless said"
        },
    )


class ChallengeIn(ma.Schema):
    respond_within_hours = WholeNumber(
        load_default=USUAL_ANSWER_HOURS,
        validate=ma.validate.Range(SHORTEST_ANSWER_HOURS, LONGEST_ANSWER_HOURS),
        metadata={"description": "How long the party of the first hold has to match or release"},
    )


class HoldOut(ma.Schema):
    """Where a hold stands at the instant of asking. Of other holds it tells the number only."""

    place = ma.fields.Int(
        required=True, attribute="standing.place", metadata={"description": "1 is the first hold"}
    )
    ahead = ma.fields.Int(required=True, attribute="standing.ahead")
    behind = ma.fields.Int(required=True, attribute="standing.behind")
    lapses_at = Instant(
        required=True,
        attribute="standing.lapses_at",
        metadata={"description": "When it is over if nobody does anything"},
    )
    respond_by_at = Instant(
        required=True,
        allow_none=True,
        attribute="standing.respond_by_at",
        metadata={"description": "If it is challenged: match or release it before this instant"},
    )
    matched_at = Instant(required=True, allow_none=True, attribute="standing.matched_at")
    first_responds_by_at = Instant(
        required=True,
        allow_none=True,
        attribute="standing.first_responds_by_at",
        metadata={"description": "If the first hold ahead is challenged: until when it must answer"},
    )
    can_challenge = ma.fields.Bool(required=True, attribute="standing.can_challenge")
    covers_latest_offer = ma.fields.Bool(
        required=True, metadata={"description": "Whether all that the latest offer asks for is on hold"}
    )
    sentence = ma.fields.Str(required=True)


class FindingCitationOut(ma.Schema):
    rule_id = ma.fields.Str(required=True)
    jurisdiction = ma.fields.Str(required=True)
    citation = ma.fields.Str(required=True)
    source_url = ma.fields.Str(required=True)
    confidence = ma.fields.Enum(Confidence, by_value=True, required=True)
    lawyer_confirm = ma.fields.Bool(
        required=True, metadata={"description": "Have counsel confirm it before anyone relies on it"}
    )


class OfferFindingOut(ma.Schema):
    """What a law or guild rule says to the terms. Not legal advice."""

    rule_id = ma.fields.Str(required=True)
    enforcement = ma.fields.Enum(
        Enforcement,
        by_value=True,
        required=True,
        metadata={"description": "`block`: nothing is signed like this; `warn` and `record`: to be known"},
    )
    sentence = ma.fields.Str(required=True)
    remedy = ma.fields.Str(required=True)
    citation = ma.fields.Nested(FindingCitationOut, required=True)
    override_reason = ma.fields.Str(
        required=True,
        allow_none=True,
        metadata={"description": "Why an administrator made the rule do something else than its table suggests"},
    )


class DeclarationsOut(ma.Schema):
    """Circumstances that some laws ask for; `null`: not said."""

    replaces_own_work = ma.fields.Bool(required=True, allow_none=True)
    has_counsel = ma.fields.Bool(required=True, allow_none=True)
    has_union_cover = ma.fields.Bool(required=True, allow_none=True)


class OfferHeadOut(ma.Schema):
    """An offer without its terms."""

    number = ma.fields.Int(required=True, metadata={"description": "1 is the request"})
    by_party_id = ma.fields.Str(required=True)
    terms_sha256 = ma.fields.Str(required=True)
    message = ma.fields.Str(required=True)
    sent_at = Instant(required=True)
    expires_at = Instant(
        required=True, metadata={"description": "The first instant at which it can no longer be accepted"}
    )
    state = ma.fields.Enum(
        OfferState, by_value=True, required=True, metadata={"description": "At the instant of asking"}
    )


class OfferOut(OfferHeadOut):
    """An offer with its terms."""

    terms = ma.fields.Dict(
        keys=ma.fields.Str(),
        required=True,
        metadata={"description": "The whole document, exactly as hashed; its layout is named by `terms_version`"},
    )
    declarations = ma.fields.Nested(DeclarationsOut, required=True)
    findings = ma.fields.List(
        ma.fields.Nested(OfferFindingOut),
        required=True,
        metadata={
            "description": "What the law says to the latest offer now; once it is signed, what was known then. "
            "Empty for offers that nobody can accept any more"
        },
    )


class NegotiationOut(ma.Schema):
    id = ma.fields.Str(required=True, attribute="negotiation.id")
    status = ma.fields.Enum(NegotiationStatus, by_value=True, required=True, attribute="negotiation.status")
    role = ma.fields.Enum(
        Role,
        by_value=True,
        required=True,
        metadata={"description": "As what you read it. Only sides see messages and holds"},
    )
    package_id = ma.fields.Str(required=True, attribute="negotiation.package_id")
    production_id = ma.fields.Str(required=True, attribute="negotiation.production_id")
    production_title = ma.fields.Str(required=True)
    licensor_party_id = ma.fields.Str(required=True, attribute="negotiation.licensor_party_id")
    licensor_name = ma.fields.Str(required=True)
    licensee_party_id = ma.fields.Str(required=True, attribute="negotiation.licensee_party_id")
    licensee_name = ma.fields.Str(required=True)
    intended_use = ma.fields.Str(required=True, attribute="negotiation.intended_use")
    platform_fee_bps = ma.fields.Int(required=True, attribute="negotiation.platform_fee_bps")
    opened_at = Instant(required=True, attribute="negotiation.opened_at")
    awaited_party_id = ma.fields.Str(
        required=True, allow_none=True, metadata={"description": "Whose answer is awaited, if anybody's"}
    )
    latest_offer = ma.fields.Nested(OfferHeadOut, required=True)
    closed_at = Instant(required=True, allow_none=True, attribute="negotiation.closed_at")
    closed_by_party_id = ma.fields.Str(required=True, allow_none=True, attribute="negotiation.closed_by_party_id")
    closing_reason = ma.fields.Str(
        required=True, metadata={"description": "Why the talks ended; told to the sides alone"}
    )
    deal_id = ma.fields.Str(required=True, allow_none=True)


class NegotiationWithOffersOut(NegotiationOut):
    offers = ma.fields.List(ma.fields.Nested(OfferHeadOut), required=True, metadata={"description": "Oldest first"})
    findings = ma.fields.List(
        ma.fields.Nested(OfferFindingOut),
        required=True,
        metadata={
            "description": "What the law says to the latest offer now; once it is signed, what was known then"
        },
    )
    hold = ma.fields.Nested(
        HoldOut, required=True, allow_none=True, metadata={"description": "The licensee's hold, if one is in force"}
    )
    signing = ma.fields.Nested(
        SigningOut,
        required=True,
        allow_none=True,
        metadata={"description": "Who signs the latest offer beside the two sides; `null` where that was not kept"},
    )


class FieldChangeOut(ma.Schema):
    pointer = ma.fields.Str(
        required=True,
        metadata={"description": "JSON pointer into the later terms; into the earlier for what was removed"},
    )
    kind = ma.fields.Enum(ChangeKind, by_value=True, required=True)
    before = ma.fields.Raw(required=True, allow_none=True)
    after = ma.fields.Raw(required=True, allow_none=True)
    entered = ma.fields.List(
        ma.fields.Raw(), required=True, metadata={"description": "For lists of words: what came"}
    )
    left = ma.fields.List(ma.fields.Raw(), required=True, metadata={"description": "For lists of words: what went"})


class DifferenceOut(ma.Schema):
    before = ma.fields.Int(required=True, metadata={"description": "Number of the one offer"})
    after = ma.fields.Int(required=True, metadata={"description": "Number of the other"})
    changes = ma.fields.List(ma.fields.Nested(FieldChangeOut), required=True)


class DealOut(ma.Schema):
    """The executed terms. They never change; hash `terms_json` to see for yourself."""

    id = ma.fields.Str(required=True, attribute="deal.id")
    negotiation_id = ma.fields.Str(required=True, attribute="deal.negotiation_id")
    offer_number = ma.fields.Int(required=True, attribute="deal.offer_number")
    license_id = ma.fields.Str(required=True, attribute="deal.license_id")
    signed_at = Instant(required=True, attribute="deal.signed_at")
    terms_sha256 = ma.fields.Str(required=True, attribute="deal.terms_sha256")
    terms_json = ma.fields.Str(
        required=True,
        attribute="deal.terms_json",
        metadata={"description": "The terms in canonical JSON (RFC 8785), byte for byte what the hash is of"},
    )
    terms = ma.fields.Dict(keys=ma.fields.Str(), required=True, metadata={"description": "The same, read"})
    signatures = ma.fields.List(ma.fields.Nested(SignatureOut), required=True)
    findings = ma.fields.List(
        ma.fields.Nested(OfferFindingOut),
        required=True,
        metadata={"description": "What was known of the law when it was signed"},
    )


ProductionPageOut = page_schema(ProductionOut)
NegotiationPageOut = page_schema(NegotiationOut)
