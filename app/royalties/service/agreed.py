"""What the document of a deal says about money, as values. Royalties reads documents of terms only here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.licensing.queries import LicenseView, TermsVersion
from app.negotiation.terms.versions import as_current
from app.negotiation.terms.vocabulary import (
    EscalatorMode,
    Remainder,
    ReportingSchedule,
    ReserveTiming,
    RoyaltyBasis,
    RoyaltyTrigger,
    Tally,
    TallyScope,
)
from app.royalties.rules.coverage import Coverage
from app.royalties.rules.period import day_end
from app.royalties.rules.terms import (
    Advance,
    Band,
    Escalator,
    Fee,
    Guarantee,
    Instalment,
    MoneyTerms,
    RateRule,
    Release,
    Reserve,
    SellOff,
    Test,
)
from app.values.term import Term


@dataclass(frozen=True, slots=True)
class AgreedRoyalty:
    """The money terms of a deal, and what sales it covers."""

    terms: MoneyTerms
    coverage: Coverage


def terms_for(view: LicenseView, day: date) -> TermsVersion:
    """Return the terms that a period is reported under: those in force as its first day begins.

    What was reported already keeps the terms it was reported under: see `terms_named`.
    """
    zone = view.versions[0].terms.document["term"]["zone"]
    return view.version_at(Term.of_days(day, day, zone).starts_at)


def terms_named(view: LicenseView, sha256: str | None) -> TermsVersion:
    """Return the terms with this hash; the first of the license where a report does not say."""
    return next((version for version in view.versions if version.terms_sha256 == sha256), view.versions[0])


def terms_of_account(
    view: LicenseView, as_of: date, *, lapsed: Collection[int] = (), terminated_at: datetime | None = None
) -> MoneyTerms:
    """Return the terms in force on a day, with all advances and floors that were ever agreed and still count.

    Advances are those of the terms signed last, which keep what was asked for before; one that a change brought
    in counts from the day of that change, and a part that lapsed not at all. A floor is that of the terms in force
    on the day of its test, so that a later change does not undo it; after a termination none is tested.
    """
    read = [(_first_day(version), money_terms(version.terms.document)) for version in view.versions]
    now = money_terms(view.terms_at(day_end(as_of)).document)
    last_day = date.max if terminated_at is None else _day_in_zone(view.versions[0], terminated_at)
    return replace(now, advance=_advance_of(read, lapsed), guarantee=_guarantee_of(read, last_day))


def _first_day(version: TermsVersion) -> date:
    return _day_in_zone(version, version.effective_at)


def _day_in_zone(version: TermsVersion, at: datetime) -> date:
    return at.astimezone(ZoneInfo(version.terms.document["term"]["zone"])).date()


def _advance_of(versions: Sequence[tuple[date, MoneyTerms]], lapsed: Collection[int]) -> Advance | None:
    advance = versions[-1][1].advance
    since = min((day for day, terms in versions if terms.advance), default=date.min)
    if advance is None:
        return None
    parts = tuple(
        replace(part, due_on=max(part.due_on or since, since))
        for number, part in enumerate(advance.instalments, start=1)
        if number not in lapsed
    )
    return replace(advance, instalments=parts) if parts else None


def _guarantee_of(versions: Sequence[tuple[date, MoneyTerms]], last_day: date) -> Guarantee | None:
    ends = (*(day for day, _ in versions[1:]), date.max)
    found: list[Test] = []
    latest: Guarantee | None = None
    for place, ((day, terms), end) in enumerate(zip(versions, ends, strict=True)):
        if terms.guarantee is not None:
            latest = terms.guarantee
            begins = day if place else date.min
            own = (test for test in terms.guarantee.tests if begins <= test.test_on < end)
            found.extend(test for test in own if test.test_on <= last_day)
    return None if latest is None else replace(latest, tests=tuple(found))


def agreed_royalty(document: Mapping[str, Any]) -> AgreedRoyalty:
    """Read the royalty from the document of a deal's terms."""
    days = document["term"]
    return AgreedRoyalty(
        terms=money_terms(document),
        coverage=Coverage.of(
            first_day=date.fromisoformat(days["first_day"]),
            last_day=date.fromisoformat(days["last_day"]),
            grants=[(grant["media"], grant["territory"]["codes"]) for grant in document["grants"]],
        ),
    )


