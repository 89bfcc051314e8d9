"""Hold a manifest against the licenses it names: a few queries for all of its lines."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog.models import Asset, PackageComponent
from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.licensing import queries
from app.licensing.approvals.models import Approval
from app.licensing.approvals.queries import view_of
from app.licensing.manifest.rules import (
    Held,
    Line,
    Reason,
    Standing,
    reasons,
    release_instants,
    without_check_in,
)
from app.licensing.models import Delivery, License
from app.licensing.queries import LicenseView
from app.licensing.rules.decision import phase
from app.licensing.rules.facts import Approved
from app.negotiation.terms.vocabulary import ApprovalStage
from app.values.components import Component


def check_manifest(*, session: Session, actor: Actor, at: datetime, lines: Sequence[Line]) -> list[Reason]:
    """Return all that stands in the way of releasing a build with these assets; nothing if it may go out."""
    wanted = {line.license_id for line in lines}
    found = session.exec(select(License).where(_theirs(actor), col(License.id).in_(wanted))).all()
    views = {view.license.id: view for view in queries.views_of(session, found)}
    delivered = _delivered(session, actor, {line.sha256 for line in lines})
    approvals = _approvals(session, views, {named for line in lines for named in line.approval_ids}, at)
    held = {
        number: _held(
            views[line.license_id],
            line,
            delivered=delivered.get(line.license_id, {}),
            approvals=approvals.get(line.license_id, []),
            now=at,
        )
        for number, line in enumerate(lines)
        if line.license_id in views
    }
    elsewhere: dict[str, list[str]] = {}
    for license_id, files in sorted(delivered.items()):
        for sha256 in files:
            elsewhere.setdefault(sha256, []).append(license_id)
    return reasons(lines, held=held, elsewhere=elsewhere)


def _theirs(actor: Actor) -> Any:
    return only_theirs(actor, col(License.licensee_party_id), col(License.licensor_party_id))


def _delivered(session: Session, actor: Actor, hashes: Iterable[str]) -> dict[str, dict[str, frozenset[Component]]]:
    """Return, by license of the actor's and by hash, the components of what was handed out."""
    rows = session.execute(
        sa.select(col(Delivery.license_id), col(Delivery.sha256), col(PackageComponent.component))
        .join(License, col(License.id) == col(Delivery.license_id))
        .join(Asset, col(Asset.id) == col(Delivery.asset_id))
        .join(PackageComponent, col(PackageComponent.id) == col(Asset.component_id))
        .where(_theirs(actor), col(Delivery.sha256).in_(set(hashes)))
        .distinct()
    )
    found: dict[str, dict[str, frozenset[Component]]] = {}
    for license_id, sha256, component in rows:
        files = found.setdefault(license_id, {})
        files[sha256] = files.get(sha256, frozenset()) | {Component(component)}
    return found


def _approvals(
    session: Session, views: Mapping[str, LicenseView], named: Collection[str], at: datetime
) -> dict[str, list[Approval]]:
    """Return, by license, those of the named approvals that stand and that its licensee was given."""
    found: dict[str, list[Approval]] = {}
    if named:
        asked = select(Approval).where(col(Approval.id).in_(named), col(Approval.license_id).in_(set(views)))
        for row in session.exec(asked):
            is_theirs = row.asked_by_party_id == views[row.license_id].license.licensee_party_id
            if is_theirs and view_of(row, at=at).standing.is_approved:
                found.setdefault(row.license_id, []).append(row)
    return found


def _held(
    view: LicenseView,
    line: Line,
    *,
    delivered: Mapping[str, frozenset[Component]],
    approvals: Sequence[Approval],
    now: datetime,
) -> Held:
    zone = view.latest.terms.document["term"]["zone"]
    instants = release_instants(day=line.release_on, zone=zone, now=now)
    version = view.version_at(instants[0])
    return Held(
        standings=tuple(_standing(view, approvals, at, now) for at in instants),
        delivered=delivered,
        terms_sha256=version.terms_sha256,
        caps=version.terms.counting.caps,
        needs_final_approval=any(
            approval["stage"] == ApprovalStage.FINAL for approval in version.terms.document["approvals"]
        ),
        approved_final=frozenset(row.id for row in approvals if row.stage is ApprovalStage.FINAL),
    )


def _standing(view: LicenseView, approvals: Sequence[Approval], at: datetime, now: datetime) -> Standing:
    """Approvals count for the phase that they were asked for."""
    facts = view.facts_at(at)
    current = phase(license=facts, at=at)
    approved = frozenset(
        Approved(row.id, row.action) for row in approvals if row.action is not None and row.phase is current
    )
    facts = replace(facts, approved=approved)
    return Standing(at, facts if at <= now else without_check_in(facts))
