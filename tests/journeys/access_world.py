"""One of everything, each with its parties, and strangers to all of it."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from app.catalog import service as catalog
from app.catalog.models import Asset
from app.catalog.queries import package
from app.catalog.states import AssetPurpose
from app.identity import service as identity
from app.identity.access import COOKIE
from app.identity.actor import Actor
from app.identity.models import User
from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.storage import AssetStore
from app.licensing.delivery.service import deliver_asset
from app.licensing.queries import license_of
from app.moderation.models import AuthorityCase
from app.negotiation.models import Deal, Negotiation
from app.negotiation.service import place_hold
from app.notifications.webhooks.service import send_ping
from app.parties.models import HolderConsent, Representation, RepresentationDocument
from app.parties.service import fail_representation, give_consent
from app.parties.states import Capacity, PartyKind
from app.payments.models import Charge
from app.payments.service.accounts import open_connected_account
from app.royalties.models import StatementLine
from app.royalties.queries import statements_of_run
from app.royalties.rules.period import StatementPeriod
from app.royalties.service.runs import issue_statements
from app.values.components import Component
from app.values.territory import Territory
from tests.factories.approvals import ask_as
from tests.factories.catalog import PIXEL, make_component, make_package, upload
from tests.factories.directives import make_directive
from tests.factories.discussion import make_comment, make_document_request, make_inspection, share
from tests.factories.identity import PASSWORD, Caller, caller_for, make_key
from tests.factories.law import make_override
from tests.factories.marks import record_mark
from tests.factories.negotiation import Sides, make_production, make_request
from tests.factories.parties import make_actor, make_administrator, make_estate, make_performer, make_representation
from tests.factories.quotas import reserve_as
from tests.factories.rights import make_milestone, make_restriction
from tests.factories.royalties import (
    REPORTED_AT,
    EarningLicense,
    make_earning_license,
    report_usage,
    sales,
    steam_file,
)
from tests.factories.standing import TOLLING, make_breach, make_tolling, suspend_for
from tests.factories.tax_forms import make_tax_form
from tests.factories.webhooks import make_endpoint
from tests.journeys.access_closing import WINDING_DOWN, closing_ids
from tests.support.clock import START

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """A browser, signed in or not, that sends forms as our own pages do."""

    def __init__(self, client: FlaskClient, session_token: str | None = None) -> None:
        self._client = client
        found = _TOKEN.search(client.get("/sign-in", headers=HTML).text)
        assert found is not None
        self._token = found[1]
        if session_token is not None:
            client.set_cookie(COOKIE, session_token)
        self._number = 0

    def call(self, method: str, path: str, *, data: Mapping[str, Any] | None = None) -> TestResponse:
        if method == "GET":
            return self._client.get(path, headers=HTML, buffered=True)
        self._number += 1
        form = {"csrf_token": self._token, "_idempotency_key": f"form-{self._number}", **(data or {})}
        return self._client.open(path, method=method, data=form, headers=HTML, buffered=True)


HTML = {"Accept": "text/html"}


@dataclass(frozen=True)
class World:
    """The ids of all objects, and callers and visitors by name."""

    ids: Mapping[str, str]
    callers: Mapping[str, Caller]
    visitors: Mapping[str, Visitor]

    @property
    def secrets(self) -> list[str]:
        """The ids that a stranger must never see in a list."""
        public = {"listed_package_id", "preview_id", "asset_id", "performer_id", "component", "number"}
        return [value for name, value in self.ids.items() if name not in public and len(value) > 10]


def make_world(app: Flask, services: Services) -> World:
    """`stranger` has nothing to do with anything, nor has `other_estate`, which stands on the licensor's side."""
    with services.database.write() as session:
        license = make_earning_license(session, services.store, wind_down=WINDING_DOWN, tolling=TOLLING)
        ids = _license_ids(session, services.store, license)
        ids |= closing_ids(session, services, license)
        ids |= _catalog_ids(session, services, license)
        ids |= _talks_ids(session, license, ids)
        ids |= _standing_ids(session, license)
        actors = {
            "licensor": license.estate.actor,
            "licensee": license.studio,
            "administrator": make_administrator(session),
            "stranger": make_actor(session, name="Passing Clouds"),
            "other_estate": _other_estate(session),
        }
        ids |= _discussion_ids(session, services, license, actors["administrator"], ids["negotiation_id"])
        ids["case_id"] = _case_id(session, services)
        ids |= _webhook_ids(session, license)
        ids["key_id"] = make_key(session, license.estate.actor).key.id
        callers = {name: caller_for(session, app.test_client(), actor) for name, actor in actors.items()}
        tokens = {name: _sign_in(session, actor) for name, actor in actors.items()}
    visitors = {name: Visitor(app.test_client(), token) for name, token in tokens.items()}
    return World(ids, callers, visitors | {"nobody": Visitor(app.test_client())})


