"""The decision: its order of codes, every boundary, and the survival matrix cell by cell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.licensing.rules.decision import (
    Code,
    IntendedUse,
    LicenseFacts,
    decide,
    decide_access,
    phase,
    standing,
)
from app.licensing.rules.status_list import INVALID, SUSPENDED, VALID, pack_status_list, read_status
from app.licensing.states import IllegalTransition, LicenseAction, LicenseStatus, next_status
from app.licensing.terms import compile_document
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.survival import PRESETS, Action, Permission, Phase
from app.values.term import Term

START = datetime(2026, 6, 15, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DURING = datetime(2026, 9, 1, tzinfo=UTC)


def block(**changes: object) -> RightsBlock:
    given = {
        "component": Component.VOICE,
        "axes": frozenset({Axis.SCRIPTED}),
        "media": frozenset({"game.scripted_performance"}),
        "territory": frozenset({"DE", "JP"}),
        "languages": frozenset({"en"}),
        "categories": frozenset({"*"}),
        "term": Term(START, END),
        "exclusivity": Exclusivity.NON_EXCLUSIVE,
    }
    return RightsBlock(**{**given, **changes})  # type: ignore[arg-type]


FACTS = LicenseFacts(
    status=LicenseStatus.ACTIVE,
    term=Term(START, END),
    authority_ends_at=None,
    grants=(block(),),
    survival=PRESETS["game"].matrix,
    obligations=("Show the label: Digital replica",),
)
USE = IntendedUse(Component.VOICE, Axis.SCRIPTED, "game.scripted_performance", "DE")


def code(at: datetime = DURING, use: IntendedUse = USE, **changes: object) -> Code:
    return decide(license=replace(FACTS, **changes), use=use, at=at).code  # type: ignore[arg-type]


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


_PHASES = {
    Phase.ACTIVE: ({}, DURING),
    Phase.SUSPENDED: ({"status": LicenseStatus.SUSPENDED}, DURING),
    Phase.EXPIRED: ({}, END),
    Phase.TERMINATED: ({"status": LicenseStatus.TERMINATED}, DURING),
}
_REFUSAL = {
    Phase.ACTIVE: Code.PROHIBITED,
    Phase.SUSPENDED: Code.SUSPENDED,
    Phase.EXPIRED: Code.EXPIRED,
    Phase.TERMINATED: Code.TERMINATED,
}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("phase", list(_PHASES))
def test_every_cell_of_every_survival_matrix(preset: str, action: Action, phase: Phase) -> None:
    changes, at = _PHASES[phase]
    matrix = PRESETS[preset].matrix
    expected = {
        Permission.ALLOW: Code.ALLOWED,
        Permission.APPROVAL: Code.APPROVAL_REQUIRED,
        Permission.DENY: _REFUSAL[phase],
    }[matrix[action][phase]]
    assert code(at, use=replace(USE, action=action), survival=matrix, **changes) is expected


def test_what_survives_is_still_judged_by_the_grants() -> None:
    film = PRESETS["film"].matrix
    kept = replace(USE, action=Action.DISTRIBUTE)
    assert code(END, use=kept, survival=film) is Code.ALLOWED
    assert code(END, use=replace(kept, territory="US"), survival=film) is Code.TERRITORY_NOT_GRANTED


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
)
def test_an_answer_holds_until_the_instant_it_names(
    at: datetime,
    later: timedelta,
    status: LicenseStatus,
    authority: datetime | None,
    action: Action,
    preset: str,
) -> None:
    facts = replace(FACTS, status=status, authority_ends_at=authority, survival=PRESETS[preset].matrix)
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


UNTIL = END + timedelta(days=60)
WINDING_DOWN = replace(FACTS, survival=PRESETS["film"].matrix, winds_down_until=UNTIL)
RELEASE = replace(USE, action=Action.RELEASE)
"""A film allows a release while winding down, and asks for approval after that."""


@pytest.mark.parametrize(
    ("at", "changes", "column", "answer"),
    [
        (END - TICK, {}, Phase.ACTIVE, Code.ALLOWED),
        (END, {}, Phase.WINDING_DOWN, Code.ALLOWED),
        (UNTIL - TICK, {}, Phase.WINDING_DOWN, Code.ALLOWED),
        (UNTIL, {}, Phase.EXPIRED, Code.APPROVAL_REQUIRED),
        (END, {"winds_down_until": None}, Phase.EXPIRED, Code.APPROVAL_REQUIRED),
        (END, {"status": LicenseStatus.SUSPENDED}, Phase.EXPIRED, Code.APPROVAL_REQUIRED),
        (END, {"status": LicenseStatus.TERMINATED}, Phase.TERMINATED, Code.TERMINATED),
        (END, {"status": LicenseStatus.AWAITING_PAYMENT}, Phase.ACTIVE, Code.UNPAID),
        (END + TICK, {"authority_ends_at": END + 2 * TICK}, Phase.WINDING_DOWN, Code.ALLOWED),
        (END + TICK, {"authority_ends_at": END + TICK}, Phase.EXPIRED, Code.APPROVAL_REQUIRED),
        (DURING, {"authority_ends_at": DURING}, Phase.EXPIRED, Code.APPROVAL_REQUIRED),
    ],
)
def test_winding_down_counts_from_the_end_of_the_term_until_its_days_are_over(
    at: datetime, changes: dict[str, Any], column: Phase, answer: Code
) -> None:
    license = replace(WINDING_DOWN, **changes)
    assert phase(license=license, at=at) is column
    assert decide(license=license, use=RELEASE, at=at).code is answer


def test_winding_down_lets_nobody_make_anything_new_or_reach_a_model() -> None:
    assert decide(license=WINDING_DOWN, use=USE, at=END).code is Code.EXPIRED
    assert decide_access(license=WINDING_DOWN, at=END).code is Code.EXPIRED
    assert standing(license=WINDING_DOWN, at=END) is Code.EXPIRED


def test_no_answer_is_relied_on_beyond_the_end_of_winding_down() -> None:
    assert decide(license=WINDING_DOWN, use=RELEASE, at=UNTIL - TICK).valid_until == UNTIL


@pytest.mark.parametrize(
    ("wind_down", "sell_off", "until"),
    [
        (0, None, None),
        (1, None, "2026-11-02T05:00"),  # the first of November has 25 hours in New York
        (0, 180, "2027-04-30T04:00"),
        (30, 10, "2026-12-01T05:00"),
        (10, 30, "2026-12-01T05:00"),
    ],
)
def test_the_longer_of_wind_down_and_sell_off_counts_in_days_of_the_deals_zone(
    wind_down: int, sell_off: int | None, until: str | None
) -> None:
    document = deal_document() | {
        "wind_down": {"days": wind_down, "steps": []},
        "sell_off": None if sell_off is None else {"days": sell_off},
    }
    expected = None if until is None else datetime.fromisoformat(until).replace(tzinfo=UTC)
    compiled = compile_document(document)
    assert compiled.winds_down_until == expected
    assert compiled.facts(status=LicenseStatus.ACTIVE, authority_ends_at=None).winds_down_until == expected


def test_a_deal_of_version_1_gives_no_time_to_wind_down() -> None:
    old = {name: value for name, value in deal_document().items() if name not in {"wind_down", "sell_off"}}
    assert compile_document(old | {"terms_version": 1}).winds_down_until is None


def deal_document() -> dict[str, Any]:
    """As much of a document as is read; its last day is 31 October in New York."""
    return {
        "terms_version": 2,
        "term": {
            "first_day": "2026-06-15",
            "last_day": "2026-10-31",
            "zone": "America/New_York",
            "starts_at": "2026-06-15T04:00:00Z",
            "ends_at": "2026-11-01T04:00:00Z",
        },
        "grants": [],
        "survival": {"matrix": PRESETS["film"].document},
        "disclosure_label": "",
        "credit_line": "",
        "delivery": "export",
        "wind_down": {"days": 0, "steps": []},
        "sell_off": None,
        "fee": {},
        "royalty": {},
    }
