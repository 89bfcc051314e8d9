"""Signed deals that are amended, ended by agreement, assigned, extended and renewed, with their license."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.infrastructure.http.context import Services
from app.licensing.errors import NotRunning
from app.licensing.models import LicenseNotice
from app.licensing.queries import LicenseView, license_of, license_view, marked_in_status_list
from app.licensing.rules.codes import Code
from app.licensing.rules.decision import decide
from app.licensing.service.lifecycle import change_standing
from app.licensing.states import LicenseAction, LicenseStatus
from app.negotiation import queries, service
from app.negotiation.changes import service as changes
from app.negotiation.deals.errors import NotAssignable, NotChangedLikeThis
from app.negotiation.deals.queries import versions_of
from app.negotiation.errors import MoveRefused
from app.negotiation.models import Deal, DealOption, DealVersion
from app.negotiation.terms.declarations import Declarations
from app.negotiation.terms.vocabulary import ChangeOf
from app.rights.errors import RightsNotAvailable
from app.values.errors import Forbidden, NotFound
from tests.factories.changes import FREE, accept, agree, amend
from tests.factories.decisions import USE
from tests.factories.negotiation import (
    INTENDED_USE,
    Sides,
    grant,
    make_counter,
    make_deal,
    make_production,
    make_sides,
    proposed,
)
from tests.factories.parties import make_actor
from tests.factories.signatures import sign
from tests.support.clock import START

AUGUST = datetime(2026, 8, 1, 4, tzinfo=UTC)
"""2026-08-01 begins in New York."""
ENDS_AT = datetime(2027, 1, 1, 5, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DURING = datetime(2026, 7, 1, 12, tzinfo=UTC)
EXCLUSIVE = grant(exclusivity="exclusive")
TERM = {"first_day": "2026-06-15", "last_day": "2026-12-31", "zone": "America/New_York"}


@pytest.fixture
def sides(session: Session, services: Services) -> Sides:
    return make_sides(session, services.store)


def signed(session: Session, sides: Sides, **terms: Any) -> Deal:
    return make_deal(session, sides, **{"fee": FREE} | terms)


def view(session: Session, deal: Deal) -> LicenseView:
    return license_of(session, deal.license_id)


def rival_asks(session: Session, sides: Sides, *, at: datetime = START, **terms: Any) -> Any:
    """Another studio asks the same estate, and the estate accepts."""
    rival = make_actor(session, name="Rival Games")
    talks = service.open_negotiation(
        session=session,
        actor=rival,
        at=at,
        package_id=sides.package.id,
        production_id=make_production(session, rival, title="Rival Harbor").id,
        intended_use=INTENDED_USE,
        terms=proposed(**{"fee": FREE} | terms),
        platform_fee_bps=1000,
    )
    return accept(session, sides.licensor, talks, at=at)


def code_of(move: Any) -> str:
    with pytest.raises((MoveRefused, NotChangedLikeThis, NotAssignable, NotRunning)) as refused:
        move()
    return str(refused.value.code)


def test_an_amendment_holds_from_its_day_and_not_an_instant_before(session: Session, sides: Sides) -> None:
    deal = signed(session, sides)
    talks = amend(
        session, sides.studio, deal, effective_on=date(2026, 8, 1), grants=[grant(territory="+DE")], at=DURING
    )
    changed = agree(session, sides.licensor, talks, at=DURING)
    found = view(session, deal)
    assert [version.change_of for version in found.versions] == [None, ChangeOf.AMENDMENT]
    assert changed.license_id == deal.license_id
    assert found.version_at(AUGUST - TICK).deal_id == deal.id
    assert found.version_at(AUGUST).deal_id == changed.id
    before = decide(license=found.facts_at(AUGUST - TICK), use=replace(USE, territory="US"), at=AUGUST - TICK)
    assert (before.code, before.valid_until) == (Code.ALLOWED, AUGUST)
    after = decide(license=found.facts_at(AUGUST), use=replace(USE, territory="US"), at=AUGUST)
    assert after.code is Code.TERRITORY_NOT_GRANTED
    assert decide(license=found.facts_at(AUGUST), use=USE, at=AUGUST).code is Code.ALLOWED


def test_what_an_amendment_gives_up_is_free_for_others_from_its_day_on(session: Session, sides: Sides) -> None:
    deal = signed(session, sides)
    talks = amend(
        session, sides.licensor, deal, effective_on=date(2026, 8, 1), grants=[grant(territory="+DE")], at=DURING
    )
    agree(session, sides.studio, talks, at=DURING)
    wanted = [grant(territory="+US", exclusivity="exclusive")]
    with pytest.raises(RightsNotAvailable), session.begin_nested():
        rival_asks(session, sides, at=DURING, grants=wanted, term=TERM | {"first_day": "2026-07-31"})
    rival_asks(session, sides, at=DURING, grants=wanted, term=TERM | {"first_day": "2026-08-01"})


def test_an_amendment_asks_for_more_than_is_free_and_nothing_is_half_changed(
    session: Session, sides: Sides
) -> None:
    deal = signed(session, sides, grants=[grant(territory="+DE")])
    rival_asks(session, sides, grants=[grant(territory="+US", exclusivity="exclusive")])
    talks = amend(session, sides.studio, deal, grants=[grant(territory="+DE +US")])
    with pytest.raises(RightsNotAvailable) as refused, session.begin_nested():
        accept(session, sides.licensor, talks)
    assert refused.value.extra["reasons"]
    assert len(view(session, deal).versions) == 1
    assert queries.latest_offer(session, talks.id).number == 1
    make_counter(session, sides.licensor, talks, grants=[grant(territory="+DE +FR")], fee=FREE)
    agree(session, sides.studio, talks)
    assert len(view(session, deal).versions) == 2


def test_an_amendment_of_a_package_that_is_off_the_market_still_holds(session: Session, sides: Sides) -> None:
    from app.catalog.service import withdraw_package

    deal = signed(session, sides, grants=[EXCLUSIVE])
    withdraw_package(
        session=session, actor=sides.licensor, at=START, package_id=sides.package.id, reason="No more of it."
    )
    fewer = amend(session, sides.studio, deal, grants=[grant(exclusivity="exclusive", territory="+DE")])
    agree(session, sides.licensor, fewer)
    more = amend(session, sides.studio, deal, grants=[grant(territory="+DE +FR")])
    with pytest.raises(RightsNotAvailable):
        accept(session, sides.licensor, more)


def test_a_second_change_starts_from_the_terms_of_today(session: Session, sides: Sides) -> None:
    deal = signed(session, sides)
    one, other = (amend(session, sides.studio, deal, credit_line=f"Line {n}") for n in (1, 2))
    agree(session, sides.licensor, one)
    with session.begin_nested():
        assert code_of(lambda: accept(session, sides.licensor, other)) == "deal_changed"
    again = make_counter(session, sides.licensor, other, credit_line="Line 2", fee=FREE)
    agree(session, sides.studio, other)
    assert again.number == 2
    assert view(session, deal).latest.terms.document["credit_line"] == "Line 2"
    assert [row.version.version for row in versions_of(session, sides.studio, deal.id)] == [1, 2, 3]


def test_a_counteroffer_keeps_the_day_unless_it_names_another(session: Session, sides: Sides) -> None:
    deal = signed(session, sides)
    talks = amend(session, sides.studio, deal, effective_on=date(2026, 8, 1))
    make_counter(session, sides.licensor, talks, credit_line="Hers", fee=FREE)
    latest = queries.offer_view(session, sides.studio, START, talks.id, 2).terms or {}
    assert latest["amends"]["effective_on"] == "2026-08-01"
    assert latest["amends"]["deal_id"] == deal.id
    service.counter(
        session=session,
        actor=sides.studio,
        at=START,
        negotiation_id=talks.id,
        terms=proposed(fee=FREE),
        effective_on=date(2026, 9, 1),
    )
    latest = queries.offer_view(session, sides.studio, START, talks.id, 3).terms or {}
    assert latest["amends"]["effective_on"] == "2026-09-01"


def test_what_a_change_may_not_touch_is_refused_when_it_is_sent(session: Session, sides: Sides) -> None:
    deal = signed(session, sides)
    elsewhere = TERM | {"zone": "UTC"}
    assert code_of(lambda: amend(session, sides.studio, deal, term=elsewhere)) == "not_changed_like_this"
    with pytest.raises(NotFound):
        amend(session, make_actor(session, name="Nobody of them"), deal)


def test_what_was_declared_with_the_deal_goes_on_to_stand(session: Session, sides: Sides) -> None:
    talks = service.open_negotiation(
        session=session,
        actor=sides.studio,
        at=START,
        package_id=sides.package.id,
        production_id=sides.production.id,
        intended_use=INTENDED_USE,
        terms=proposed(fee=FREE, extension=OPTION),
        platform_fee_bps=1000,
        declarations=Declarations(has_counsel=True),
    )
    deal = agree(session, sides.licensor, talks)
    changed = agree(session, sides.studio, amend(session, sides.licensor, deal, extension=OPTION))
    declared, by = queries.declared_with_deal(session, changed)
    assert (declared.has_counsel, by) == (True, sides.studio.party_id)
    extended = extend(session, sides, deal, OPENS)
    assert queries.declared_with_deal(session, extended)[0].has_counsel is True


def test_an_earlier_end_by_agreement(session: Session, sides: Sides) -> None:
    deal = signed(session, sides, grants=[EXCLUSIVE], extension={"months": 6})
    before = view(session, deal).license.status_index
    talks = changes.open_termination(
        session=session, actor=sides.licensor, at=DURING, deal_id=deal.id, last_day=date(2026, 7, 31)
    )
    assert view(session, deal).license.ends_at == ENDS_AT
    agree(session, sides.studio, talks, at=DURING)
    found = view(session, deal)
    assert found.license.ends_at == AUGUST
    assert found.license.status is LicenseStatus.ACTIVE
    assert decide(license=found.facts_at(AUGUST - TICK), use=USE, at=AUGUST - TICK).is_allowed
    assert decide(license=found.facts_at(AUGUST), use=USE, at=AUGUST).code is Code.EXPIRED
    assert (before, LicenseStatus.TERMINATED) in marked_in_status_list(session)[1]
    due = session.exec(select(LicenseNotice.due_at).where(LicenseNotice.license_id == deal.license_id)).all()
    assert max(due) == AUGUST
    assert session.exec(select(DealOption)).all() == []
    rival_asks(session, sides, at=DURING, grants=[EXCLUSIVE], term=TERM | {"first_day": "2026-08-01"})


def test_an_end_today_leaves_the_day_and_an_end_in_the_past_is_none(session: Session, sides: Sides) -> None:
    deal = signed(session, sides)

    def ending(day: date) -> Any:
        return changes.open_termination(
            session=session, actor=sides.studio, at=DURING, deal_id=deal.id, last_day=day
        )

    assert code_of(lambda: ending(date(2026, 6, 30))) == "effect_past"
    talks = ending(date(2026, 7, 1))
    late = datetime(2026, 7, 2, 4, tzinfo=UTC)
    with pytest.raises((MoveRefused, NotChangedLikeThis)), session.begin_nested():
        accept(session, sides.licensor, talks, at=late)
    agree(session, sides.licensor, talks, at=late - TICK)
    assert view(session, deal).license.ends_at == late


def test_an_assignment_takes_three_signatures(session: Session, sides: Sides) -> None:
    deal = signed(session, sides, assignment="with_consent")
    buyer = make_actor(session, name="Harbor Interactive")
    talks = changes.open_assignment(
        session=session, actor=sides.studio, at=DURING, deal_id=deal.id, assignee_party_id=buyer.party_id
    )
    assert accept(session, sides.licensor, talks, at=DURING) is None
    assert view(session, deal).license.licensee_party_id == sides.studio.party_id
    with pytest.raises(NotFound):
        license_view(session, buyer, deal.license_id)
    assigned = sign(session, buyer, talks, at=DURING)
    assert assigned is not None
    found = license_view(session, buyer, deal.license_id)
    assert found.latest.terms.document["licensee"] == {"id": buyer.party_id, "name": "Harbor Interactive"}
    with pytest.raises(NotFound):
        license_view(session, sides.studio, deal.license_id)
    signers = {row.party_id for row in queries.deal_view(session, sides.licensor, assigned.id).signatures}
    assert signers == {sides.studio.party_id, sides.licensor.party_id, buyer.party_id}
    with pytest.raises(NotFound):
        amend(session, sides.studio, deal, at=DURING)
    amend(session, buyer, deal, at=DURING, assignment="with_consent")


def test_who_may_assign_what(session: Session, sides: Sides) -> None:
    buyer = make_actor(session, name="Harbor Interactive")
    fixed, free = signed(session, sides), signed(session, sides, assignment="with_consent")

    def assigning(actor: Any, deal: Deal, to: str) -> str:
        return code_of(
            lambda: changes.open_assignment(
                session=session, actor=actor, at=START, deal_id=deal.id, assignee_party_id=to
            )
        )

    assert assigning(sides.studio, fixed, buyer.party_id) == "not_assignable"
    assert assigning(sides.licensor, free, buyer.party_id) == "not_assignable"
    assert assigning(sides.studio, free, sides.licensor.party_id) == "not_assignable"


OPTION = {"months": 6, "most_times": 2, "exercise_from_days": 60, "exercise_until_days": 10, "fee_minor": 400_000}
OPENS, CLOSES = ENDS_AT - timedelta(days=60), ENDS_AT - timedelta(days=10)


def extend(session: Session, sides: Sides, deal: Deal, at: datetime) -> Deal:
    return changes.exercise_extension(session=session, actor=sides.studio, at=at, deal_id=deal.id)


def test_an_option_is_used_by_the_licensee_alone(session: Session, sides: Sides) -> None:
    deal = signed(session, sides, grants=[EXCLUSIVE], extension=OPTION)
    assert code_of(lambda: extend(session, sides, deal, OPENS - TICK)) == "option_not_open"
    with pytest.raises(Forbidden):
        changes.exercise_extension(session=session, actor=sides.licensor, at=OPENS, deal_id=deal.id)
    extended = extend(session, sides, deal, OPENS)
    found = view(session, deal)
    assert found.license.ends_at == datetime(2027, 7, 1, 4, tzinfo=UTC)
    terms = found.latest.terms.document
    assert terms["extension"]["most_times"] == 1
    assert terms["fee"]["amount_minor"] == 400_000
    assert terms["fee"]["instalments"] == [{"amount_minor": 400_000, "due_on": "2026-11-02"}]
    assert terms["amends"]["kind"] == "extension"
    signatures = queries.deal_view(session, sides.licensor, extended.id).signatures
    assert {row.party_id for row in signatures} == {sides.studio.party_id, sides.licensor.party_id}
    assert code_of(lambda: extend(session, sides, deal, OPENS)) == "option_not_open"
    later = found.license.ends_at - timedelta(days=30)
    extend(session, sides, deal, later)
    assert view(session, deal).latest.terms.document["extension"] is None
    assert code_of(lambda: extend(session, sides, deal, later)) == "no_option"


def test_nobody_is_given_what_a_licensee_may_still_extend(session: Session, sides: Sides) -> None:
    signed(session, sides, grants=[EXCLUSIVE], extension=OPTION)
    after = TERM | {"first_day": "2027-01-01", "last_day": "2027-03-31"}

    def asking(at: datetime) -> Any:
        return rival_asks(session, sides, at=at, term=after)

    assert code_of(lambda: asking(START)) == "reserved_by_option"
    assert code_of(lambda: asking(CLOSES - TICK)) == "reserved_by_option"
    assert asking(CLOSES) is not None


def test_an_offer_that_waited_is_held_against_an_option_signed_meanwhile(session: Session, sides: Sides) -> None:
    rival = make_actor(session, name="Rival Games")
    talks = service.open_negotiation(
        session=session,
        actor=rival,
        at=START,
        package_id=sides.package.id,
        production_id=make_production(session, rival).id,
        intended_use=INTENDED_USE,
        terms=proposed(fee=FREE, term=TERM | {"first_day": "2027-01-01", "last_day": "2027-03-31"}),
        platform_fee_bps=1000,
    )
    signed(session, sides, grants=[EXCLUSIVE], extension=OPTION)
    with session.begin_nested():
        assert code_of(lambda: accept(session, sides.licensor, talks)) == "reserved_by_option"


def test_first_refusal_keeps_the_time_after_the_end_for_its_window(session: Session, sides: Sides) -> None:
    signed(session, sides, first_refusal={"from_days": 120, "until_days": 60})
    after = TERM | {"first_day": "2027-01-01", "last_day": "2027-03-31"}
    opens, closes = ENDS_AT - timedelta(days=120), ENDS_AT - timedelta(days=60)
    assert rival_asks(session, sides, at=opens - TICK, term=after) is not None
    assert code_of(lambda: rival_asks(session, sides, at=opens, term=after)) == "reserved_by_option"
    assert rival_asks(session, sides, at=closes, term=after) is not None


@pytest.mark.parametrize("by_licensor", [True, False])
def test_a_renewal_is_a_license_of_its_own(session: Session, sides: Sides, by_licensor: bool) -> None:
    deal = signed(session, sides, first_refusal={"from_days": 120, "until_days": 60})
    one, other = (sides.licensor, sides.studio) if by_licensor else (sides.studio, sides.licensor)
    at = ENDS_AT - timedelta(days=100)
    terms = proposed(fee=FREE, term=TERM | {"first_day": "2027-01-01", "last_day": "2027-12-31"})
    talks = changes.open_renewal(
        session=session, actor=one, at=at, deal_id=deal.id, terms=terms, platform_fee_bps=900
    )
    renewed = agree(session, other, talks, at=at)
    assert renewed.license_id != deal.license_id
    document = view(session, renewed).latest.terms.document
    assert document["renews"] == {"license_id": deal.license_id}
    assert document["platform_fee_bps"] == 900
    assert view(session, deal).license.ends_at == ENDS_AT


def test_a_license_that_is_over_or_unpaid_is_not_changed(session: Session, sides: Sides) -> None:
    unpaid = make_deal(session, sides)
    talks = changes.open_termination(
        session=session, actor=sides.studio, at=DURING, deal_id=unpaid.id, last_day=date(2026, 8, 1)
    )
    with session.begin_nested():
        assert code_of(lambda: accept(session, sides.licensor, talks, at=DURING)) == "license_not_running"
    stopped = signed(session, sides)
    talks = amend(session, sides.studio, stopped, at=DURING)
    change_standing(
        session=session,
        actor=sides.licensor,
        at=DURING,
        license_id=stopped.license_id,
        action=LicenseAction.TERMINATE,
        reason="Breach.",
    )
    with session.begin_nested():
        assert code_of(lambda: accept(session, sides.licensor, talks, at=DURING)) == "license_not_running"
    over = signed(session, sides)
    assert code_of(lambda: amend(session, sides.studio, over, at=ENDS_AT)) == "deal_over"


def test_every_deal_has_its_place_in_the_order_of_versions(session: Session, sides: Sides) -> None:
    deal = signed(session, sides)
    for number in range(3):
        agree(session, sides.licensor, amend(session, sides.studio, deal, credit_line=f"Line {number}"))
    rows = session.exec(select(DealVersion).where(DealVersion.license_id == deal.license_id)).all()
    assert sorted(row.version for row in rows) == [1, 2, 3, 4]