def _license_ids(session: Session, store: AssetStore, license: EarningLicense) -> dict[str, str]:
    view = license_of(session, license.id)
    deal = session.get_one(Deal, view.license.deal_id)
    negotiation = session.get_one(Negotiation, deal.negotiation_id)
    asset = session.exec(select(Asset).where(Asset.package_id == view.license.package_id)).one()
    delivery = deliver_asset(
        session=session, actor=license.studio, at=REPORTED_AT, license_id=license.id, asset_id=asset.id
    )
    report = report_usage(session, license, steam_file(sales(100_00_00)))
    run = issue_statements(
        session=session, actor=license.administrator, at=REPORTED_AT, period=StatementPeriod.parse("2026-Q3")
    )
    (statement,) = statements_of_run(session, run)
    lines = session.exec(select(StatementLine).where(StatementLine.statement_id == statement.id)).all()
    charge = session.exec(select(Charge.id).where(Charge.reference == f"report/{report.id}/royalty")).one()
    open_connected_account(
        session=session, actor=license.estate.actor, at=START, party_id=license.estate.actor.party_id
    )
    return {
        "license_id": license.id,
        "deal_id": deal.id,
        "production_id": negotiation.production_id,
        "listed_package_id": view.license.package_id,
        "granted_asset_id": asset.id,
        "delivery_id": delivery.id,
        "approval_id": ask_as(
            session,
            store,
            license.studio,
            license.id,
            at=REPORTED_AT,
            action="patch",
            phase="expired",
            stream=io.BytesIO(b"Build 1.42"),
            filename="build.txt",
        ),
        "reservation_id": reserve_as(session, license.studio, license.id, at=REPORTED_AT, lines=1),
        "mark_id": record_mark(session, license.studio, license.id, delivery, at=REPORTED_AT).id,
        "report_id": report.id,
        "statement_id": statement.id,
        "line_id": next(line.id for line in lines if line.report_id),
        "charge_id": charge,
        "party_id": license.estate.actor.party_id,
        "tax_form_id": make_tax_form(session, license.estate.party, is_confirmed=False).id,
    }


def _standing_ids(session: Session, license: EarningLicense) -> dict[str, str]:
    """A breach, and days of an earlier suspension that the licensee offers to add."""
    licensor = license.estate.actor
    suspend_for(session, licensor, license.id, at=REPORTED_AT - timedelta(days=9))
    return {
        "breach_id": make_breach(session, licensor, license.id, at=REPORTED_AT).id,
        "tolling_id": make_tolling(session, license.studio, license.id, at=REPORTED_AT).id,
    }


