"""What outlives a license: the survival matrix cell by cell, and the time in which to wind down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.licensing.rules.codes import Code
from app.licensing.rules.decision import decide, decide_access, phase, standing
from app.licensing.states import LicenseStatus
from app.licensing.terms import compile_document
from app.values.survival import PRESETS, Action, Permission, Phase
from tests.factories.decisions import DURING, END, FACTS, TICK, USE, code, deal_document

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
