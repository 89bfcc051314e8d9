"""What outlives a license: the survival matrix cell by cell, and the time in which to wind down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.licensing.rules.codes import Code
from app.licensing.rules.decision import decide, decide_access, phase, standing
from app.licensing.rules.facts import Approved, LicenseFacts
from app.licensing.states import LicenseStatus
from app.licensing.terms import compile_document
from app.values.survival import PRESETS, Action, Permission, Phase
from tests.factories.decisions import DURING, END, FACTS, START, TICK, USE, code, deal_document

UNTIL = END + timedelta(days=60)
PHASES: dict[Phase, tuple[dict[str, Any], datetime]] = {
    Phase.ACTIVE: ({}, END - TICK),
    Phase.SUSPENDED: ({"status": LicenseStatus.SUSPENDED}, DURING),
    Phase.WINDING_DOWN: ({"winds_down_until": UNTIL}, END),
    Phase.EXPIRED: ({"winds_down_until": UNTIL}, UNTIL),
    Phase.TERMINATED: ({"status": LicenseStatus.TERMINATED}, DURING),
}
"""How a license comes to stand in each column, and at which instant."""
REFUSALS = {
    Phase.SUSPENDED: Code.SUSPENDED,
    Phase.WINDING_DOWN: Code.EXPIRED,
    Phase.EXPIRED: Code.EXPIRED,
    Phase.TERMINATED: Code.TERMINATED,
}

LIVE_SERVICE = """
            active suspended winding_down expired  terminated
generate    yes    no        no           no       no
release     yes    no        no           no       no
distribute  yes    yes       yes          yes      yes
promote     yes    no        no           no       no
patch       yes    approval  approval     approval approval
archive     yes    yes       yes          yes      yes
"""
"""Live generation and sales stop, copies already sold keep working, patches only with the licensor, to remove."""
EXPECTED = {
    "film": """
            active suspended winding_down expired  terminated
generate    yes    no        no           no       no
release     yes    no        yes          approval no
distribute  yes    yes       yes          yes      approval
promote     yes    no        yes          yes      no
patch       yes    approval  approval     approval no
archive     yes    yes       yes          yes      yes
""",
    "game": LIVE_SERVICE,
    "vr": LIVE_SERVICE,
    "brand": """
            active suspended winding_down expired  terminated
generate    yes    no        no           no       no
release     yes    no        no           no       no
distribute  yes    no        yes          no       no
promote     yes    no        no           no       no
patch       yes    no        approval     no       no
archive     yes    yes       yes          no       no
""",
}
"""What each kind of deal lets be done when, written down here once more, as the trade says it."""


def cells() -> Iterator[tuple[str, Action, Phase, str]]:
    for preset, table in EXPECTED.items():
        head, *rows = (line.split() for line in table.strip().splitlines())
        for action, *answers in rows:
            for phase_, answer in zip(head, answers, strict=True):
                yield preset, Action(action), Phase(phase_), answer


def facts_of(preset: str, **changes: Any) -> LicenseFacts:
    """A license whose deal was made from a preset, read from its terms as every deal is."""
    terms = compile_document(deal_document() | {"survival": {"matrix": PRESETS[preset].document}})
    return replace(FACTS, survival=terms.survival, **changes)


def test_every_cell_is_written_down() -> None:
    named = sorted((preset, action, column) for preset, action, column, _ in cells())
    assert named == sorted((preset, action, column) for preset in PRESETS for action in Action for column in Phase)


@pytest.mark.parametrize(("preset", "action", "column", "answer"), [*cells()])
def test_every_cell_of_every_survival_matrix(preset: str, action: Action, column: Phase, answer: str) -> None:
    changes, at = PHASES[column]
    license = facts_of(preset, **changes)
    assert phase(license=license, at=at) is column
    expected = {"yes": Code.ALLOWED, "approval": Code.APPROVAL_REQUIRED, "no": REFUSALS.get(column)}[answer]
    found = decide(license=license, use=replace(USE, action=action), at=at)
    assert found.code is expected
    assert found.is_allowed is (answer == "yes")
    approved = frozenset({Approved("apr_1", action)})
    with_approval = replace(USE, action=action, approval_id="apr_1")
    again = decide(license=replace(license, approved=approved), use=with_approval, at=at)
    assert again.is_allowed is (answer != "no")


@pytest.mark.parametrize("action", Action)
def test_a_brand_without_time_to_sell_off_stops_at_the_end(action: Action) -> None:
    use = replace(USE, action=action)
    assert decide(license=facts_of("brand"), use=use, at=END - TICK).is_allowed
    assert decide(license=facts_of("brand"), use=use, at=END).code is Code.EXPIRED


@pytest.mark.parametrize("preset", PRESETS)
def test_nothing_new_is_ever_made_after_the_end(preset: str) -> None:
    for column in (Phase.WINDING_DOWN, Phase.EXPIRED, Phase.TERMINATED, Phase.SUSPENDED):
        changes, at = PHASES[column]
        assert decide(license=facts_of(preset, **changes), use=USE, at=at).code is REFUSALS[column]


def test_what_a_matrix_never_allows_is_prohibited_while_the_license_runs() -> None:
    matrix = {**PRESETS["film"].matrix, Action.PATCH: dict.fromkeys(Phase, Permission.DENY)}
    found = decide(license=replace(FACTS, survival=matrix), use=replace(USE, action=Action.PATCH), at=DURING)
    assert (found.code, found.sentence) == (Code.PROHIBITED, "The deal does not allow to patch at all.")


def test_what_survives_is_still_judged_by_the_grants() -> None:
    film = PRESETS["film"].matrix
    kept = replace(USE, action=Action.DISTRIBUTE)
    assert code(END, use=kept, survival=film) is Code.ALLOWED
    assert code(END, use=replace(kept, territory="US"), survival=film) is Code.TERRITORY_NOT_GRANTED


@pytest.mark.parametrize("status", [LicenseStatus.SUSPENDED, LicenseStatus.TERMINATED])
@pytest.mark.parametrize("preset", PRESETS)
def test_nothing_outlives_a_license_that_was_never_paid_for_or_has_not_begun(
    preset: str, status: LicenseStatus
) -> None:
    for action in Action:
        use = replace(USE, action=action)
        for at, changes in ((START - TICK, {}), (DURING, {"was_active": False})):
            found = decide(license=facts_of(preset, status=status, **changes), use=use, at=at)
            assert found.code.value == status.value.upper()


def test_a_suspended_license_allows_no_more_than_one_that_runs_once_the_authority_is_over() -> None:
    suspended = {"status": LicenseStatus.SUSPENDED, "authority_ends_at": DURING}
    archive = replace(USE, action=Action.ARCHIVE)
    license = facts_of("brand", **suspended)
    assert decide(license=license, use=archive, at=DURING - TICK).is_allowed
    assert phase(license=license, at=DURING) is Phase.EXPIRED
    assert decide(license=license, use=archive, at=DURING).code is Code.SUSPENDED
    assert not decide(license=replace(license, status=LicenseStatus.ACTIVE), use=archive, at=DURING).is_allowed


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
