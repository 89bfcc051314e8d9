"""The whole wiring on one screen: tables, routes with their authentication, who listens to what, what runs when."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from app.audit import models as audit_models
from app.catalog import models as catalog_models
from app.catalog import routes as catalog_routes
from app.catalog.events import PackageListed, PackageSubmitted, PackageWithdrawn
from app.identity import access
from app.identity import models as identity_models
from app.identity import routes as identity_routes
from app.infrastructure import clock, signing_keys
from app.infrastructure.events import Subscribers
from app.infrastructure.http import health, idempotency
from app.infrastructure.jobs import models as job_models
from app.infrastructure.jobs.worker import Handler
from app.law import models as law_models
from app.law import routes as law_routes
from app.ledger import models as ledger_models
from app.ledger import routes as ledger_routes
from app.licensing import jobs as licensing_jobs
from app.licensing import models as licensing_models
from app.licensing import routes as licensing_routes
from app.licensing import subscribers as licensing_subscribers
from app.licensing.approvals import models as approval_models
from app.licensing.approvals import routes as approval_routes
from app.licensing.approvals.events import ApprovalAnswered, ApprovalAsked
from app.licensing.checkins import models as check_in_models
from app.licensing.checkins import routes as check_in_routes
from app.licensing.closing import models as closing_models
from app.licensing.closing import routes as closing_routes
from app.licensing.closing.events import CopiesDestroyed, DutyNoticeDue, EvidenceAnswered, EvidenceFiled
from app.licensing.delivery import routes as delivery_routes
from app.licensing.dues import models as dues_models
from app.licensing.dues import routes as dues_routes
from app.licensing.dues.events import DueCharged, DueOverdue
from app.licensing.events import FeeEarned, LicenseActivated, LicenseNoticeDue, LicenseStandingChanged
from app.licensing.guard import routes as guard_routes
from app.licensing.manifest import routes as manifest_routes
from app.licensing.marks import jobs as marks_jobs
from app.licensing.marks import models as marks_models
from app.licensing.marks import routes as marks_routes
from app.licensing.quotas import models as quota_models
from app.licensing.quotas import routes as quota_routes
from app.licensing.record import routes as record_routes
from app.licensing.standing import models as standing_models
from app.licensing.standing import routes as standing_routes
from app.licensing.standing import subscribers as standing_subscribers
from app.licensing.standing.events import BreachAnswered, BreachNoticed
from app.moderation import models as moderation_models
from app.moderation import routes as moderation_routes
from app.moderation import subscribers as moderation_subscribers
from app.moderation.authority import routes as authority_routes
from app.moderation.events import AuthorityCaseClosed, AuthorityCaseOpened
from app.negotiation import models as negotiation_models
from app.negotiation import routes as negotiation_routes
from app.negotiation.changes import routes as change_routes
from app.negotiation.contract import jobs as contract_jobs
from app.negotiation.contract import models as contract_models
from app.negotiation.contract import routes as contract_routes
from app.negotiation.contract import subscribers as contract_subscribers
from app.negotiation.discussion import inspection_routes
from app.negotiation.discussion import models as discussion_models
from app.negotiation.discussion import routes as discussion_routes
from app.negotiation.discussion.events import (
    DocumentAsked,
    DocumentRequestClosed,
    DocumentShared,
    FieldReopened,
    InspectionOpened,
    WordsWaiting,
)
from app.negotiation.events import (
    DealChanged,
    DealSigned,
    HolderRefused,
    NegotiationEnded,
    OfferSent,
    SignaturesAwaited,
)
from app.negotiation.signatures import models as signature_models
from app.notifications import approvals as approval_notices
from app.notifications import authority as authority_notices
from app.notifications import changes as change_notices
from app.notifications import closing as closing_notices
from app.notifications import discussion as discussion_notices
from app.notifications import dues as due_notices
from app.notifications import holds as hold_notices
from app.notifications import jobs as notifications_jobs
from app.notifications import models as notifications_models
from app.notifications import representations as representation_notices
from app.notifications import signatures as signature_notices
from app.notifications import standing as standing_notices
from app.notifications import subscribers as notifications_subscribers
from app.notifications.webhooks import jobs as webhook_jobs
from app.notifications.webhooks import models as webhook_models
from app.notifications.webhooks import routes as webhook_routes
from app.notifications.webhooks.subscribers import with_webhooks
from app.parties import authority_routes as chain_routes
from app.parties import models as parties_models
from app.parties import routes as parties_routes
from app.parties.death import routes as death_routes
from app.parties.directives import models as directive_models
from app.parties.directives import routes as directive_routes
from app.parties.directives.events import DirectiveRecorded, DirectiveWithdrawn
from app.parties.events import (
    PerformerDied,
    RepresentationFailed,
    RepresentationRefused,
    RepresentationRestored,
    RepresentationVerified,
)
from app.parties.tax_forms import models as tax_form_models
from app.parties.tax_forms import routes as tax_form_routes
from app.parties.tax_forms.events import TaxFormConfirmed, TaxFormRevoked
from app.payments import jobs as payments_jobs
from app.payments import models as payments_models
from app.payments import routes as payments_routes
from app.payments.events import DisputeClosed, DisputeOpened, PaymentCaptured, TransferRejected, TransferSent
from app.rights import models as rights_models
from app.rights import restriction_routes
from app.rights import routes as rights_routes
from app.rights import subscribers as rights_subscribers
from app.rights.events import HoldChallenged, HoldMatched, HoldReleased
from app.rights.index import models as rights_index_models
from app.rights.search import routes as rights_search_routes
from app.royalties import jobs as royalties_jobs
from app.royalties import models as royalties_models
from app.royalties import routes as royalties_routes
from app.royalties import subscribers as royalties_subscribers
from app.royalties.events import PayoutHeld, StatementIssued, UsageReported
from app.royalties.projecting import routes as projection_routes
from app.web.account import blueprint as account
from app.web.backoffice import api as demo_api
from app.web.backoffice import blueprint as backoffice
from app.web.guard import person
from app.web.licensee import blueprint as licensee
from app.web.licensor import blueprint as licensor
from app.web.people import blueprint as people
from app.web.storefront import blueprint as storefront

MODELS = (
    clock,
    signing_keys,
    idempotency,
    job_models,
    audit_models,
    identity_models,
    parties_models,
    directive_models,
    tax_form_models,
    law_models,
    catalog_models,
    ledger_models,
    payments_models,
    rights_models,
    rights_index_models,
    negotiation_models,
    contract_models,
    discussion_models,
    signature_models,
    licensing_models,
    check_in_models,
    dues_models,
    quota_models,
    closing_models,
    approval_models,
    marks_models,
    standing_models,
    moderation_models,
    royalties_models,
    notifications_models,
    webhook_models,
)
"""Importing them is what fills `SQLModel.metadata`."""

API: Sequence[tuple[Blueprint, access.Authentication]] = (
    (identity_routes.me, access.api_key),
    (identity_routes.api_keys, access.api_key),
    (parties_routes.parties, access.api_key),
    (parties_routes.performers, access.api_key),
    (parties_routes.representations, access.api_key),
    (chain_routes.authority, access.api_key),
    (directive_routes.directives, access.api_key),
    (death_routes.deaths, access.api_key),
    (tax_form_routes.tax_forms, access.api_key),
    (law_routes.law, access.api_key),
    (law_routes.of_performers, access.api_key),
    (law_routes.of_parties, access.api_key),
    (catalog_routes.packages, access.api_key),
    (catalog_routes.previews, access.nobody),
    (ledger_routes.ledger, access.api_key),
    (payments_routes.charges, access.api_key),
    (payments_routes.connected_accounts, access.api_key),
    (rights_routes.avails, access.api_key),
    (rights_search_routes.catalog_avails, access.api_key),
    (restriction_routes.restrictions, access.api_key),
    (restriction_routes.milestones, access.api_key),
    (restriction_routes.package_holds, access.api_key),
    (negotiation_routes.productions, access.api_key),
    (negotiation_routes.negotiations, access.api_key),
    (negotiation_routes.deals, access.api_key),
    (contract_routes.contracts, access.api_key),
    (contract_routes.contract_checks, access.nobody),
    (discussion_routes.discussion, access.api_key),
    (inspection_routes.inspections, access.api_key),
    (change_routes.changes, access.api_key),
    (licensing_routes.licenses, access.api_key),
    (standing_routes.standing, access.api_key),
    (dues_routes.dues, access.api_key),
    (quota_routes.quotas, access.api_key),
    (approval_routes.approvals, access.api_key),
    (check_in_routes.check_ins, access.api_key),
    (check_in_routes.reporting, access.decision_key),
    (guard_routes.guard_lists, access.decision_key),
    (closing_routes.closing, access.api_key),
    (closing_routes.duties, access.api_key),
    (licensing_routes.decisions_blueprint, access.decision_key),
    (licensing_routes.batches, access.decision_key),
    (quota_routes.reservations, access.decision_key),
    (licensing_routes.credential_checks, access.nobody),
    (manifest_routes.manifest_checks, access.decision_key),
    (delivery_routes.files, access.api_key),
    (delivery_routes.deliveries, access.api_key),
    (delivery_routes.delivery_links, access.nobody),
    (licensing_routes.published, access.nobody),
    (record_routes.records, access.nobody),
    (marks_routes.marks, access.api_key),
    (marks_routes.mark_files, access.api_key),
    (marks_routes.mark_checks, access.nobody),
    (marks_routes.mark_root, access.nobody),
    (moderation_routes.decisions, access.api_key),
    (moderation_routes.reviews, access.api_key),
    (authority_routes.cases, access.api_key),
    (royalties_routes.usage_reports, access.api_key),
    (royalties_routes.statements, access.api_key),
    (projection_routes.projections, access.api_key),
    (webhook_routes.endpoints, access.api_key),
    (webhook_routes.event_types, access.api_key),
    (demo_api.demo, access.api_key),
)
"""Blueprints documented in OpenAPI."""

PAGES: Sequence[tuple[Blueprint, access.Authentication]] = (
    (health.blueprint, access.nobody),
    (payments_routes.webhooks, access.nobody),
    (storefront.blueprint, person),
    (account.blueprint, person),
    (people.blueprint, person),
    (licensee.blueprint, person),
    (licensor.blueprint, person),
    (backoffice.blueprint, person),
)
"""Pages for people, and addresses for machines outside the API."""

ROUTES = (*API, *PAGES)

_LISTENERS: Subscribers = {
    RepresentationFailed: [moderation_subscribers.open_case],
    RepresentationRestored: [moderation_subscribers.close_case],
    PackageSubmitted: [moderation_subscribers.open_review],
    PackageListed: [rights_subscribers.on_catalog_changed],
    PackageWithdrawn: [rights_subscribers.on_catalog_changed, moderation_subscribers.close_review],
    DealSigned: [
        contract_subscribers.on_deal_signed,
        licensing_subscribers.on_deal_signed,
        signature_notices.on_deal_signed,
    ],
    DealChanged: [
        contract_subscribers.on_deal_signed,
        licensing_subscribers.on_deal_changed,
        standing_subscribers.on_deal_changed,
        royalties_subscribers.on_deal_changed,
        signature_notices.on_deal_signed,
        change_notices.on_deal_changed,
    ],
    PaymentCaptured: [licensing_subscribers.on_payment_captured, royalties_subscribers.on_payment_captured],
    DisputeOpened: [standing_subscribers.on_dispute_opened, royalties_subscribers.on_dispute_opened],
    DisputeClosed: [standing_subscribers.on_dispute_closed, royalties_subscribers.on_dispute_closed],
    TransferSent: [royalties_subscribers.on_transfer_sent],
    TransferRejected: [royalties_subscribers.on_transfer_rejected],
    TaxFormConfirmed: [royalties_subscribers.on_tax_form_confirmed],
    TaxFormRevoked: [royalties_subscribers.on_tax_form_revoked],
    FeeEarned: [royalties_subscribers.on_fee_earned],
    OfferSent: [notifications_subscribers.on_offer_sent, signature_notices.on_offer_sent],
    SignaturesAwaited: [signature_notices.on_signatures_awaited],
    HolderRefused: [signature_notices.on_holder_refused],
    NegotiationEnded: [notifications_subscribers.on_negotiation_ended, signature_notices.on_negotiation_ended],
    UsageReported: [royalties_subscribers.on_usage_reported, notifications_subscribers.on_usage_reported],
    StatementIssued: [notifications_subscribers.on_statement_issued],
    DueCharged: [due_notices.on_due_charged],
    DueOverdue: [due_notices.on_due_overdue],
    ApprovalAsked: [approval_notices.on_approval_asked],
    ApprovalAnswered: [approval_notices.on_approval_answered],
    LicenseActivated: [
        royalties_subscribers.on_license_activated,
        notifications_subscribers.on_license_activated,
        standing_subscribers.on_license_activated,
    ],
    BreachNoticed: [standing_notices.on_breach_noticed],
    BreachAnswered: [standing_notices.on_breach_answered],
    LicenseNoticeDue: [notifications_subscribers.on_license_notice],
    LicenseStandingChanged: [notifications_subscribers.on_standing_changed],
    DutyNoticeDue: [closing_notices.on_duty_notice],
    EvidenceFiled: [closing_notices.on_evidence_filed],
    EvidenceAnswered: [closing_notices.on_evidence_answered],
    CopiesDestroyed: [closing_notices.on_copies_destroyed],
    AuthorityCaseOpened: [authority_notices.on_case_opened],
    AuthorityCaseClosed: [authority_notices.on_case_closed],
    RepresentationVerified: [representation_notices.on_representation_verified],
    RepresentationRefused: [representation_notices.on_representation_refused],
    DirectiveRecorded: [representation_notices.on_directive_recorded],
    DirectiveWithdrawn: [representation_notices.on_directive_withdrawn],
    PerformerDied: [representation_notices.on_performer_died],
    PayoutHeld: [representation_notices.on_payout_held],
    HoldChallenged: [hold_notices.on_hold_challenged],
    HoldMatched: [hold_notices.on_hold_matched],
    HoldReleased: [hold_notices.on_hold_released],
    WordsWaiting: [discussion_notices.on_words_waiting],
    FieldReopened: [discussion_notices.on_field_reopened],
    DocumentAsked: [discussion_notices.on_document_asked],
    DocumentShared: [discussion_notices.on_document_shared],
    DocumentRequestClosed: [discussion_notices.on_document_request_closed],
    InspectionOpened: [discussion_notices.on_inspection_opened],
}

SUBSCRIBERS: Subscribers = with_webhooks(_LISTENERS)
"""Handlers run in this order, in the transaction of the event; webhooks come last, by their catalog."""

JOBS: dict[str, Handler] = {
    "licensing.announce_due": licensing_jobs.announce_due,
    "licensing.charge_due": licensing_jobs.charge_due,
    "licensing.erase_retired_signers": marks_jobs.erase_retired_signers,
    "licensing.prepare_signing_key": licensing_jobs.prepare_signing_key,
    "negotiation.render_contract": contract_jobs.render_contract,
    "notifications.deliver_webhook": webhook_jobs.deliver,
    "notifications.send": notifications_jobs.send,
    "payments.apply_webhook": payments_jobs.apply_webhook,
    "payments.call_stripe": payments_jobs.call_stripe,
    "payments.look_at": payments_jobs.look_at,
    "payments.reconcile": payments_jobs.reconcile,
    "royalties.settle_holds": royalties_jobs.settle_holds,
    "royalties.test_guarantees": royalties_jobs.test_guarantees,
}
"""Handlers of queued work, by kind."""

SCHEDULE: dict[str, timedelta] = {
    "licensing.announce_due": timedelta(seconds=5),
    "licensing.charge_due": timedelta(minutes=1),
    "licensing.erase_retired_signers": timedelta(hours=1),
    "licensing.prepare_signing_key": timedelta(hours=1),
    "payments.reconcile": timedelta(minutes=1),
    "royalties.settle_holds": timedelta(minutes=1),
    "royalties.test_guarantees": timedelta(hours=1),
}
"""Jobs enqueued once per slot of this length, however many workers run."""
