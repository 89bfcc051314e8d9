"""What goes in and out of the routes about signatures of holders."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Paragraphs, WholeNumber
from app.negotiation.signatures.states import Role, SignerState
from app.parties.states import Capacity


class TermsNamedIn(ma.Schema):
    """Exactly what is answered."""

    offer_number = WholeNumber(required=True, validate=ma.validate.Range(1))
    terms_sha256 = ma.fields.Str(
        required=True,
        validate=ma.validate.Regexp(r"[0-9a-f]{64}\Z"),
        metadata={"description": "SHA-256 of the canonical JSON (RFC 8785) of the terms that were read"},
    )


class HolderRefusalIn(TermsNamedIn):
    reason = Paragraphs(2000, required=True, metadata={"description": "Told to both sides"})


class HoldingOut(ma.Schema):
    """What a signer holds of the rights in the terms."""

    capacity = ma.fields.Enum(Capacity, by_value=True, required=True, allow_none=True)
    share_bps = ma.fields.Int(
        required=True,
        allow_none=True,
        metadata={"description": "`null` for who acts for others, and to the licensee"},
    )
    components = ma.fields.List(ma.fields.Str(), required=True)


class SignerOut(ma.Schema):
    party_id = ma.fields.Str(required=True)
    party_name = ma.fields.Str(required=True)
    role = ma.fields.Enum(Role, by_value=True, required=True)
    state = ma.fields.Enum(
        SignerState, by_value=True, required=True, metadata={"description": "At the instant of asking"}
    )
    holdings = ma.fields.List(ma.fields.Nested(HoldingOut), required=True)
    signer_name = ma.fields.Str(required=True)
    answered_at = Instant(required=True, allow_none=True)
    reason = ma.fields.Str(required=True, metadata={"description": "Why it refused"})


class SigningOut(ma.Schema):
    """How the signatures under the latest offer stand, beside those of the two sides."""

    negotiation_id = ma.fields.Str(required=True)
    offer_number = ma.fields.Int(required=True)
    terms_sha256 = ma.fields.Str(required=True)
    expires_at = Instant(
        required=True, metadata={"description": "From this instant on acceptance and signatures are void"}
    )
    accepted_by_party_id = ma.fields.Str(required=True, allow_none=True)
    accepted_at = Instant(required=True, allow_none=True)
    signers = ma.fields.List(ma.fields.Nested(SignerOut), required=True)
    missing_share_bps = ma.fields.Int(
        required=True,
        allow_none=True,
        metadata={
            "description": "The most that is missing in any part of the rights, where the quorum goes by share; "
            "`null` to the licensee"
        },
    )
    is_complete = ma.fields.Bool(
        required=True, metadata={"description": "No signature is missing but that of the side that is to accept"}
    )
    has_changed = ma.fields.Bool(
        required=True,
        metadata={"description": "The holders are others than when the offer was sent; it has to be sent again"},
    )
    can_answer = ma.fields.Bool(required=True, metadata={"description": "You can sign or refuse as a holder"})
    deal_id = ma.fields.Str(required=True, allow_none=True)


class SignatureOut(ma.Schema):
    party_id = ma.fields.Str(required=True)
    party_name = ma.fields.Str(required=True)
    role = ma.fields.Enum(Role, by_value=True, required=True)
    user_id = ma.fields.Str(required=True)
    signer_name = ma.fields.Str(required=True)
    signed_at = Instant(required=True)
    holdings = ma.fields.List(
        ma.fields.Nested(HoldingOut),
        required=True,
        metadata={"description": "As what it signed for the licensor's side, as it stood when the terms were sent"},
    )
