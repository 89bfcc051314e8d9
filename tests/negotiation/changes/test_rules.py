"""What a change may touch, when it takes effect, and what options reserve: tables, without a database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.negotiation.changes.service.opening import ending_on
from app.negotiation.deals.keeping import with_signed_members
from app.negotiation.deals.rules.effect import Standing, begins_at, effective_at, judge_effect
from app.negotiation.deals.rules.options import (
    extended_last_day,
    judge_exercise,
    judge_reserved,
    options_of,
    reserved_by,
)
from app.negotiation.deals.rules.touched import problems_of
from app.negotiation.rules.verdict import MoveCode
from app.negotiation.states import OptionKind
from app.negotiation.terms.document import rights_blocks
from app.negotiation.terms.editing import as_proposal
from app.negotiation.terms.schema import DealTermsIn
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.canonical import sha256_hex
from tests.factories.negotiation import deal_terms, every_term, grant
from tests.negotiation.examples import FACTS, document

TODAY = date(2026, 7, 1)
AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
ENDS_AT = datetime(2027, 1, 1, 5, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TERM = deal_terms()["term"]
WHOLE: dict[str, Any] = every_term()
SIGNED = WHOLE | {"guarantee": None, "grants": [grant(), grant(component="face")]}
"""Without days that an earlier end would leave behind it."""


def pointers(
    change: ChangeOf,
    before: dict[str, Any],
    after: dict[str, Any],
    today: date = TODAY,
    from_day: date | None = None,
) -> list[str]:
    """Name what is wrong with a change that holds from today, unless from a later day."""
    found = problems_of(change, before, after, today=today, from_day=from_day or today)
    return [problem.pointer for problem in found]


def fee(*parts: tuple[int, str | None]) -> dict[str, Any]:
    instalments = [{"amount_minor": minor, "due_on": day} for minor, day in parts]
    return {"amount_minor": sum(minor for minor, _ in parts), "currency": "USD", "instalments": instalments}


def last_day(day: str) -> dict[str, Any]:
    return {"term": TERM | {"last_day": day}}


@pytest.mark.parametrize(
    ("change", "changed", "expected"),
    [
        (ChangeOf.AMENDMENT, {}, []),
        (ChangeOf.AMENDMENT, {"credit_line": "Another", "delivery": "hosted_only", "guard_list": []}, []),
        (ChangeOf.AMENDMENT, {"grants": [grant(territory="+DE")]}, []),
        (ChangeOf.AMENDMENT, last_day("2027-12-31"), []),
        (ChangeOf.AMENDMENT, last_day("2026-07-01"), []),
        (ChangeOf.AMENDMENT, {"term": TERM | {"first_day": "2026-06-16"}}, ["/term/first_day"]),
        (ChangeOf.AMENDMENT, {"term": TERM | {"zone": "UTC"}}, ["/term/zone"]),
        (ChangeOf.AMENDMENT, {"fee": fee((500_000, None), (1, "2026-07-01"))}, []),
        (ChangeOf.AMENDMENT, {"fee": fee((500_000, None), (1, "2026-06-30"))}, ["/fee/instalments"]),
        (ChangeOf.AMENDMENT, {"fee": fee((499_999, None), (1, "2026-09-01"))}, ["/fee/instalments"]),
        (ChangeOf.AMENDMENT, {"fee": fee((500_000, None)) | {"currency": "EUR"}}, ["/fee/currency"]),
        (ChangeOf.AMENDMENT, {"royalty": WHOLE["royalty"] | {"currency": "EUR"}}, ["/royalty/currency"]),
        (ChangeOf.AMENDMENT, {"advance": None}, ["/advance/instalments"]),
        (
            ChangeOf.AMENDMENT,
            {"royalty": WHOLE["royalty"] | {"recoupment_group": "Another saga"}},
            ["/royalty/recoupment_group"],
        ),
        (
            ChangeOf.AMENDMENT,
            {"royalty": WHOLE["royalty"] | {"recoupment_group": None, "escalator": None}},
            ["/royalty/recoupment_group"],
        ),
        (ChangeOf.AMENDMENT, {"royalty": WHOLE["royalty"] | {"rate_bps": 260}}, []),
        (ChangeOf.EXTENSION, last_day("2027-12-31"), []),
        (ChangeOf.EXTENSION, {}, ["/term/last_day"]),
        (ChangeOf.EXTENSION, last_day("2027-12-31") | {"caps": []}, ["/caps"]),
        (ChangeOf.TERMINATION, {}, ["/term/last_day"]),
        (ChangeOf.TERMINATION, last_day("2026-06-30"), ["/term/last_day"]),
        (ChangeOf.TERMINATION, last_day("2026-07-01"), []),
        (ChangeOf.TERMINATION, {"disclosure_label": "Other"} | last_day("2026-12-30"), ["/disclosure_label"]),
        (ChangeOf.ASSIGNMENT, {}, []),
        (ChangeOf.ASSIGNMENT, {"end_user": None}, []),
        (ChangeOf.ASSIGNMENT, {"assignment": "none"}, ["/assignment"]),
    ],
)
def test_what_a_change_may_touch(change: ChangeOf, changed: dict[str, Any], expected: list[str]) -> None:
    assert pointers(change, document(**SIGNED), document(**SIGNED | changed)) == expected


TO_OCTOBER = {"grants": [grant(exclusivity="exclusive", exclusive_until="2026-10-31"), grant(component="face")]}


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        (TO_OCTOBER["grants"], []),
        (TO_OCTOBER["grants"][:1], []),
        ([grant(exclusivity="exclusive", exclusive_until="2026-09-30")], []),
        ([grant(exclusivity="exclusive", exclusive_until="2026-11-30")], ["/grants"]),
        ([grant(exclusivity="exclusive")], ["/grants"]),
        ([grant()], ["/grants"]),
        ([TO_OCTOBER["grants"][0], grant(component="face", exclusivity="exclusive")], ["/grants"]),
        ([TO_OCTOBER["grants"][0], grant(component="face", territory="+WORLD")], ["/grants"]),
        ([TO_OCTOBER["grants"][0], grant(component="face", axes=["training"])], ["/grants"]),
    ],
)
def test_an_earlier_end_gives_no_other_rights(grants: list[dict[str, Any]], expected: list[str]) -> None:
    before = document(**SIGNED | TO_OCTOBER)
    after = document(**SIGNED | {"grants": grants} | last_day("2026-12-30"))
    assert pointers(ChangeOf.TERMINATION, before, after) == expected


def test_an_end_before_that_of_exclusivity_takes_its_day_with_it() -> None:
    before = document(**SIGNED | TO_OCTOBER)
    exclusive = {"grants": [grant(exclusivity="exclusive"), grant(component="face")]}
    after = document(**SIGNED | exclusive | last_day("2026-10-30"))
    assert pointers(ChangeOf.TERMINATION, before, after) == []


def test_rights_are_the_same_however_their_places_are_written() -> None:
    before = document(**SIGNED | {"grants": [grant(territory="+EUROZONE")]})
    codes = " ".join(f"+{code}" for code in before["grants"][0]["territory"]["codes"])
    before["grants"][0]["media_version"] = "earlier"
    after = document(**SIGNED | {"grants": [grant(territory=codes)]} | last_day("2026-12-30"))
    assert pointers(ChangeOf.TERMINATION, before, after) == []


@pytest.mark.parametrize(
    ("parts", "from_day", "expected"),
    [
        ([(80, "2026-07-01"), (50, "2026-09-01")], "2026-07-01", ["/fee/instalments"]),
        ([(50, "2026-07-02"), (50, "2026-09-01")], "2026-07-01", ["/fee/instalments"]),
        ([(50, "2026-07-01"), (30, "2026-07-02")], "2026-07-01", []),
        ([(50, "2026-07-01"), (80, "2026-09-01")], "2026-09-01", []),
        ([(50, "2026-07-01"), (80, "2026-09-01")], "2026-09-02", ["/fee/instalments"]),
        ([(50, "2026-07-01")], "2026-10-01", ["/fee/instalments"]),
        ([(50, "2026-07-01"), (9, "2026-08-01"), (50, "2026-09-01")], "2026-08-02", ["/fee/instalments"]),
        ([(50, "2026-07-01"), (50, "2026-09-01"), (9, "2026-10-01")], "2026-10-01", []),
    ],
)
def test_what_falls_due_before_a_change_holds_stays(
    parts: list[tuple[int, str]], from_day: str, expected: list[str]
) -> None:
    before = document(**SIGNED | {"fee": fee((500, None), (50, "2026-07-01"), (50, "2026-09-01"))})
    after = document(**SIGNED | {"fee": fee((500, None), *parts)})
    assert pointers(ChangeOf.AMENDMENT, before, after, from_day=date.fromisoformat(from_day)) == expected


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (ChangeOf.EXTENSION, last_day("2027-12-31")),
        (ChangeOf.TERMINATION, last_day("2026-12-30")),
        (ChangeOf.ASSIGNMENT, {}),
    ],
)
def test_what_a_change_leaves_alone_stays_whatever_tables_say_today(
    change: ChangeOf, changed: dict[str, Any]
) -> None:
    before = document(**SIGNED)
    before["survival"]["matrix"] = dict(before["survival"]["matrix"], make_new={})
    before["grants"][0]["media_version"] = "earlier"
    next(r for r in before["royalty"]["rules"] if r["territory"])["territory"]["codes"].remove("FR")
    today = document(**as_proposal(before) | changed)
    assert pointers(change, before, today)
    kept = with_signed_members(today, before, change, FACTS)
    assert pointers(change, before, kept) == []
    asked = with_signed_members(today | {"credit_line": "Another"}, before, change, FACTS)
    assert pointers(change, before, asked) == ["/credit_line"]


@pytest.mark.parametrize("fact", ["licensor", "licensee", "performer", "package", "production", "platform_fee_bps"])
def test_what_the_bargain_is_about_stays(fact: str) -> None:
    before = document()
    after = before | {fact: 1 if fact == "platform_fee_bps" else before[fact] | {"id": "another"}}
    assert pointers(ChangeOf.AMENDMENT, before, after) == [f"/{fact}"]
    assert (pointers(ChangeOf.ASSIGNMENT, before, after) == []) is (fact == "licensee")


def test_floors_that_were_tested_stay_and_later_ones_may_change() -> None:
    before = document(**WHOLE)
    later = WHOLE["guarantee"] | {
        "amount_minor": 150_001,
        "schedule": [WHOLE["guarantee"]["schedule"][0], {"test_on": "2026-12-31", "amount_minor": 1}],
    }
    after = document(**WHOLE | {"guarantee": later})
    assert pointers(ChangeOf.AMENDMENT, before, after, date(2026, 12, 31)) == []
    assert pointers(ChangeOf.AMENDMENT, before, after, date(2027, 1, 1)) == ["/guarantee/schedule"]
    assert pointers(ChangeOf.AMENDMENT, before, after, TODAY, date(2027, 1, 1)) == ["/guarantee/schedule"]


def change_of(effective_on: str | None = None, *, sha256: str = "a" * 64, **terms: Any) -> dict[str, Any]:
    amends = {"kind": "amendment", "terms_sha256": sha256, "effective_on": effective_on}
    return document(**terms) | {"amends": amends}


@pytest.mark.parametrize(
    ("changed", "at", "code"),
    [
        (change_of(), AT, MoveCode.ALLOWED),
        (change_of(sha256="b" * 64), AT, MoveCode.DEAL_CHANGED),
        (change_of(), ENDS_AT - TICK, MoveCode.ALLOWED),
        (change_of(), ENDS_AT, MoveCode.DEAL_OVER),
        (change_of("2026-07-01"), AT, MoveCode.ALLOWED),
        (change_of("2026-06-30"), AT, MoveCode.EFFECT_PAST),
        (change_of("2026-06-30"), datetime(2026, 7, 1, 3, 59, tzinfo=UTC), MoveCode.ALLOWED),
        (change_of("2026-06-30"), datetime(2026, 7, 1, 4, tzinfo=UTC), MoveCode.EFFECT_PAST),
        (change_of("2026-12-31"), AT, MoveCode.ALLOWED),
        (change_of("2027-01-01"), AT, MoveCode.EFFECT_PAST),
        (change_of("2026-10-01", term=TERM | {"last_day": "2026-09-30"}), AT, MoveCode.EFFECT_PAST),
        (change_of("2026-09-30", term=TERM | {"last_day": "2026-09-30"}), AT, MoveCode.ALLOWED),
    ],
)
def test_when_a_change_can_take_effect(changed: dict[str, Any], at: datetime, code: MoveCode) -> None:
    standing = Standing("a" * 64, datetime(2026, 6, 1, tzinfo=UTC), ENDS_AT)
    assert judge_effect(changed, standing, at=at).code is code


def test_a_change_never_overtakes_the_one_before() -> None:
    standing = Standing("a" * 64, datetime(2026, 9, 1, 4, tzinfo=UTC), ENDS_AT)
    assert judge_effect(change_of("2026-08-31"), standing, at=AT).code is MoveCode.EFFECT_PAST
    assert judge_effect(change_of("2026-09-01"), standing, at=AT).is_allowed
    assert not judge_effect(change_of(), standing, at=AT).is_allowed


@pytest.mark.parametrize(
    ("kind", "last_day", "code", "sentence"),
    [
        ("extension", "2027-12-31", MoveCode.ALLOWED, ""),
        ("termination", "2026-09-01", MoveCode.ALLOWED, ""),
        (
            "termination",
            "2026-08-31",
            MoveCode.EFFECT_PAST,
            "takes effect at 2026-09-01T04:00:00Z; end the license",
        ),
        ("assignment", "2026-12-31", MoveCode.EFFECT_PAST, "Try again then."),
    ],
)
def test_what_names_no_day_holds_with_the_change_that_waits(
    kind: str, last_day: str, code: MoveCode, sentence: str
) -> None:
    waiting = datetime(2026, 9, 1, 4, tzinfo=UTC)
    standing = Standing("a" * 64, waiting, ENDS_AT)
    changed = change_of(term=TERM | {"last_day": last_day})
    changed["amends"]["kind"] = kind
    verdict = judge_effect(changed, standing, at=AT)
    assert verdict.code is code
    assert sentence in verdict.sentence
    if verdict.is_allowed:
        assert begins_at(changed, standing, at=AT) == waiting
        assert begins_at(changed, standing, at=waiting + TICK) == waiting + TICK


def test_it_holds_as_its_day_begins_and_from_the_signature_where_no_day_is_named() -> None:
    assert effective_at(change_of("2026-08-01"), at=AT) == datetime(2026, 8, 1, 4, tzinfo=UTC)
    assert effective_at(change_of("2026-07-01"), at=AT) == AT
    assert effective_at(change_of(), at=AT) == AT


OPTION = {"months": 6, "most_times": 2, "exercise_from_days": 60, "exercise_until_days": 10}
OPENS, CLOSES = ENDS_AT - timedelta(days=60), ENDS_AT - timedelta(days=10)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (OPENS - TICK, MoveCode.OPTION_NOT_OPEN),
        (OPENS, MoveCode.ALLOWED),
        (CLOSES - TICK, MoveCode.ALLOWED),
        (CLOSES, MoveCode.OPTION_NOT_OPEN),
    ],
)
def test_an_option_is_used_within_its_window(at: datetime, code: MoveCode) -> None:
    assert judge_exercise(document(extension=OPTION), at=at).code is code
    assert judge_exercise(document(), at=at).code is MoveCode.NO_OPTION


@pytest.mark.parametrize(
    ("before", "months", "expected"),
    [("2026-12-31", 6, "2027-06-30"), ("2027-06-30", 6, "2027-12-31"), ("2026-01-30", 1, "2026-02-27")],
)
def test_an_extension_counts_calendar_months(before: str, months: int, expected: str) -> None:
    assert extended_last_day({"last_day": before}, months) == date.fromisoformat(expected)


def test_what_options_reserve_and_until_when() -> None:
    terms = document(extension=OPTION, first_refusal={"from_days": 120, "until_days": 60})
    extension, refusal = options_of(terms, at=AT)
    assert (extension.opens_at, extension.closes_at) == (AT, CLOSES)
    assert refusal.opens_at == ENDS_AT - timedelta(days=120)
    assert options_of(terms, at=CLOSES) == []
    held = reserved_by(terms, OptionKind.EXTENSION, closes_at=CLOSES)
    assert {block.term.ends_at for block in held.blocks} == {datetime(2028, 1, 1, 5, tzinfo=UTC)}
    assert {block.term.starts_at for block in held.blocks} == {ENDS_AT}
    assert {b.term.ends_at for b in reserved_by(terms, OptionKind.FIRST_REFUSAL, closes_at=CLOSES).blocks} == {None}


AFTER = {"first_day": "2027-02-01", "last_day": "2027-03-31", "zone": "America/New_York"}


@pytest.mark.parametrize(
    ("mine", "wanted", "term", "is_free"),
    [
        ({}, {}, AFTER, True),
        ({"exclusivity": "exclusive"}, {}, AFTER, False),
        ({}, {"exclusivity": "sole"}, AFTER, False),
        ({"exclusivity": "exclusive"}, {"territory": "+CN"}, AFTER, True),
        ({"exclusivity": "exclusive"}, {}, AFTER | {"first_day": "2028-01-01", "last_day": "2028-03-31"}, True),
        ({"exclusivity": "exclusive"}, {}, AFTER | {"first_day": "2027-12-31", "last_day": "2028-03-31"}, False),
        ({"exclusivity": "exclusive", "exclusive_until": "2026-10-31"}, {}, AFTER, True),
    ],
)
def test_an_extension_stands_in_the_way_as_a_grant_would(
    mine: dict[str, Any], wanted: dict[str, Any], term: dict[str, Any], is_free: bool
) -> None:
    held = reserved_by(document(extension=OPTION, grants=[grant(**mine)]), OptionKind.EXTENSION, closes_at=CLOSES)
    asked = rights_blocks(document(grants=[grant(**wanted)], term=term))
    verdict = judge_reserved(asked, [held])
    assert verdict.is_allowed is is_free
    if not is_free:
        assert verdict.code is MoveCode.RESERVED_BY_OPTION
        assert "2026-12-22T05:00:00Z" in verdict.sentence


def test_a_first_refusal_keeps_everybody_from_the_time_after_the_end() -> None:
    held = reserved_by(document(), OptionKind.FIRST_REFUSAL, closes_at=CLOSES)
    assert not judge_reserved(rights_blocks(document(term=AFTER)), [held]).is_allowed
    assert judge_reserved(rights_blocks(document()), [held]).is_allowed


def test_a_document_goes_back_into_a_proposal_and_comes_out_the_same() -> None:
    for terms in (document(), document(**WHOLE)):
        again = document(**as_proposal(terms))
        assert sha256_hex(again) == sha256_hex(terms)
        DealTermsIn().load(as_proposal(terms))


def test_a_group_that_has_grown_since_keeps_the_countries_that_were_signed() -> None:
    terms = document(grants=[grant(territory="+EUROZONE")])
    terms["grants"][0]["territory"]["codes"].remove("BG")
    again = document(**as_proposal(terms))
    assert again["grants"][0]["territory"]["codes"] == terms["grants"][0]["territory"]["codes"]


def test_grants_that_differ_by_a_day_after_the_earlier_end_become_one() -> None:
    grants = [
        grant(exclusivity="exclusive", exclusive_until=day) for day in ("2026-09-30", "2026-10-31", "2026-07-31")
    ]
    ended = ending_on(document(grants=grants), date(2026, 8, 31))
    assert [each["exclusive_until"] for each in ended["grants"]] == ["2026-07-31", None]
    DealTermsIn().load(ended)
