"""Shapes of the licensing API."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line, Paragraphs, WholeNumber, plain_text
from app.infrastructure.http.paging import PageArgs
from app.licensing.rules.codes import Code, ObligationCode
from app.licensing.rules.facts import IntendedUse
from app.licensing.rules.listing import LicenseStanding
from app.licensing.states import LicenseAction, LicenseStatus, NoticeKind
from app.negotiation.terms.schema.scope import MOST_COUNTED
from app.negotiation.terms.vocabulary import CapUnit, ChangeOf, GuardContext
from app.values.components import Axis, Component
from app.values.media import MEDIA
from app.values.survival import Action
from app.values.territory import world
from app.verifier import LONGEST
from app.verifier import Code as VerifierCode

MOST_DECIDED_AT_ONCE = 500
LEAVES = [code for code, medium in MEDIA.items() if medium.is_leaf]


class IntendedUseIn(ma.Schema):
    """One use somebody means to make."""

    component = ma.fields.Enum(Component, by_value=True, required=True)
    axis = ma.fields.Enum(Axis, by_value=True, required=True)
    medium = ma.fields.Str(required=True, validate=ma.validate.OneOf(LEAVES), data_key="media")
    territory = ma.fields.Str(required=True, metadata={"description": "An ISO 3166-1 alpha-2 code"})
    language = ma.fields.Str(
        validate=ma.validate.Regexp(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}\Z"),
        metadata={"description": "A BCP 47 tag such as en or es-MX"},
    )
    category = ma.fields.Str(validate=plain_text(40))
    action = ma.fields.Enum(Action, by_value=True, load_default=Action.GENERATE)
    contexts = ma.fields.List(
        ma.fields.Enum(GuardContext, by_value=True),
        load_default=list,
        validate=ma.validate.Length(max=len(GuardContext)),
        metadata={"description": "Which contexts of a guard list the use touches; see `.../guard-list`"},
    )
    amounts = ma.fields.Dict(
        keys=ma.fields.Enum(CapUnit, by_value=True),
        values=WholeNumber(validate=ma.validate.Range(0, MOST_COUNTED)),
        load_default=dict,
        metadata={
            "description": "How much it would take, by unit of a cap; one that is not named is not asked about",
            "example": {"lines": 20},
        },
    )
    approval_id = ma.fields.Str(
        validate=plain_text(32), metadata={"description": "The licensor's approval that the use rests on"}
    )

    @ma.validates("territory")
    def known(self, value: str, data_key: str) -> None:
        if value not in world():
            raise ma.ValidationError(f"{value[:40]!r} is not an ISO 3166-1 alpha-2 code.")

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return intended_use(data)


def intended_use(data: dict[str, Any]) -> IntendedUse:
    """Return the use that members which were read stand for."""
    return IntendedUse(
        **data | {"contexts": frozenset(data["contexts"]), "amounts": tuple(data["amounts"].items())}
    )


class UseOfLicenseIn(IntendedUseIn):
    """One use somebody means to make under one of several licenses."""

    license_id = ma.fields.Str(required=True, validate=plain_text(32))

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return data.pop("license_id"), intended_use(data)


class UsesIn(ma.Schema):
    """Many uses, of one license or of several."""

    uses = ma.fields.List(
        ma.fields.Nested(UseOfLicenseIn), required=True, validate=ma.validate.Length(1, MOST_DECIDED_AT_ONCE)
    )


class ObligationOut(ma.Schema):
    """Something that goes with a yes."""

    code = ma.fields.Enum(ObligationCode, by_value=True, required=True)
    sentence = ma.fields.Str(required=True)
    text = ma.fields.Str(
        required=True,
        metadata={"description": "The label to show or the credit to give as agreed; else empty"},
    )


class DecisionOut(ma.Schema):
    """Yes or no, one stable code, a sentence, and until when the answer may be relied on."""

    allowed = ma.fields.Bool(attribute="is_allowed", required=True)
    code = ma.fields.Enum(Code, by_value=True, required=True)
    sentence = ma.fields.Str(required=True)
    obligations = ma.fields.List(ma.fields.Str(), required=True)
    obligation_details = ma.fields.List(
        ma.fields.Nested(ObligationOut), required=True, metadata={"description": "The same for machines"}
    )
    valid_until = Instant(required=True)


class DecisionAboutOut(DecisionOut):
    """The answer about one use of a batch."""

    license_id = ma.fields.Str(required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        return obj.license_id if attr == "license_id" else getattr(obj.decision, attr, default)


class DecisionsOut(ma.Schema):
    """One answer for each use, in their order."""

    decisions = ma.fields.List(ma.fields.Nested(DecisionAboutOut), required=True)


class TermsVersionOut(ma.Schema):
    """Terms that were signed for a license, and from when on they are its own."""

    version = ma.fields.Int(required=True, metadata={"description": "1 is the deal that made the license"})
    deal_id = ma.fields.Str(required=True)
    change_of = ma.fields.Enum(
        ChangeOf,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "What it did to the version before; nothing for the first"},
    )
    effective_at = Instant(required=True)
    terms_sha256 = ma.fields.Str(required=True)


class LicenseOut(ma.Schema):
    """A license as it stands at the instant of asking."""

    id = ma.fields.Str(attribute="license.id", required=True)
    deal_id = ma.fields.Str(attribute="license.deal_id")
    package_id = ma.fields.Str(attribute="license.package_id")
    licensor_party_id = ma.fields.Str(attribute="license.licensor_party_id")
    licensee_party_id = ma.fields.Str(attribute="license.licensee_party_id")
    status = ma.fields.Enum(LicenseStatus, by_value=True, attribute="license.status", required=True)
    standing = ma.fields.Str(required=True, metadata={"description": "ALLOWED, or what stops ordinary use"})
    starts_at = Instant(attribute="license.starts_at", required=True)
    ends_at = Instant(attribute="license.ends_at", required=True)
    authority_ends_at = Instant(attribute="license.authority_ends_at", allow_none=True)
    activated_at = Instant(attribute="license.activated_at", allow_none=True)
    checked_in_at = Instant(attribute="license.checked_in_at", allow_none=True)
    check_in_due_at = Instant(
        allow_none=True, metadata={"description": "Nothing: the deal asks for no check-ins, see `.../check-ins`"}
    )
    terms_sha256 = ma.fields.Str(
        attribute="in_force.terms_sha256",
        required=True,
        metadata={"description": "Of the terms in force at the instant of asking"},
    )
    versions = ma.fields.List(
        ma.fields.Nested(TermsVersionOut),
        required=True,
        metadata={"description": "All terms ever signed for it, oldest first"},
    )
    fee_charge_id = ma.fields.Str(allow_none=True, metadata={"description": "See `/v1/charges/{id}` to pay"})
    terms = ma.fields.Dict(keys=ma.fields.Str(), values=ma.fields.Raw(), attribute="in_force.terms.document")


class LicensesArgs(PageArgs):
    """Which licenses are listed."""

    standing = ma.fields.Enum(
        LicenseStanding,
        by_value=True,
        metadata={
            "description": "As they stand now. `ended`: the term is over; `active` includes an overdue check-in"
        },
    )
    ends_before = Instant(metadata={"description": "Only those whose term ends before it"})
    ends_after = Instant(metadata={"description": "Only those whose term ends after it"})


class LicenseSummaryOut(LicenseOut):
    """A license in a list: without its terms."""

    class Meta:
        exclude = ("terms", "fee_charge_id")


class StandingChangeIn(ma.Schema):
    """Why the standing of a license changes: the other side reads it."""

    reason = Paragraphs(2000, required=True)


class StatusChangeOut(ma.Schema):
    changed_at = Instant()
    action = ma.fields.Enum(LicenseAction, by_value=True)
    from_status = ma.fields.Enum(LicenseStatus, by_value=True)
    to_status = ma.fields.Enum(LicenseStatus, by_value=True)
    reason = ma.fields.Str()


class NoticeOut(ma.Schema):
    kind = ma.fields.Enum(NoticeKind, by_value=True)
    due_at = Instant()
    announced_at = Instant(allow_none=True)


class HistoryOut(ma.Schema):
    """What happened to a license and what is to be announced."""

    changes = ma.fields.List(ma.fields.Nested(StatusChangeOut))
    notices = ma.fields.List(ma.fields.Nested(NoticeOut))


class CredentialIn(ma.Schema):
    """For whom a credential is made."""

    audience = Line(
        200,
        metadata={
            "description": "The name by which whoever relies on it knows itself, such as farm.example; "
            "without it: the licensee's party id"
        },
    )


class CredentialCheckIn(ma.Schema):
    """A credential that somebody was shown."""

    token = ma.fields.Str(required=True, validate=plain_text(LONGEST))
    audience = Line(200, metadata={"description": "For whom it must have been made; without it: anybody"})


class CredentialCheckOut(ma.Schema):
    """Whether it may be relied on at this instant; what it says only if it may."""

    valid = ma.fields.Bool(attribute="is_valid", required=True)
    code = ma.fields.Enum(VerifierCode, by_value=True, required=True)
    sentence = ma.fields.Str(required=True)
    valid_until = Instant(required=True, allow_none=True)
    claims = ma.fields.Dict(keys=ma.fields.Str(), values=ma.fields.Raw(), required=True, allow_none=True)


class CredentialOut(ma.Schema):
    """A compact JWS (ES256) that any JOSE library checks against `/.well-known/jwks.json`."""

    id = ma.fields.Str(attribute="credential.id")
    token = ma.fields.Str()
    expires_at = Instant(attribute="credential.expires_at")