def money_terms(document: Mapping[str, Any]) -> MoneyTerms:
    """Read all that usage is billed by; any version of the terms."""
    terms = as_current(document)
    royalty, sell_off = terms["royalty"], terms["sell_off"]
    return MoneyTerms(
        currency=royalty["currency"] or terms["fee"]["currency"],
        is_on_net=royalty["basis"] == RoyaltyBasis.NET_RECEIPTS,
        rate_bps=royalty["rate_bps"],
        platform_fee_bps=terms["platform_fee_bps"],
        first_day=date.fromisoformat(terms["term"]["first_day"]),
        last_day=date.fromisoformat(terms["term"]["last_day"]),
        is_earned_on_sale=royalty["trigger"] == RoyaltyTrigger.SALE_DATE,
        deductions_cap_bps=royalty["deductions_cap_bps"],
        rules=tuple(map(_rule, royalty["rules"])),
        escalator=_escalator(royalty["escalator"]),
        reserve=_reserve(royalty["reserve"]),
        advance=_advance(terms["advance"]),
        guarantee=_guarantee(terms["guarantee"]),
        sell_off=None if sell_off is None else SellOff(sell_off["days"], sell_off["recoups"]),
        recoupment_group=royalty["recoupment_group"],
        months_per_period=ReportingSchedule(terms["reporting"]["schedule"]).months,
        due_days=terms["reporting"]["due_days"],
    )


def agreed_fee(document: Mapping[str, Any]) -> Fee:
    """Read the fee; any version of the terms."""
    fee = as_current(document)["fee"]
    return Fee(fee["currency"], _instalments(fee["instalments"], fee["amount_minor"]))


def _instalments(parts: Iterable[Mapping[str, Any]], whole_minor: int) -> tuple[Instalment, ...]:
    found = tuple(Instalment(part["amount_minor"], _day(part["due_on"])) for part in parts)
    return found or (Instalment(whole_minor, None),)


def _rule(rule: Mapping[str, Any]) -> RateRule:
    territory = rule["territory"]
    return RateRule(
        rate_bps=rule["rate_bps"],
        media=frozenset(rule["media"] or ()),
        territory=frozenset(territory["codes"] if territory else ()),
        channels=frozenset(rule["channels"]),
        from_day=_day(rule["from_day"]),
    )


def _escalator(escalator: Mapping[str, Any] | None) -> Escalator | None:
    if escalator is None:
        return None
    return Escalator(
        mode=EscalatorMode(escalator["mode"]),
        scope=TallyScope(escalator["scope"]),
        counts_units=escalator["tally"] == Tally.UNITS,
        bands=tuple(Band(band["above"], band["rate_bps"]) for band in escalator["bands"]),
        starts_at=escalator["starts_at"],
    )


def _reserve(reserve: Mapping[str, Any] | None) -> Reserve | None:
    if reserve is None:
        return None
    return Reserve(
        rate_bps=reserve["rate_bps"],
        is_before_calculation=reserve["timing"] == ReserveTiming.BEFORE_CALCULATION,
        releases=tuple(Release(part["after_periods"], part["share_bps"]) for part in reserve["release"]),
    )


def _advance(advance: Mapping[str, Any] | None) -> Advance | None:
    if advance is None:
        return None
    parts = _instalments(advance["instalments"], advance["amount_minor"])
    return Advance(parts, is_repayable=advance["remainder"] == Remainder.REPAYABLE)


def _guarantee(guarantee: Mapping[str, Any] | None) -> Guarantee | None:
    if guarantee is None:
        return None
    return Guarantee(
        tests=tuple(
            Test(date.fromisoformat(test["test_on"]), test["amount_minor"]) for test in guarantee["schedule"]
        ),
        advances_count=guarantee["advances_count"],
        is_recoupable=guarantee["shortfall_recoupable"],
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