def _catalog_ids(session: Session, services: Services, license: EarningLicense) -> dict[str, str]:
    estate, store = license.estate, services.store
    draft = make_package(session, store, estate, title="A draft")
    submitted = make_package(session, store, estate, title="To be reviewed")
    preview = upload(
        session, store, estate, submitted, content=PIXEL, filename="still.png", purpose=AssetPurpose.PREVIEW
    )
    catalog.submit_package(session=session, actor=estate.actor, at=START, package_id=submitted.id)
    make_component(session, estate, draft, Component.FACE)
    milestone = make_milestone(session, estate)
    restriction = make_restriction(session, estate.actor, draft.id, territory=Territory.parse("+CN"))
    document = session.exec(select(RepresentationDocument).order_by(col(RepresentationDocument.id))).first()
    assert document is not None
    consent = _consent_to_an_agent(session, services, license, document.representation_id)
    return {
        "package_id": draft.id,
        "submitted_package_id": submitted.id,
        "unlisted_preview_id": preview.id,
        "asset_id": session.exec(select(Asset.id).where(Asset.package_id == draft.id)).one(),
        "component": "face",
        "performer_id": estate.performer.id,
        "directive_id": make_directive(session, estate).id,
        "override_id": make_override(session, make_administrator(session)).id,
        "unknown_performer_id": make_performer(session, estate.actor, name="Nobody Yet").id,
        "representation_id": document.representation_id,
        "consent_id": consent.id,
        "document_id": document.id,
        "milestone_id": milestone.id,
        "restriction_id": restriction.restriction.id,
    }


def _consent_to_an_agent(
    session: Session, services: Services, license: EarningLicense, representation_id: str
) -> HolderConsent:
    agent = make_actor(session, kind=PartyKind.AGENT, name="Waiting Agents")
    make_representation(
        session,
        services.store,
        agent,
        license.estate.performer,
        capacity=Capacity.AGENT,
        principal_id=representation_id,
        is_verified=False,
    )
    return give_consent(
        session=session,
        actor=license.estate.actor,
        at=START,
        representation_id=representation_id,
        licensor_party_id=agent.party_id,
    )


def _talks_ids(session: Session, license: EarningLicense, ids: Mapping[str, str]) -> dict[str, str]:
    """A negotiation that is still open, with its rights on hold."""
    production = make_production(session, license.studio, title="Another one")
    sides = Sides(license.estate, package(session, ids["listed_package_id"]), license.studio, production)
    term = {"first_day": "2027-06-15", "last_day": "2027-12-31", "zone": "UTC"}
    talks = make_request(session, sides, at=REPORTED_AT, term=term)
    place_hold(session=session, actor=license.studio, at=REPORTED_AT, negotiation_id=talks.id)
    return {"negotiation_id": talks.id, "number": "1", "before": "1", "after": "1"}


def _discussion_ids(
    session: Session, services: Services, license: EarningLicense, administrator: Actor, negotiation_id: str
) -> dict[str, str]:
    """Something said in these talks, and an administrator who looks at it."""
    talks = session.get_one(Negotiation, negotiation_id)
    make_comment(session, license.studio, talks)
    return {
        "request_id": make_document_request(session, license.studio, talks).id,
        "shared_document_id": share(session, services.store, license.estate.actor, talks).id,
        "inspection_id": make_inspection(session, administrator, talks, at=REPORTED_AT).id,
    }


def _webhook_ids(session: Session, license: EarningLicense) -> dict[str, str]:
    """An endpoint of the studio's, to which something was sent."""
    endpoint = make_endpoint(session, license.studio).endpoint
    about = {"actor": license.studio, "at": REPORTED_AT, "endpoint_id": endpoint.id}
    return {"endpoint_id": endpoint.id, "webhook_delivery_id": send_ping(session=session, **about).id}


def _case_id(session: Session, services: Services) -> str:
    """The case of an estate whose authority has failed."""
    estate = make_estate(session, services.store, name="Estate in Doubt", performer_name="Somebody in Doubt")
    held = Representation.holder_party_id == estate.party.id
    fail_representation(
        session=session,
        actor=make_administrator(session),
        at=START,
        representation_id=session.exec(select(Representation.id).where(held)).one(),
        as_of=START,
        reason="A court found the will to be forged.",
    )
    return session.exec(select(AuthorityCase.id)).one()


def _other_estate(session: Session) -> Actor:
    return make_actor(session, kind=PartyKind.ESTATE, name="Estate of Somebody Else")


def _sign_in(session: Session, actor: Actor) -> str:
    assert actor.user_id is not None
    email = session.get_one(User, actor.user_id).email
    return identity.sign_in(session=session, at=machine_now(), email=email, password=PASSWORD)[1]
