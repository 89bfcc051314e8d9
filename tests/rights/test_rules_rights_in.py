"""What the performer ruled out, what authority covers, what the licensor keeps, and who is first in the queue."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from app.parties.rules.authority import AuthorityGap
from app.parties.rules.mandates import GapCode
from app.rights.rules.ask import spell, with_exclusive_period
from app.rights.rules.conflicts import OwnHold, Rank, Taken
from app.rights.rules.rights_in import RightsIn
from app.rights.states import BlockKind, FixKind
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.product_categories import PRODUCT_CATEGORIES
from app.values.rights_block import RightsBlock
from app.values.term import Term
from tests.factories.rights import YEAR, day, exclusive_block, make_block
from tests.rights.cases import ALL_RIGHTS, AT, ask, authority, codes, directive, sentences

BRAND = frozenset({"brand_ambassador.packaging"})
GAME = frozenset({"game.trailer"})


def ruled_out(**limits: object) -> RightsIn:
    return replace(ALL_RIGHTS, directives=(directive(**limits),))


@pytest.mark.parametrize(
    ("limits", "fix"),
    [
        ({"axes": frozenset({Axis.TRAINING})}, "Free if Model training is dropped."),
        ({"media": GAME}, "Free if Game trailer is dropped."),
        ({"components": frozenset({Component.FACE})}, "Free without the face."),
        ({"until_at": day(7, 1)}, "Free from 2027-07-01 to 2027-12-31."),
    ],
)
def test_a_directive_yields_where_it_is_not_concerned(limits: dict[str, object], fix: str) -> None:
    wanted = [
        make_block(component=c, axes=frozenset({Axis.SCRIPTED, Axis.TRAINING}), media=GAME | {"film.trailer"})
        for c in (Component.FACE, Component.VOICE)
    ]
    answer = ask(*wanted, rights_in=ruled_out(**limits))
    assert set(codes(answer)) <= {"DIRECTIVE", "AVAILABLE"}
    assert sentences(answer) == [fix]
    assert ask(*answer.fixes[0].ask.blocks, rights_in=ruled_out(**limits)).is_available


def test_a_directive_is_named_and_no_price_does_away_with_it() -> None:
    answer = ask(exclusive_block(), rights_in=ruled_out())
    assert codes(answer) == ["DIRECTIVE"]
    assert answer.fixes == ()
    assert answer.reasons[0].sentence == (
        "The performer ruled this out for the voice: “Not while I live.” (dir_1)."
    )
    assert [wish.id for wish in answer.reasons[0].directives] == ["dir_1"]


def test_a_directive_about_products_does_not_touch_other_uses() -> None:
    no_tobacco = ruled_out(categories=frozenset({"tobacco"}))
    assert ask(make_block(media=GAME), rights_in=no_tobacco).is_available
    assert ask(make_block(media=BRAND, categories=frozenset({"food"})), rights_in=no_tobacco).is_available
    assert codes(ask(make_block(media=BRAND), rights_in=no_tobacco)) == ["DIRECTIVE"]


def test_a_directive_that_is_over_by_then_binds_nobody() -> None:
    assert ask(make_block(), rights_in=ruled_out(until_at=YEAR.starts_at)).is_available
    later = YEAR.starts_at + timedelta(microseconds=1)
    assert codes(ask(make_block(), rights_in=ruled_out(until_at=later))) == ["DIRECTIVE"]


def test_all_but_one_category_is_nearly_everything() -> None:
    """Of every category, the one in the way is given up, and those that nobody has thought of yet."""
    theirs = Taken(BlockKind.GRANT, exclusive_block(media=BRAND, categories=frozenset({"soft_drinks"})))
    answer = ask(make_block(media=BRAND), taken=(theirs,))
    fix = answer.fixes[0]
    assert fix.kind is FixKind.NARROW_CATEGORIES
    assert fix.ask.categories == PRODUCT_CATEGORIES.keys() - {"soft_drinks"}
    assert fix.cost == Fraction(2, len(PRODUCT_CATEGORIES) + 1)
    assert sentences(answer)[0] == "Free without the product categories soft_drinks."
    assert ask(*fix.ask.blocks, taken=(theirs,)).is_available


def test_what_is_missing_is_told_apart() -> None:
    """Where holders are proven but have not signed, the answer says so; elsewhere there is no authority at all."""
    rights_in = RightsIn(
        True,
        ALL_RIGHTS.offered,
        (authority(territory=frozenset({"US"})),),
        (
            AuthorityGap(GapCode.QUORUM_NOT_MET, Component.VOICE, authority().media, frozenset({"DE"}), "…"),
            AuthorityGap(GapCode.EXECUTOR_MISSING, Component.VOICE, authority().media, frozenset({"FR"}), "…"),
            AuthorityGap(GapCode.NO_HOLDER_PROVEN, Component.VOICE, authority().media, frozenset({"JP"}), "…"),
        ),
    )
    answer = ask(make_block(), rights_in=rights_in)
    assert [(reason.code.value, reason.sentence) for reason in answer.reasons] == [
        ("NO_AUTHORITY", "The licensor has no verified authority to license the voice in JP."),
        (
            "QUORUM_NOT_MET",
            "Not all holders whose signature the voice needs have agreed in DE and FR. "
            "Ask all the same: they can sign the offer itself.",
        ),
    ]
    assert sentences(answer) == ["Free if DE, FR and JP are dropped."]


def test_to_sell_exclusively_one_must_hold_exclusively() -> None:
    shared = replace(ALL_RIGHTS, authorities=(authority(holds_exclusively=False),))
    assert ask(make_block(), rights_in=shared).is_available
    for exclusivity in (Exclusivity.EXCLUSIVE, Exclusivity.SOLE):
        answer = ask(make_block(exclusivity=exclusivity), rights_in=shared)
        assert codes(answer) == ["NOT_HELD_EXCLUSIVELY"]
        assert sentences(answer) == ["Free non-exclusively."]


def test_exclusivity_is_held_as_long_as_the_exclusive_mandate_reaches() -> None:
    """Two authorities over the same: a long one that is shared, and a shorter exclusive one."""
    both = replace(
        ALL_RIGHTS, authorities=(authority(holds_exclusively=False), authority(licenses_until_at=day(7, 1)))
    )
    answer = ask(exclusive_block(), rights_in=both)
    assert codes(answer) == ["NOT_HELD_EXCLUSIVELY"]
    assert sentences(answer) == ["Free non-exclusively.", "Free from 2027-01-01 to 2027-06-30."]
    assert ask(*with_exclusive_period(exclusive_block(), exclusive_until=day(7, 1)), rights_in=both).is_available


def test_the_licensor_can_go_on_beside_a_sole_licensee() -> None:
    own_use = Taken(BlockKind.OWN_USE, make_block())
    answer = ask(exclusive_block(), taken=(own_use,))
    assert codes(answer) == ["LICENSOR_GOES_ON"]
    assert [(fix.kind, fix.cost) for fix in answer.fixes][:2] == [
        (FixKind.ASK_SOLE, Fraction(1, 4)),
        (FixKind.SHARE, Fraction(1, 2)),
    ]
    assert sentences(answer)[0] == "Free as sole licensee, while the licensor goes on."
    for fix in answer.fixes:
        assert ask(*fix.ask.blocks, taken=(own_use,)).is_available
    shared_with_others = (own_use, Taken(BlockKind.GRANT, make_block()))
    assert ask(exclusive_block(), taken=shared_with_others).fixes[0].kind is FixKind.SHARE


def test_an_opt_out_keeps_brands_out_and_nobody_else() -> None:
    opt_out = tuple(
        Taken(BlockKind.OPT_OUT, part)
        for part in spell(make_block(media=BRAND | GAME, categories=frozenset({"gambling"})))
    )
    assert ask(exclusive_block(media=GAME), taken=opt_out).is_available
    assert ask(make_block(media=BRAND, categories=frozenset({"toys"})), taken=opt_out).is_available
    for exclusivity in Exclusivity:
        wanted = make_block(media=BRAND, categories=frozenset({"gambling", "toys"}), exclusivity=exclusivity)
        answer = ask(wanted, taken=opt_out)
        assert codes(answer) == ["CATEGORY_OPTED_OUT"]
        assert "Free for the product categories toys only." in sentences(answer)


def held(block: RightsBlock, rank: Rank, *, days: int = 3) -> Taken:
    return Taken(BlockKind.HOLD, block, AT + timedelta(days=days), rank)


def own(*blocks: RightsBlock, days: int = 3) -> tuple[OwnHold, ...]:
    return (OwnHold((AT, "hld_2"), blocks, AT + timedelta(days=days)),)


EARLIER: Rank = (AT - timedelta(hours=1), "hld_9")
LATER: Rank = (AT + timedelta(hours=1), "hld_1")


@pytest.mark.parametrize(
    ("rank", "is_free"), [(EARLIER, False), (LATER, True), ((AT, "hld_1"), False), ((AT, "hld_3"), True)]
)
def test_holds_behind_the_own_one_do_not_stand_in_the_way(rank: Rank, is_free: bool) -> None:
    wanted = exclusive_block()
    assert ask(wanted, taken=(held(wanted, rank),), own=own(wanted)).is_available == is_free
    assert not ask(wanted, taken=(held(wanted, rank),)).is_available


def test_a_place_in_the_queue_counts_for_what_it_reserves() -> None:
    """For Germany the asker is first, but France it has not reserved; nor exclusivity, with a shared hold."""
    theirs = held(exclusive_block(territory=frozenset({"DE", "FR"})), LATER)
    germany = exclusive_block(territory=frozenset({"DE"}))
    answer = ask(exclusive_block(territory=frozenset({"DE", "FR"})), taken=(theirs,), own=own(germany))
    assert codes(answer) == ["ON_HOLD"]
    assert answer.reasons[0].sentence == "The voice is on hold for another negotiation in FR."
    assert "Free if FR is dropped." in sentences(answer)
    shared = replace(germany, exclusivity=Exclusivity.NON_EXCLUSIVE)
    assert codes(ask(germany, taken=(theirs,), own=own(shared))) == ["ON_HOLD"]


def test_a_place_in_the_queue_is_lost_when_the_own_hold_lapses() -> None:
    wanted = exclusive_block()
    lapsed = own(wanted, days=0)
    assert codes(ask(wanted, taken=(held(wanted, LATER),), own=lapsed)) == ["ON_HOLD"]


def test_waiting_helps_only_while_the_own_hold_lasts() -> None:
    """The hold ahead lapses in two days; by then the own one has too, and the one behind it is first."""
    wanted = exclusive_block()
    queue = (held(wanted, EARLIER, days=2), held(wanted, LATER, days=5))
    brief, long = (ask(wanted, taken=queue, own=own(wanted, days=days)) for days in (1, 3))
    assert [fix.kind for fix in brief.fixes if fix.kind is FixKind.WAIT] == []
    assert [fix.ask_at for fix in long.fixes if fix.kind is FixKind.WAIT] == [AT + timedelta(days=2)]


def test_a_hold_behind_is_in_the_way_outside_the_time_reserved() -> None:
    half = exclusive_block(term=Term(YEAR.starts_at, day(7, 1)))
    answer = ask(exclusive_block(), taken=(held(exclusive_block(), LATER),), own=own(half))
    assert "Free from 2027-01-01 to 2027-06-30." in sentences(answer)
