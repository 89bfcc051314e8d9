"""Ask what a proposal changes in price, guarantee and royalties. Nothing is stored by asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing.queries import license_view
from app.negotiation import queries as talks
from app.negotiation.models import Deal, Negotiation
from app.negotiation.service import draft_terms
from app.negotiation.terms.proposal import ProposedTerms
from app.royalties.rules.account import LicenseUsage, PeriodUsage
from app.royalties.rules.assumptions import Assumptions, Part, as_periods, assumed_sales, under
from app.royalties.rules.calculation import UsageSum
from app.royalties.rules.projection import Difference, Projection, differences, project
from app.royalties.rules.reckoning import make_account
from app.royalties.rules.terms import MoneyTerms
from app.royalties.service.agreed import agreed_fee, money_terms
from app.values.currencies import exponent
from app.values.errors import InvalidInput, InvalidValue

USUAL_UNITS = 1_000
USUAL_PRICE = 20
"""Of a unit, in whole units of the currency."""


@dataclass(frozen=True, slots=True)
class ReportedPeriod:
    """A period whose sales are given line by line."""

    first_day: date
    last_day: date
    reported_on: date
    usage: tuple[UsageSum, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What is assumed; what is left out takes its usual value. `reports` take the place of all the rest."""

    units: int = USUAL_UNITS
    net_price_minor: int | None = None
    deductions_bps: int = 0
    growth_bps: int = 0
    split: tuple[Part, ...] = ()
    reports: tuple[ReportedPeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets of terms under the same usage."""

    before: Projection
    after: Projection
    assumed: Assumptions | None
    """What was assumed; nothing where sales were given line by line."""

    @property
    def differences(self) -> Sequence[Difference]:
        return differences(self.before, self.after)


def project_negotiation(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    usage: Usage,
    terms: ProposedTerms | None = None,
    compare_to: int | None = None,
) -> Comparison:
    """Compare proposed terms, or the latest offer, with an offer of the negotiation, or the latest.

    Raises: NotFound; InvalidInput for terms that run beyond the calendar.
    """
    negotiation = talks.own_negotiation(session, actor, negotiation_id)
    latest = talks.latest_offer(session, negotiation.id).number
    before = _offered(session, actor, at, negotiation_id, latest if compare_to is None else compare_to)
    after = (
        _offered(session, actor, at, negotiation_id, latest)
        if terms is None
        else draft_terms(session=session, negotiation=negotiation, terms=terms)
    )
    return compare(before, after, usage)


def project_license(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license_id: str,
    usage: Usage,
    terms: ProposedTerms | None = None,
) -> Comparison:
    """Compare proposed terms with those in force; without a proposal, show those in force.

    Raises: NotFound; InvalidInput for terms that run beyond the calendar.
    """
    view = license_view(session, actor, license_id)
    in_force = view.version_at(at)
    before = after = in_force.terms.document
    if terms is not None:
        deal = session.get_one(Deal, in_force.deal_id)
        negotiation = session.get_one(Negotiation, deal.negotiation_id)
        after = draft_terms(session=session, negotiation=negotiation, terms=terms)
    return compare(before, after, usage)


def compare(before: Mapping[str, Any], after: Mapping[str, Any], usage: Usage) -> Comparison:
    """Compare two documents of deal terms, of any version. Raises: InvalidInput."""
    try:
        return _compare(before, after, usage)
    except InvalidValue as error:
        raise InvalidInput.at("/terms/term", f"These terms cannot be projected: {error}") from error


def _compare(before: Mapping[str, Any], after: Mapping[str, Any], usage: Usage) -> Comparison:
    assumed, sides = _assumptions(before, usage), (money_terms(before), money_terms(after))
    sales = assumed_sales(
        assumed,
        first_day=min(terms.first_day for terms in sides),
        last_day=max(terms.last_day for terms in sides),
        months_per_period=sides[0].months_per_period,
    )
    one, other = (
        _projection(document, terms, _given(usage, terms) if usage.reports else as_periods(sales, terms))
        for document, terms in zip((before, after), sides, strict=True)
    )
    return Comparison(one, other, None if usage.reports else assumed)


def _projection(document: Mapping[str, Any], terms: MoneyTerms, periods: tuple[PeriodUsage, ...]) -> Projection:
    account = make_account([LicenseUsage("", terms, periods)])
    return project(terms=terms, fee=agreed_fee(document), account=account)


def _given(usage: Usage, terms: MoneyTerms) -> tuple[PeriodUsage, ...]:
    reports = [
        PeriodUsage(f"{number:06}", report.first_day, report.last_day, report.reported_on, terms, report.usage)
        for number, report in enumerate(usage.reports)
    ]
    return under(reports, terms)


def _assumptions(document: Mapping[str, Any], usage: Usage) -> Assumptions:
    """Fill in what was not said: the first medium of the first grant, in its largest market if that is known."""
    price = usage.net_price_minor
    if price is None:
        price = USUAL_PRICE * 10 ** exponent(money_terms(document).currency)
    grant = document["grants"][0]
    codes = grant["territory"]["codes"]
    usual = Part(10_000, "everything", grant["media"][0], "US" if "US" in codes else codes[0], "")
    return Assumptions(usage.units, price, usage.deductions_bps, usage.growth_bps, usage.split or (usual,))


def _offered(session: Session, actor: Actor, at: datetime, negotiation_id: str, number: int) -> dict[str, Any]:
    terms = talks.offer_view(session, actor, at, negotiation_id, number).terms
    assert terms is not None  # noqa: S101  one offer is read with its terms
    return terms
