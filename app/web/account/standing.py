"""What stops a license, for both sides: grounds, breaches and their cure, days that could be added to the term."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from app.infrastructure.http.context import now, session
from app.licensing.queries import LicenseView, license_view
from app.licensing.rules.decision import phase
from app.licensing.standing import queries, service, tolled
from app.licensing.standing.ending import all_over_at, refusal_now
from app.licensing.standing.errors import NoBreachTold
from app.licensing.standing.models import LicenseSuspension
from app.licensing.standing.rules import refusal_to_lift
from app.licensing.standing.states import BreachAction, SuspensionKind
from app.licensing.states import LicenseAction, LicenseStatus
from app.values.errors import DomainError, InvalidInput
from app.values.survival import Phase
from app.values.term import Term
from app.web import forms
from app.web.visitor import require

_BY_PEOPLE = [kind for kind in SuspensionKind if kind not in {SuspensionKind.CHARGEBACK, SuspensionKind.BREACH}]


@dataclass(frozen=True, slots=True)
class Offered:
    """What the licensor can do about the license now."""

    is_over: bool
    suspend: bool
    lift: bool
    not_lifted: DomainError | None
    """Why nothing of what suspends the license can be lifted."""
    is_imposed: bool
    """Whether something would stay that an administrator imposed."""
    end: bool
    not_yet: DomainError | None
    """Why the license cannot be ended yet."""
    tell_first: bool
    """Whether that is because the licensee was told of no breach."""


def show(license_id: str, refusal: DomainError | None = None) -> str:
    actor = require().actor
    view = license_view(session(), actor, license_id)
    terms = view.terms_at(now()).document
    zone = terms["term"]["zone"]
    earliest = now() + timedelta(days=terms["breach"]["cure_days"])
    breaches = queries.breach_views(session(), actor, license_id, at=now())
    grounds = queries.suspensions_of(session(), license_id)
    standing = [ground for ground in grounds if ground.lifted_at is None]
    return render_template(
        "account/standing.html",
        license=view.license,
        terms=terms,
        standing=view.standing(now()),
        is_licensee=actor.party_id == view.license.licensee_party_id,
        is_licensor=actor.party_id == view.license.licensor_party_id or actor.is_administrator,
        kinds=[kind for kind in _BY_PEOPLE if kind is not SuspensionKind.STRIKE or terms["strike"]["suspends"]],
        grounds=grounds,
        breaches=breaches,
        offered=_offered(view, standing),
        imposed={ground.reference for ground in standing if ground.by_administrator and not actor.is_administrator},
        first_cure_day=earliest.astimezone(ZoneInfo(zone)).date(),
        tollings=queries.tolling_views(session(), actor, license_id, at=now()),
        days_to_add=len(tolled.countable_now(session(), view, at=now()).days),
        refusal=refusal,
    )


def change(license_id: str) -> forms.Answer:
    """Suspend a license, or let it go on."""

    def work() -> None:
        about = _about(license_id) | {"reason": forms.needed("reason", "The reason", longest=2000)}
        match forms.text("action"):
            case LicenseAction.SUSPEND.value:
                service.suspend(**about, kind=_kind())
            case LicenseAction.REINSTATE.value:
                service.reinstate(**about)
            case _:
                raise InvalidInput.at("/action", "Choose what is to happen to the license.")

    return _answer(license_id, work)


def end(license_id: str) -> forms.Answer:
    """End a license for good."""

    def work() -> None:
        reason = forms.needed("reason", "The reason", longest=2000)
        if not forms.text("confirmed"):
            raise InvalidInput.at("/confirmed", "An end for good cannot be taken back: say that you mean it.")
        service.terminate(**_about(license_id), reason=reason)

    return _answer(license_id, work)


def notice(license_id: str) -> forms.Answer:
    """Tell the licensee of a breach; it may be cured up to the end of the day that is named."""

    def work() -> None:
        service.notice_breach(
            **_about(license_id),
            reason=forms.needed("reason", "What happened", longest=2000),
            clause=forms.needed("clause", "The clause", longest=200),
            cure_until=_end_of_day(license_id),
            suspends=bool(forms.text("suspends")),
        )

    return _answer(license_id, work)


def step(license_id: str, breach_id: str) -> forms.Answer:
    """Answer a breach, or say what becomes of the answer."""

    def work() -> None:
        wanted = forms.text("action")
        if wanted not in set(BreachAction):
            raise InvalidInput.at("/action", "Choose what becomes of the breach.")
        about = _about(license_id) | {"breach_id": breach_id}
        said = forms.needed("text", "What you say", longest=2000)
        if BreachAction(wanted) is BreachAction.ANSWER:
            service.answer_breach(**about, evidence=said)
        else:
            service.settle_breach(**about, action=BreachAction(wanted), reason=said)

    return _answer(license_id, work)


def propose(license_id: str) -> forms.Answer:
    """Offer to add the days of suspension up to today."""

    def work() -> None:
        service.propose_tolling(**_about(license_id))

    return _answer(license_id, work)


def _answer(license_id: str, work: Any) -> forms.Answer:
    def done() -> str:
        work()
        return url_for(".standing_page", license_id=license_id)

    return forms.answer(done, lambda refusal: show(license_id, refusal))


def _offered(view: LicenseView, standing: Sequence[LicenseSuspension]) -> Offered:
    """After its end a license is suspended and ended only while it winds down.

    An administrator may add a ground to those that stand, so that the license does not go on without its word.
    """
    status, is_over = view.license.status, now() >= view.license.ends_at
    winds_down = phase(license=view.facts_at(now()), at=now()) is Phase.WINDING_DOWN
    actor = require().actor
    suspendable = {LicenseStatus.ACTIVE, *([LicenseStatus.SUSPENDED] if actor.is_administrator else [])}
    is_suspended = status is LicenseStatus.SUSPENDED
    not_lifted = refusal_to_lift(standing, is_administrator=actor.is_administrator) if is_suspended else None
    not_yet = refusal_now(session(), actor, view, at=now())
    return Offered(
        is_over=is_over,
        suspend=status in suspendable and (not is_over or winds_down),
        lift=is_suspended and not_lifted is None,
        not_lifted=not_lifted,
        is_imposed=not actor.is_administrator and any(ground.by_administrator for ground in standing),
        end=status is not LicenseStatus.TERMINATED and now() < all_over_at(view),
        not_yet=not_yet,
        tell_first=isinstance(not_yet, NoBreachTold),
    )


def _about(license_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": require().actor, "at": now(), "license_id": license_id}


def _kind() -> SuspensionKind:
    wanted = forms.text("kind") or SuspensionKind.OTHER.value
    if wanted not in set(SuspensionKind):
        raise InvalidInput.at("/kind", "Choose why the license is suspended.")
    return SuspensionKind(wanted)


def _end_of_day(license_id: str) -> datetime | None:
    """Return the end of the day typed, where the deal counts its days; nothing where none was typed."""
    if not forms.text("cure_until"):
        return None
    view = license_view(session(), require().actor, license_id)
    day = forms.day("cure_until", "The last day to cure it")
    return Term.of_days(day, day, view.terms_at(now()).document["term"]["zone"]).ends_at
