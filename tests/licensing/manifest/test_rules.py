"""What stands in the way of a build: every reason, each at its place, and never another answer than online."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.licensing.manifest.rules import (
    AssetCode,
    Held,
    Line,
    Reason,
    Standing,
    reasons,
    release_instants,
    without_check_in,
)
from app.licensing.rules.codes import Code
from app.licensing.rules.counting import Cap
from app.licensing.rules.decision import decide
from app.licensing.rules.facts import Approved, IntendedUse, LicenseFacts
from app.licensing.states import LicenseStatus
from app.negotiation.terms.vocabulary import CapPeriod, CapUnit, GuardContext
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.survival import PRESETS, Action
from app.values.term import Term

ZONE = "America/New_York"
TERM = Term.of_days(date(2026, 6, 15), date(2026, 12, 31), ZONE)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FILE, OTHER_FILE = "a" * 64, "b" * 64


def grant(**changes: Any) -> RightsBlock:
    given: dict[str, Any] = {
        "component": Component.VOICE,
        "axes": frozenset({Axis.SCRIPTED}),
        "media": frozenset({"game.scripted_performance"}),
        "territory": frozenset({"DE", "JP"}),
        "languages": frozenset({"en"}),
        "categories": frozenset({"*"}),
        "term": TERM,
        "exclusivity": Exclusivity.NON_EXCLUSIVE,
    }
    return RightsBlock(**given | changes)


FACTS = LicenseFacts(
    status=LicenseStatus.ACTIVE,
    term=TERM,
    authority_ends_at=None,
    grants=(grant(),),
    survival=PRESETS["game"].matrix,
    guard=frozenset({GuardContext.GAMBLING}),
)
LINE = Line(
    license_id="lic_1",
    sha256=FILE,
    component=Component.VOICE,
    axis=Axis.SCRIPTED,
    medium="game.scripted_performance",
    territory=frozenset({"DE"}),
    release_on=date(2026, 10, 1),
    languages=frozenset({"en"}),
    scenes=("Harbor office",),
)


def held(line: Line, facts: LicenseFacts = FACTS, *, now: datetime = NOW, **changes: Any) -> Held:
    given: dict[str, Any] = {
        "standings": [
            Standing(at, facts if at <= now else without_check_in(facts))
            for at in release_instants(day=line.release_on, zone=ZONE, now=now)
        ],
        "delivered": {FILE: frozenset({Component.VOICE})},
        "terms_sha256": "0" * 64,
    }
    return Held(**given | changes)


def found(
    line: Line = LINE,
    facts: LicenseFacts = FACTS,
    *,
    now: datetime = NOW,
    elsewhere: Mapping[str, Sequence[str]] | None = None,
    **changes: Any,
) -> list[Reason]:
    return reasons([line], held={0: held(line, facts, now=now, **changes)}, elsewhere=elsewhere or {})


def told(found: list[Reason]) -> list[tuple[str, str]]:
    return [(reason.pointer, reason.code) for reason in found]


def test_a_build_within_the_license_may_go_out() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "member", "code"),
    [
        ({"component": Component.FACE}, "component", Code.COMPONENT_NOT_GRANTED),
        ({"axis": Axis.REALTIME}, "axis", Code.AXIS_NOT_CONSENTED),
        ({"medium": "game.trailer"}, "media", Code.MEDIA_NOT_GRANTED),
        ({"territory": frozenset({"DE", "CN"})}, "territory", Code.TERRITORY_NOT_GRANTED),
        ({"languages": frozenset({"en", "fr"})}, "languages", Code.PROHIBITED),
        ({"contexts": frozenset({GuardContext.GAMBLING})}, "contexts", Code.PROHIBITED),
        ({"release_on": date(2026, 6, 14)}, None, None),
        ({"release_on": date(2027, 1, 1)}, "release_on", Code.EXPIRED),
        ({"sha256": OTHER_FILE}, "sha256", AssetCode.ASSET_UNKNOWN),
    ],
)
def test_each_dimension_has_its_place_and_code(
    changes: dict[str, Any], member: str | None, code: str | None
) -> None:
    line = replace(LINE, **changes)
    delivered = {FILE: frozenset({line.component})}
    expected = [] if member is None else [(f"/assets/0/{member}", code)]
    assert told(found(line, delivered=delivered)) == expected


def test_everything_is_said_at_once_with_the_scenes_concerned() -> None:
    line = replace(
        LINE,
        sha256=OTHER_FILE,
        territory=frozenset({"DE", "CN", "TW"}),
        languages=frozenset({"fr"}),
        contexts=frozenset({GuardContext.GAMBLING}),
        release_on=date(2027, 1, 1),
    )
    answer = found(line)
    assert told(answer) == [
        ("/assets/0/sha256", "ASSET_UNKNOWN"),
        ("/assets/0/release_on", "EXPIRED"),
        ("/assets/0/contexts", "PROHIBITED"),
        ("/assets/0/territory", "TERRITORY_NOT_GRANTED"),
        ("/assets/0/languages", "PROHIBITED"),
    ]
    assert all(reason.scenes == ("Harbor office",) for reason in answer)
    assert OTHER_FILE in answer[0].sentence
    assert "CN, TW" in answer[3].sentence


def test_a_category_is_asked_for_in_brand_use() -> None:
    facts = replace(FACTS, grants=(grant(categories=frozenset({"automotive"})),))
    assert told(found(facts=facts)) == [("/assets/0/category", "CATEGORY_NOT_GRANTED")]
    assert found(replace(LINE, category="automotive"), facts) == []


def test_a_language_granted_elsewhere_is_not_granted_here() -> None:
    """Two grants: English in Germany, Spanish in Japan. Together they are not both languages in both countries."""
    english = grant(territory=frozenset({"DE"}), languages=frozenset({"en"}))
    spanish = grant(territory=frozenset({"JP"}), languages=frozenset({"es"}))
    facts = replace(FACTS, grants=(english, spanish))
    line = replace(LINE, territory=frozenset({"DE", "JP"}), languages=frozenset({"en", "es"}))
    answer = found(line, facts)
    assert told(answer) == [("/assets/0/languages", "PROHIBITED")] * 2
    assert [reason.sentence for reason in answer] == [
        "The license does not include the language en in JP.",
        "The license does not include the language es in DE.",
    ]
    assert found(replace(line, territory=frozenset({"DE"}), languages=frozenset({"en"})), facts) == []


def test_the_release_lies_within_the_term_to_the_day() -> None:
    for day, code in (
        (date(2026, 6, 14), "NOT_STARTED"),
        (date(2026, 6, 15), None),
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), "EXPIRED"),
    ):
        answer = told(found(replace(LINE, release_on=day), now=datetime(2026, 1, 1, tzinfo=UTC)))
        assert answer == ([] if code is None else [("/assets/0/release_on", code)]), day


def test_a_date_in_the_past_brings_no_license_back() -> None:
    line = replace(LINE, release_on=date(2026, 10, 1))
    assert TERM.ends_at is not None
    assert found(line, now=TERM.ends_at - TICK) == []
    assert told(found(line, now=TERM.ends_at)) == [("/assets/0/release_on", "EXPIRED")]
    start = datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert release_instants(day=line.release_on, zone=ZONE, now=start + timedelta(hours=2)) == (
        start + timedelta(hours=2),
        start + timedelta(days=1) - TICK,
    )


def test_an_authority_that_ends_during_the_day_of_release_is_seen() -> None:
    noon = datetime(2026, 10, 1, 16, tzinfo=UTC)
    assert told(found(facts=replace(FACTS, authority_ends_at=noon))) == [
        ("/assets/0/release_on", "AUTHORITY_ENDED")
    ]
    next_day = datetime(2026, 10, 2, 4, tzinfo=UTC)
    assert found(facts=replace(FACTS, authority_ends_at=next_day)) == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (LicenseStatus.SUSPENDED, "SUSPENDED"),
        (LicenseStatus.TERMINATED, "TERMINATED"),
        (LicenseStatus.AWAITING_PAYMENT, "UNPAID"),
    ],
)
def test_how_the_license_stands_is_told_at_the_license(status: LicenseStatus, code: str) -> None:
    assert told(found(facts=replace(FACTS, status=status))) == [("/assets/0/license_id", code)]


def test_the_survival_matrix_decides_about_a_release_after_the_end() -> None:
    after = replace(LINE, release_on=date(2027, 2, 1))
    film = replace(FACTS, survival=PRESETS["film"].matrix)
    assert told(found(after, film)) == [("/assets/0/release_on", "APPROVAL_REQUIRED")]
    approved = replace(film, approved=frozenset({Approved("apr_1", Action.RELEASE)}))
    assert found(replace(after, approval_ids=("apr_0", "apr_1")), approved) == []
    assert told(found(replace(after, approval_ids=("apr_2",)), approved)) == [
        ("/assets/0/release_on", "APPROVAL_REQUIRED")
    ]
    winding_down = replace(film, winds_down_until=datetime(2027, 6, 1, tzinfo=UTC))
    assert found(after, winding_down) == []


def test_what_the_licensor_approves_before_release_is_named() -> None:
    final = {"needs_final_approval": True, "approved_final": frozenset({"apr_1"})}
    assert told(found(**final)) == [("/assets/0/approval_ids", "APPROVAL_REQUIRED")]
    assert told(found(replace(LINE, approval_ids=("apr_2",)), **final)) == [
        ("/assets/0/approval_ids", "APPROVAL_REQUIRED")
    ]
    assert found(replace(LINE, approval_ids=("apr_2", "apr_1")), **final) == []


def test_nobody_can_have_checked_in_for_a_day_to_come() -> None:
    overdue = replace(FACTS, check_in_due_at=NOW, check_in_lapses_at=NOW + timedelta(hours=1))
    assert found(facts=overdue) == []
    lapsed = replace(FACTS, check_in_due_at=NOW - timedelta(days=2), check_in_lapses_at=NOW)
    today = replace(LINE, release_on=NOW.date())
    assert told(found(today, lapsed)) == [("/assets/0/license_id", "CHECK_IN_OVERDUE")]


def test_a_file_of_another_license_or_component_is_named() -> None:
    line = replace(LINE, sha256=OTHER_FILE)
    [reason] = found(line, elsewhere={OTHER_FILE: ["lic_2", "lic_3"]})
    assert (reason.code, reason.pointer) == ("ASSET_OF_ANOTHER_LICENSE", "/assets/0/sha256")
    assert "lic_2, lic_3" in reason.sentence
    [reason] = found(delivered={FILE: frozenset({Component.FACE, Component.BEHAVIOR})})
    assert (reason.code, reason.pointer) == ("ASSET_OF_ANOTHER_COMPONENT", "/assets/0/component")
    assert "behavior, face" in reason.sentence


def test_a_license_that_is_not_yours_says_nothing_else() -> None:
    assert told(reasons([LINE], held={}, elsewhere={})) == [("/assets/0/license_id", "NOT_FOUND")]


def test_amounts_add_up_over_the_build_and_every_line_beyond_the_cap_is_named() -> None:
    caps = (
        Cap(CapUnit.MINUTES, 30, CapPeriod.TERM, None),
        Cap(CapUnit.LINES, 5, CapPeriod.YEAR, Component.FACE),
    )
    lines = [replace(LINE, amounts=((CapUnit.MINUTES, 15), (CapUnit.LINES, 9))) for _ in range(4)]
    every = {number: held(line, caps=caps) for number, line in enumerate(lines)}
    assert told(reasons(lines[:2], held={0: every[0], 1: every[1]}, elsewhere={})) == []
    answer = reasons(lines, held=every, elsewhere={})
    assert told(answer) == [(f"/assets/{n}/amounts/minutes", "QUOTA_EXHAUSTED") for n in (2, 3)]
    assert "45 minutes; cap 1 of the deal allows 30" in answer[0].sentence
    elsewhere = [replace(line, license_id=f"lic_{number}") for number, line in enumerate(lines)]
    assert reasons(elsewhere, held=every, elsewhere={}) == []


def test_what_is_cut_short_says_how_much() -> None:
    territory = frozenset(f"{a}{b}" for a, b in product("ABCD", "EFGHI"))
    [reason] = found(replace(LINE, territory=territory))
    assert reason.sentence.endswith(" and 7 more.")


some = lambda values: st.frozensets(st.sampled_from(list(values)), min_size=1)  # noqa: E731
grants = st.lists(
    st.builds(
        grant,
        component=st.sampled_from([Component.VOICE, Component.FACE]),
        axes=some([Axis.SCRIPTED, Axis.REALTIME]),
        media=some(["game.scripted_performance", "game.trailer"]),
        territory=some(["DE", "JP", "US"]),
        languages=some(["en", "es", "es-MX", "*"]),
        categories=some(["automotive", "*"]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
lines = st.builds(
    replace,
    st.just(LINE),
    component=st.sampled_from([Component.VOICE, Component.FACE]),
    axis=st.sampled_from([Axis.SCRIPTED, Axis.REALTIME]),
    medium=st.sampled_from(["game.scripted_performance", "game.trailer"]),
    territory=some(["DE", "JP", "US", "FR"]),
    languages=st.frozensets(st.sampled_from(["en", "es", "es-MX", "fr"])),
    category=st.sampled_from([None, "automotive", "toys"]),
    contexts=st.frozensets(st.sampled_from([GuardContext.GAMBLING, GuardContext.FAMILY])),
    release_on=st.sampled_from([date(2026, 6, 14), date(2026, 12, 31), date(2027, 1, 1)]),
)


@given(grants=grants, line=lines, preset=st.sampled_from(list(PRESETS)))
def test_a_build_may_go_out_exactly_if_every_use_in_it_is_allowed_online(
    grants: Any, line: Line, preset: str
) -> None:
    facts = replace(FACTS, grants=grants, survival=PRESETS[preset].matrix)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    uses = [
        IntendedUse(
            component=line.component,
            axis=line.axis,
            medium=line.medium,
            territory=territory,
            language=language,
            category=line.category,
            action=Action.RELEASE,
            contexts=line.contexts,
        )
        for territory, language in product(line.territory, line.languages or {None})
    ]
    at, _ = release_instants(day=line.release_on, zone=ZONE, now=now)
    online = all(decide(license=facts, use=use, at=at).is_allowed for use in uses)
    answer = found(line, facts, now=now, delivered={FILE: frozenset(Component)})
    assert (not answer) is online, answer
