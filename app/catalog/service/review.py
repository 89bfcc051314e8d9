"""The steps of a package: submitted, listed or rejected, withdrawn. Each leaves a row that says who and why."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.catalog import queries
from app.catalog.errors import PackageNotReady
from app.catalog.events import PackageListed, PackageSubmitted, PackageWithdrawn
from app.catalog.models import Package, PackageStatusChange
from app.catalog.rules import OfferedComponent, missing_for_submission
from app.catalog.states import AssetPurpose, PackageAction, PackageStatus, next_status
from app.identity.actor import Actor
from app.infrastructure.events import publish
from app.law.clearance import clearance, require_clearance
from app.law.rules.facts import ProposedUse
from app.parties import queries as parties
from app.parties.rules.authority import Resolution
from app.values.components import Axis
from app.values.term import Term
from app.values.territory import Territory


def submit_package(*, session: Session, actor: Actor, at: datetime, package_id: str) -> Package:
    """Hand a package in for review.

    Raises: NotFound; IllegalTransition; PackageNotReady, whose problems list everything that is missing;
    ClearanceBlocked, whose findings cite the rules in the way.
    """
    package = queries.own_package(session, actor, package_id, lock=True)
    next_status(package.status, PackageAction.SUBMIT)
    _require_ready(session, package, at)
    _take_step(session, actor, at, package, PackageAction.SUBMIT, reason="")
    publish(session=session, event=PackageSubmitted(package.id), at=at)
    return package


def list_package(*, session: Session, actor: Actor, at: datetime, package_id: str, reason: str) -> Package:
    """Put a reviewed package into the catalog. Only an administrator can.

    Raises: IllegalTransition; PackageNotReady and ClearanceBlocked, as much may have changed since.
    """
    package = _reviewed(session, actor, package_id)
    next_status(package.status, PackageAction.LIST)
    _require_ready(session, package, at)
    _take_step(session, actor, at, package, PackageAction.LIST, reason=reason)
    publish(session=session, event=PackageListed(package.id), at=at)
    return package


def reject_package(*, session: Session, actor: Actor, at: datetime, package_id: str, reason: str) -> Package:
    """Send a package back to its licensor, who can edit it and submit it again. Only an administrator can."""
    package = _reviewed(session, actor, package_id)
    _take_step(session, actor, at, package, PackageAction.REJECT, reason=reason)
    return package


def withdraw_package(*, session: Session, actor: Actor, at: datetime, package_id: str, reason: str) -> Package:
    """Offer a package no more. Licenses already given go on. Raises: NotFound, IllegalTransition."""
    package = queries.own_package(session, actor, package_id, lock=True)
    _take_step(session, actor, at, package, PackageAction.WITHDRAW, reason=reason)
    publish(session=session, event=PackageWithdrawn(package.id), at=at)
    return package


def _require_ready(session: Session, package: Package, at: datetime) -> None:
    """What takes other holders' signatures can be listed: they sign offer by offer, or consent once and for all."""
    authority = parties.reachable_authority_of(session, package.performer_id, package.licensor_party_id, at)
    offered = _offered(session, package.id)
    missing = missing_for_submission(summary=package.summary, components=offered, authority=authority)
    if missing:
        raise PackageNotReady(
            "The package is not ready for review; `errors` says what is missing.", problems=tuple(missing)
        )
    _require_clearance(session, package, offered, authority, at)


def _require_clearance(
    session: Session, package: Package, offered: Sequence[OfferedComponent], authority: Resolution, at: datetime
) -> None:
    """Ask the law about all that is offered; what depends on how it is used is asked when somebody wants it."""
    axes = {Axis(axis) for row in queries.components_of(session, [package.id]) for axis in row.axes}
    use = ProposedUse(
        components=frozenset(part.component for part in offered),
        axes=frozenset(axes),
        media=frozenset(leaf for part in offered for leaf in part.media),
        territory=Territory.of(code for part in offered for code in part.territory),
        term=Term(at, None),
    )
    findings = clearance(
        session=session,
        at=at,
        performer_id=package.performer_id,
        licensor_party_id=package.licensor_party_id,
        use=use,
        authority=authority,
        parts=offered,
    )
    require_clearance(findings)


def _reviewed(session: Session, actor: Actor, package_id: str) -> Package:
    actor.require_administrator()
    return queries.package(session, package_id, lock=True)


def _take_step(
    session: Session, actor: Actor, at: datetime, package: Package, action: PackageAction, *, reason: str
) -> None:
    before, package.status = package.status, next_status(package.status, action)
    if package.status is PackageStatus.LISTED:
        package.listed_at = at
    session.add(package)
    session.add(
        PackageStatusChange(
            package_id=package.id,
            action=action,
            from_status=before,
            to_status=package.status,
            reason=reason,
            changed_at=at,
            changed_by=actor.label,
        )
    )
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=f"package.{package.status.value}",
        subject_id=package.id,
        reason=reason,
    )


def _offered(session: Session, package_id: str) -> list[OfferedComponent]:
    files = queries.assets_of(session, [package_id], purpose=AssetPurpose.DELIVERABLE)
    return [
        OfferedComponent(
            component=row.component,
            media=frozenset(row.media),
            territory=frozenset(row.territory_codes),
            deliverables=sum(file.component_id == row.id for file in files),
        )
        for row in queries.components_of(session, [package_id])
    ]
