"""The decision: its order of codes, every boundary, and the survival matrix cell by cell."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.licensing.rules.codes import Code
from app.licensing.rules.decision import decide, decide_access, standing
from app.licensing.rules.facts import IntendedUse
from app.licensing.rules.status_list import INVALID, SUSPENDED, VALID, pack_status_list, read_status
from app.licensing.states import IllegalTransition, LicenseAction, LicenseStatus, next_status
from app.values.components import Axis, Component
from app.values.survival import PRESETS, Action
from tests.factories.decisions import DURING, END, FACTS, START, TICK, USE, block, code


def test_a_granted_use_is_allowed_with_its_obligations() -> None:
    decision = decide(license=FACTS, use=USE, at=DURING)
    assert decision.is_allowed
    assert decision.obligations == ("Show the label: Digital replica",)


def test_the_term_includes_its_start_and_excludes_its_end() -> None:
    assert code(START - TICK) is Code.NOT_STARTED
    assert code(START) is Code.ALLOWED
    assert code(END - TICK) is Code.ALLOWED
    assert code(END) is Code.EXPIRED
    assert code(END + timedelta(days=3650)) is Code.EXPIRED


def test_authority_ends_a_license_that_outlives_it() -> None:
    assert code(DURING - TICK, authority_ends_at=DURING) is Code.ALLOWED
    assert code(DURING, authority_ends_at=DURING) is Code.AUTHORITY_ENDED


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (replace(USE, component=Component.FACE), Code.COMPONENT_NOT_GRANTED),
        (replace(USE, axis=Axis.REALTIME), Code.AXIS_NOT_CONSENTED),
        (replace(USE, medium="film.theatrical"), Code.MEDIA_NOT_GRANTED),
        (replace(USE, territory="US"), Code.TERRITORY_NOT_GRANTED),
        (replace(USE, language="fr"), Code.PROHIBITED),
        (replace(USE, language="en-GB"), Code.ALLOWED),
    ],
)
def test_each_dimension_has_its_code(use: IntendedUse, expected: Code) -> None:
    assert code(use=use) is expected


def test_a_category_is_needed_where_grants_name_one() -> None:
    grants = (block(categories=frozenset({"beverages"})),)
    assert code(grants=grants) is Code.CATEGORY_NOT_GRANTED
    assert code(grants=grants, use=replace(USE, category="tobacco")) is Code.CATEGORY_NOT_GRANTED
    assert code(grants=grants, use=replace(USE, category="beverages")) is Code.ALLOWED


def test_dimensions_of_different_grants_are_not_mixed() -> None:
    grants = (
        block(),
        block(media=frozenset({"game.trailer"}), territory=frozenset({"US"})),
    )
    assert code(grants=grants, use=replace(USE, territory="US")) is Code.TERRITORY_NOT_GRANTED
    assert code(grants=grants, use=replace(USE, territory="US", medium="game.trailer")) is Code.ALLOWED


def test_standing_comes_before_grants_and_in_order() -> None:
    wrong = replace(USE, component=Component.FACE)
    assert code(use=wrong, status=LicenseStatus.TERMINATED) is Code.TERMINATED
    assert code(use=wrong, status=LicenseStatus.SUSPENDED) is Code.SUSPENDED
    assert code(use=wrong, status=LicenseStatus.AWAITING_PAYMENT) is Code.UNPAID
    assert code(START - TICK, use=wrong) is Code.NOT_STARTED
    assert code(END, use=wrong) is Code.EXPIRED
    assert code(END, status=LicenseStatus.SUSPENDED) is Code.SUSPENDED
    assert code(END, status=LicenseStatus.AWAITING_PAYMENT) is Code.UNPAID


_INSTANTS = st.sampled_from(
    [edge + n * TICK for edge in (START, DURING, END) for n in (-1, 0, 1)]
    + [edge + timedelta(minutes=n) for edge in (START, DURING, END) for n in (-4, 4, 6)]
)


@settings(max_examples=300)
@given(
    at=_INSTANTS,
    later=st.timedeltas(timedelta(0), timedelta(minutes=5)),
    status=st.sampled_from(LicenseStatus),
    authority=st.sampled_from([None, DURING, END]),
    action=st.sampled_from(Action),
    preset=st.sampled_from(sorted(PRESETS)),
    check_in=st.sampled_from([None, DURING - timedelta(minutes=4), DURING, END]),
)
def test_an_answer_holds_until_the_instant_it_names(
    at: datetime,
    later: timedelta,
    status: LicenseStatus,
    authority: datetime | None,
    action: Action,
    preset: str,
    check_in: datetime | None,
) -> None:
    facts = replace(
        FACTS,
        status=status,
        authority_ends_at=authority,
        survival=PRESETS[preset].matrix,
        winds_down_until=END + timedelta(minutes=4),
        check_in_due_at=check_in,
        check_in_lapses_at=None if check_in is None else check_in + timedelta(minutes=4),
    )
    use = replace(USE, action=action)
    first = decide(license=facts, use=use, at=at)
    assert first.valid_until > at
    if at + later < first.valid_until:
        assert decide(license=facts, use=use, at=at + later).code is first.code


@settings(max_examples=200)
@given(
    at=_INSTANTS,
    status=st.sampled_from(LicenseStatus),
    authority=st.sampled_from([None, DURING]),
)
def test_files_and_credentials_stand_exactly_while_the_license_does(
    at: datetime, status: LicenseStatus, authority: datetime | None
) -> None:
    facts = replace(FACTS, status=status, authority_ends_at=authority)
    stands = status is LicenseStatus.ACTIVE and START <= at < END and (authority is None or at < authority)
    assert (decide_access(license=facts, at=at).code is Code.ALLOWED) is stands
    assert (standing(license=facts, at=at) is Code.ALLOWED) is stands


def test_transitions_name_what_is_possible() -> None:
    assert next_status(LicenseStatus.ACTIVE, LicenseAction.SUSPEND) is LicenseStatus.SUSPENDED
    with pytest.raises(IllegalTransition, match="Possible: activate, terminate"):
        next_status(LicenseStatus.AWAITING_PAYMENT, LicenseAction.SUSPEND)
    with pytest.raises(IllegalTransition, match="Possible: nothing"):
        next_status(LicenseStatus.TERMINATED, LicenseAction.REINSTATE)


@settings(max_examples=100)
@given(
    statuses=st.lists(st.sampled_from([LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED, LicenseStatus.TERMINATED]))
)
def test_the_status_list_gives_back_what_was_packed(statuses: list[LicenseStatus]) -> None:
    packed = pack_status_list(size=len(statuses), marked=enumerate(statuses))
    values = {
        LicenseStatus.ACTIVE: VALID,
        LicenseStatus.SUSPENDED: SUSPENDED,
        LicenseStatus.TERMINATED: INVALID,
    }
    assert [read_status(packed, i) for i in range(len(statuses))] == [values[s] for s in statuses]
    assert read_status(packed, len(packed) * 4) is None


def test_the_status_list_matches_the_example_of_the_draft() -> None:
    """IETF draft-ietf-oauth-status-list, section 4.2: twelve statuses of two bits."""
    given_values = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    known = {0: LicenseStatus.ACTIVE, 1: LicenseStatus.TERMINATED, 2: LicenseStatus.SUSPENDED}
    marked = [(i, known[v]) for i, v in enumerate(given_values) if v in known]
    packed = bytearray(pack_status_list(size=12, marked=marked))
    for index in (3, 10, 11):
        packed[index // 4] |= 3 << (index % 4) * 2
    assert packed == bytes([0xC9, 0x44, 0xF9])
