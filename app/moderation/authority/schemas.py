"""What goes in and out of the routes about failed authority."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant
from app.infrastructure.http.paging import PageArgs, page_schema
from app.licensing.states import LicenseStatus
from app.moderation.states import CaseState, Direction


class CasesArgs(PageArgs):
    state = ma.fields.Enum(CaseState, by_value=True)


class CasePaymentsArgs(PageArgs):
    direction = ma.fields.Enum(Direction, by_value=True)


class AuthorityCaseOut(ma.Schema):
    """A representation that failed as of an instant."""

    id = ma.fields.Str(required=True, attribute="case.id")
    representation_id = ma.fields.Str(required=True, attribute="case.representation_id")
    performer_id = ma.fields.Str(required=True, attribute="case.performer_id")
    performer_name = ma.fields.Str(required=True)
    holder_party_id = ma.fields.Str(required=True, attribute="case.holder_party_id")
    holder_name = ma.fields.Str(required=True)
    as_of_at = Instant(
        required=True,
        attribute="case.as_of_at",
        metadata={"description": "What was signed from this instant on rests on nothing"},
    )
    reason = ma.fields.Str(required=True, attribute="case.reason")
    opened_at = Instant(required=True, attribute="case.opened_at")
    closed_at = Instant(required=True, allow_none=True, attribute="case.closed_at")
    closing_reason = ma.fields.Str(required=True, attribute="case.closing_reason")


class LicenseCountOut(ma.Schema):
    status = ma.fields.Enum(LicenseStatus, by_value=True, required=True)
    licenses = ma.fields.Int(required=True)


class MoneyTotalOut(ma.Schema):
    """Payments of one direction, status and currency, added up."""

    direction = ma.fields.Enum(Direction, by_value=True, required=True)
    status = ma.fields.Str(
        required=True, metadata={"description": "Of the charge, or of the beneficiary's share: `held` is kept back"}
    )
    currency = ma.fields.Str(required=True)
    payments = ma.fields.Int(required=True)
    amount_minor = ma.fields.Int(required=True)


class BlastRadiusOut(ma.Schema):
    """A case and how far it reaches."""

    case = ma.fields.Nested(AuthorityCaseOut, required=True, attribute="view")
    licenses = ma.fields.List(ma.fields.Nested(LicenseCountOut), required=True)
    deliveries = ma.fields.Int(required=True)
    delivered_bytes = ma.fields.Int(required=True)
    open_negotiations = ma.fields.Int(required=True)
    money = ma.fields.List(ma.fields.Nested(MoneyTotalOut), required=True)


class AffectedLicenseOut(ma.Schema):
    """A license signed by the authority since it failed. It goes on until an administrator suspends it."""

    id = ma.fields.Str(required=True, attribute="license.id")
    package_id = ma.fields.Str(required=True, attribute="license.package_id")
    package_title = ma.fields.Str(required=True)
    licensor_party_id = ma.fields.Str(required=True, attribute="license.licensor_party_id")
    licensor_name = ma.fields.Str(required=True)
    licensee_party_id = ma.fields.Str(required=True, attribute="license.licensee_party_id")
    licensee_name = ma.fields.Str(required=True)
    status = ma.fields.Enum(LicenseStatus, by_value=True, required=True, attribute="license.status")
    standing = ma.fields.Str(required=True, metadata={"description": "ALLOWED, or what stops ordinary use"})
    signed_at = Instant(required=True, attribute="license.created_at")
    starts_at = Instant(required=True, attribute="license.starts_at")
    ends_at = Instant(required=True, attribute="license.ends_at")
    deliveries = ma.fields.Int(required=True, metadata={"description": "Copies handed out under it"})


class AffectedDeliveryOut(ma.Schema):
    """A copy that was handed out under a license of the case."""

    id = ma.fields.Str(required=True, attribute="delivery.id")
    license_id = ma.fields.Str(required=True, attribute="delivery.license_id")
    licensee_party_id = ma.fields.Str(required=True)
    licensee_name = ma.fields.Str(required=True)
    asset_id = ma.fields.Str(required=True, attribute="delivery.asset_id")
    filename = ma.fields.Str(required=True, attribute="delivery.filename")
    sha256 = ma.fields.Str(required=True, attribute="delivery.sha256")
    size_bytes = ma.fields.Int(required=True, attribute="delivery.size_bytes")
    delivered_at = Instant(required=True, attribute="delivery.delivered_at")


class AffectedPaymentOut(ma.Schema):
    """Money that a licensee was asked for (`in`), or a beneficiary's share of it (`out`)."""

    id = ma.fields.Str(required=True, attribute="payment.id")
    direction = ma.fields.Enum(Direction, by_value=True, required=True, attribute="payment.direction")
    license_id = ma.fields.Str(required=True, attribute="payment.license_id")
    party_id = ma.fields.Str(required=True, attribute="payment.party_id")
    party_name = ma.fields.Str(required=True)
    amount_minor = ma.fields.Int(required=True, attribute="payment.amount_minor")
    currency = ma.fields.Str(required=True, attribute="payment.currency")
    status = ma.fields.Str(required=True, attribute="payment.status")
    asked_at = Instant(required=True, attribute="payment.asked_at")
    settled_at = Instant(required=True, allow_none=True, attribute="payment.settled_at")


class FrozenNegotiationOut(ma.Schema):
    """Open talks that rely on the authority; without it nothing can be signed."""

    id = ma.fields.Str(required=True, attribute="negotiation.id")
    package_id = ma.fields.Str(required=True, attribute="negotiation.package_id")
    package_title = ma.fields.Str(required=True)
    licensor_party_id = ma.fields.Str(required=True, attribute="negotiation.licensor_party_id")
    licensor_name = ma.fields.Str(required=True)
    licensee_party_id = ma.fields.Str(required=True, attribute="negotiation.licensee_party_id")
    licensee_name = ma.fields.Str(required=True)
    opened_at = Instant(required=True, attribute="negotiation.opened_at")
    offers = ma.fields.Int(required=True)
    last_offer_at = Instant(required=True)


AuthorityCasePageOut = page_schema(AuthorityCaseOut)
AffectedLicensePageOut = page_schema(AffectedLicenseOut)
AffectedDeliveryPageOut = page_schema(AffectedDeliveryOut)
AffectedPaymentPageOut = page_schema(AffectedPaymentOut)
FrozenNegotiationPageOut = page_schema(FrozenNegotiationOut)
