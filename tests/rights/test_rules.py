"""Reasons, fixes and sentences, case by case; DOMAIN's own examples among them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from app.parties.rules.authority import AuthorityGap
from app.parties.rules.mandates import GapCode
from app.rights.answers import answer_document
from app.rights.rules.ask import Ask, spell, with_exclusive_period
from app.rights.rules.conflicts import Taken, find_conflicts
from app.rights.rules.rights_in import RightsIn
from app.rights.states import BlockKind, FixKind, ReasonCode
from app.values.components import Component
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.term import Term
from app.values.territory import world
from tests.factories.rights import YEAR, day, exclusive_block, make_block
from tests.rights.cases import (
    ALL_RIGHTS,
    AT,
    ask,
    authority,
    codes,
    directive,
    granted,
    offer,
    sentences,
)


def test_when_everything_is_free_the_answer_says_what_was_checked() -> None:
    answer = ask(make_block(), make_block(component=Component.FACE))
    assert answer.is_available
    assert answer.sentence == "All of it is free."
    assert [(r.code, r.component) for r in answer.reasons] == [
        (ReasonCode.AVAILABLE, Component.FACE),
        (ReasonCode.AVAILABLE, Component.VOICE),
    ]
    assert answer.reasons[1].sentence == (
        "The voice is free for non-exclusive use: Scripted game performance, 4 countries, "
        "from 2027-01-01 to 2027-12-31. Checked against the performer's directives, consent, authority, grants, "
        "holdbacks and holds."
    )


def test_free_if_a_country_is_dropped_or_from_a_date_or_non_exclusively() -> None:
    """Domain, section 4: the cheapest change comes first, and each of them is enough."""
    theirs = make_block(territory=frozenset({"DE", "PL"}), term=Term(day(1, 1, 2026), day(5, 1)))
    answer = ask(exclusive_block(), taken=(granted(theirs),))
    assert codes(answer) == ["NON_EXCLUSIVELY_GRANTED"]
    assert [fix.cost for fix in answer.fixes] == [Fraction(1, 4), Fraction(120, 365), Fraction(1, 2)]
    assert sentences(answer) == [
        "Free if DE is dropped.",
        "Free from 2027-05-01 to 2027-12-31.",
        "Free non-exclusively.",
    ]
    assert answer.sentence == (
        "Not all of it is free. Free if DE is dropped, or from 2027-05-01 to 2027-12-31, or non-exclusively."
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        (Exclusivity.NON_EXCLUSIVE, Exclusivity.NON_EXCLUSIVE, "AVAILABLE"),
        (Exclusivity.NON_EXCLUSIVE, Exclusivity.EXCLUSIVE, "EXCLUSIVELY_GRANTED"),
        (Exclusivity.NON_EXCLUSIVE, Exclusivity.SOLE, "EXCLUSIVELY_GRANTED"),
        (Exclusivity.EXCLUSIVE, Exclusivity.NON_EXCLUSIVE, "NON_EXCLUSIVELY_GRANTED"),
        (Exclusivity.SOLE, Exclusivity.NON_EXCLUSIVE, "NON_EXCLUSIVELY_GRANTED"),
        (Exclusivity.SOLE, Exclusivity.SOLE, "EXCLUSIVELY_GRANTED"),
    ],
)
def test_exclusivity_of_either_side_stands_in_the_way(ours: Exclusivity, theirs: Exclusivity, code: str) -> None:
    answer = ask(make_block(exclusivity=ours), taken=(granted(make_block(exclusivity=theirs)),))
    assert codes(answer) == [code]


@pytest.mark.parametrize("kind", BlockKind)
@pytest.mark.parametrize("theirs", Exclusivity)
@pytest.mark.parametrize("ours", Exclusivity)
def test_who_bears_whom(kind: BlockKind, theirs: Exclusivity, ours: Exclusivity) -> None:
    brand = frozenset({"brand_ambassador.packaging"})
    wanted, block = make_block(exclusivity=ours, media=brand), make_block(exclusivity=theirs, media=brand)
    stands = {
        BlockKind.GRANT: ours.is_exclusive or theirs.is_exclusive,
        BlockKind.HOLD: ours.is_exclusive or theirs.is_exclusive,
        BlockKind.HOLDBACK: True,
        BlockKind.OPT_OUT: True,
        BlockKind.OWN_USE: ours is Exclusivity.EXCLUSIVE,
    }
    assert bool(find_conflicts(wanted=wanted, taken=[Taken(kind, block)], at=AT)) == stands[kind]


def test_terms_that_only_touch_do_not_conflict() -> None:
    before = exclusive_block(term=Term(day(1, 1, 2026), YEAR.starts_at))
    after = exclusive_block(term=Term(day(1, 1, 2028), None))
    assert ask(exclusive_block(), taken=(granted(before), granted(after))).is_available


def test_a_hold_counts_until_the_instant_it_lapses() -> None:
    held = Taken(BlockKind.HOLD, exclusive_block(), lapses_at=AT + timedelta(seconds=1))
    answer = ask(make_block(), taken=(held,))
    assert codes(answer) == ["ON_HOLD"]
    assert answer.fixes[0].kind is FixKind.WAIT
    assert answer.fixes[0].ask_at == held.lapses_at
    assert sentences(answer)[0] == "Free once the hold lapses at 2026-06-01T00:00:01Z."
    assert ask(make_block(), taken=(replace(held, lapses_at=AT),)).is_available


def test_waiting_is_no_advice_when_nothing_may_be_signed_by_then() -> None:
    held = Taken(BlockKind.HOLD, exclusive_block(), lapses_at=AT + timedelta(days=9))
    ends = replace(ALL_RIGHTS, authorities=(authority(signs_until_at=AT + timedelta(days=9)),))
    assert FixKind.WAIT not in {fix.kind for fix in ask(make_block(), taken=(held,), rights_in=ends).fixes}


def test_the_longest_free_period_within_the_term_is_named() -> None:
    taken = tuple(
        granted(exclusive_block(term=Term(day(*start), day(*end))))
        for start, end in (((2, 1), (3, 1)), ((9, 1), (10, 1)), ((2, 10), (2, 20)))
    )
    answer = ask(make_block(), taken=taken)
    assert sentences(answer) == ["Free from 2027-03-01 to 2027-08-31."]


def test_a_term_that_is_taken_altogether_is_offered_later() -> None:
    taken = (
        granted(exclusive_block(term=Term(day(1, 1, 2026), day(3, 1, 2028)))),
        granted(exclusive_block(term=Term(day(6, 1, 2028), day(7, 1, 2028)))),
    )
    answer = ask(make_block(), taken=taken)
    assert sentences(answer) == ["Free from 2028-07-01 to 2029-06-30."]
    assert answer.fixes[0].cost > 1


def test_days_are_those_of_the_zone_asked_in() -> None:
    term = Term.of_days(date(2027, 1, 1), date(2027, 12, 31), "America/New_York")
    theirs = Term.of_days(date(2026, 1, 1), date(2027, 3, 31), "Europe/Berlin")
    answer = ask(make_block(term=term), taken=(granted(exclusive_block(term=theirs)),), zone="America/New_York")
    days = answer.fixes[0].days
    assert days is not None
    assert (days.first, days.last) == (date(2027, 4, 1), date(2027, 12, 31))
    assert days.term.starts_at == datetime(2027, 4, 1, 4, tzinfo=UTC), (
        "an hour of 31 March is free, but no whole day"
    )


def test_perpetual_asks_and_grants() -> None:
    forever = make_block(term=Term(YEAR.starts_at, None))
    limited = granted(exclusive_block(term=Term(day(1, 1, 2026), day(4, 1))))
    assert sentences(ask(forever, taken=(limited,))) == ["Free from 2027-04-01."]
    unlimited = granted(exclusive_block(term=Term(day(4, 1), None)))
    assert sentences(ask(forever, taken=(unlimited,))) == ["Free from 2027-01-01 to 2027-03-31."]
    assert sentences(ask(make_block(), taken=(granted(exclusive_block(term=Term(day(1, 1), None))),))) == []


def test_two_obstacles_have_a_fix_each_and_none_is_enough() -> None:
    rights_in = replace(ALL_RIGHTS, offered=(offer(territory=world() - {"JP"}),))
    theirs = granted(exclusive_block(media=frozenset({"game.trailer"})))
    wanted = make_block(media=frozenset({"game.trailer", "game.cosmetic_item"}))
    answer = ask(wanted, taken=(theirs,), rights_in=rights_in)
    assert codes(answer) == ["TERRITORY_NOT_OFFERED", "EXCLUSIVELY_GRANTED"]
    assert answer.fixes == ()
    assert "no single change" in answer.sentence
    assert [reason["fix"]["sentence"] for reason in answer_document(answer)["reasons"]] == [
        "This obstacle goes away if JP is dropped; others remain.",
        "This obstacle goes away if Game trailer is dropped; others remain.",
    ]


def test_the_answer_names_the_component_that_limits_a_bundle() -> None:
    theirs = granted(exclusive_block(component=Component.FACE))
    answer = ask(make_block(), make_block(component=Component.FACE), taken=(theirs,))
    assert answer.limiting_components == (Component.FACE,)
    assert codes(answer) == ["EXCLUSIVELY_GRANTED", "AVAILABLE"]
    assert sentences(answer) == ["Free without the face.", "Free from 2028-01-01 to 2028-12-31."]


def test_reasons_come_in_the_order_of_their_codes() -> None:
    brand = frozenset({"brand_ambassador.packaging"})
    rights_in = RightsIn(
        False,
        (
            offer(
                axes=frozenset(),
                media=frozenset(),
                territory=frozenset(),
                languages=frozenset(),
                categories=frozenset(),
            ),
        ),
        (
            authority(media=frozenset()),
            authority(licenses_until_at=day(2, 1), territory=frozenset({"DE"}), holds_exclusively=False),
        ),
        (AuthorityGap(GapCode.QUORUM_NOT_MET, Component.VOICE, brand, frozenset({"FR"}), ""),),
        (directive(media=brand),),
    )
    taken = (
        Taken(BlockKind.HOLD, make_block(media=brand), lapses_at=AT + timedelta(days=1)),
        Taken(BlockKind.HOLDBACK, make_block(media=brand)),
        Taken(BlockKind.OPT_OUT, make_block(media=brand)),
        Taken(BlockKind.OWN_USE, make_block(media=brand)),
        granted(make_block(media=brand)),
        granted(exclusive_block(media=brand, term=Term(day(1, 1), day(1, 2)))),
    )
    answer = ask(exclusive_block(media=brand), rights_in=rights_in, taken=taken)
    expected = [code for code in ReasonCode if code not in {ReasonCode.COMPONENT_NOT_OFFERED, ReasonCode.AVAILABLE}]
    assert [reason.code for reason in answer.reasons] == expected
    missing = ask(make_block(), rights_in=RightsIn(True, (), (authority(),)))
    assert codes(missing) == ["COMPONENT_NOT_OFFERED"]


def test_the_two_dates_of_an_authority() -> None:
    until = authority(licenses_until_at=day(7, 1), signs_until_at=AT + timedelta(seconds=1))
    answer = ask(make_block(), rights_in=replace(ALL_RIGHTS, authorities=(until,)))
    assert codes(answer) == ["AUTHORITY_ENDS_EARLIER"]
    assert sentences(answer) == ["Free from 2027-01-01 to 2027-06-30."]
    exactly = authority(licenses_until_at=YEAR.ends_at)
    assert ask(make_block(), rights_in=replace(ALL_RIGHTS, authorities=(exactly,))).is_available
    signed_out = authority(signs_until_at=AT)
    assert codes(ask(make_block(), rights_in=replace(ALL_RIGHTS, authorities=(signed_out,)))) == ["NO_AUTHORITY"]


def test_categories_count_for_brand_use_only() -> None:
    """Two exclusive grants of one game use must not seem apart by naming different categories."""
    game, brand = "game.trailer", "brand_ambassador.packaging"
    toys, food = (
        exclusive_block(media=frozenset({game, brand}), categories=frozenset({category}))
        for category in ("toys", "food")
    )
    taken = tuple(map(granted, spell(toys)))
    answer = ask(food, taken=taken)
    assert codes(answer) == ["EXCLUSIVELY_GRANTED"]
    assert sentences(answer)[0] == "Free if Game trailer is dropped."
    only_food = replace(ALL_RIGHTS, offered=(offer(categories=frozenset({"food"})),))
    assert ask(make_block(media=frozenset({game})), rights_in=only_food).is_available
    wide = ask(make_block(media=frozenset({brand})), rights_in=only_food)
    assert codes(wide) == ["CATEGORY_NOT_OFFERED"]
    assert sentences(wide) == ["Free for the product categories food only."]


def test_languages_narrow_to_what_is_offered_and_free() -> None:
    rights_in = replace(ALL_RIGHTS, offered=(offer(languages=frozenset({"en", "fr", "es-MX"})),))
    theirs = granted(exclusive_block(languages=frozenset({"en-GB"})))
    answer = ask(make_block(languages=frozenset({"*"})), rights_in=rights_in, taken=(theirs,))
    assert codes(answer) == ["LANGUAGE_NOT_OFFERED", "EXCLUSIVELY_GRANTED"]
    assert sentences(answer) == ["Free in es-MX and fr only."]
    assert answer_document(answer)["fixes"][0]["changes"] == {"languages": ["es-MX", "fr"]}


def test_an_answer_speaks_of_the_ask_only() -> None:
    """What another party holds beyond the ask stays theirs: their countries, media and languages do not show.

    When the right is free again does show: that is what was asked.
    """
    theirs = exclusive_block(
        territory=frozenset({"DE", "BR"}),
        media=frozenset({"game.scripted_performance", "vr.social_world"}),
        term=Term(day(1, 1, 2020), day(12, 31, 2031)),
        languages=frozenset({"pt"}),
    )
    shown = str(answer_document(ask(make_block(), taken=(granted(theirs),))))
    assert not [word for word in ("BR", "vr.", "VR", "social", "2020", "pt") if word in shown]


def test_exclusive_periods_lie_inside_the_term() -> None:
    block = exclusive_block()
    halves = with_exclusive_period(block, exclusive_until=day(7, 1))
    assert [(half.term, half.exclusivity) for half in halves] == [
        (Term(day(1, 1), day(7, 1)), Exclusivity.EXCLUSIVE),
        (Term(day(7, 1), day(1, 1, 2028)), Exclusivity.NON_EXCLUSIVE),
    ]
    assert with_exclusive_period(block, exclusive_until=None) == (block,)
    assert with_exclusive_period(block, exclusive_until=day(1, 1, 2028)) == (block,)
    assert with_exclusive_period(make_block(), exclusive_until=day(7, 1)) == (make_block(),)
    assert with_exclusive_period(block, exclusive_until=day(1, 1)) == (make_block(),)


def test_an_ask_names_something() -> None:
    with pytest.raises(InvalidValue, match="Nothing is asked for"):
        Ask.of(())
