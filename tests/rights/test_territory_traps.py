"""Where people are surprised: what a territory expression holds, and that it holds the same for ever."""

import pytest
from sqlmodel import Session

from app.rights import queries
from app.values import territory
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.territory import Territory
from tests.factories.rights import grant, make_block
from tests.rights.cases import ask, codes, granted, sentences
from tests.rights.conftest import Listing


def exclusive_in(expression: str) -> RightsBlock:
    return make_block(territory=Territory.parse(expression).codes, exclusivity=Exclusivity.EXCLUSIVE)


def test_who_has_europe_does_not_have_the_eu() -> None:
    """Cyprus is a member of the EU and lies in Asia: it stays free, and so does nothing else of the EU."""
    answer = ask(exclusive_in("+EU"), taken=(granted(exclusive_in("+EUROPE")),))
    assert codes(answer) == ["EXCLUSIVELY_GRANTED"]
    assert [part.territory for part in answer.free.parts] == [frozenset({"CY"})]
    assert ask(exclusive_in("+CY"), taken=(granted(exclusive_in("+EUROPE")),)).is_available


def test_the_world_without_the_us_takes_puerto_rico_too() -> None:
    theirs = granted(exclusive_in("+WORLD -US"))
    assert ask(exclusive_in("+US"), taken=(theirs,)).is_available
    answer = ask(exclusive_in("+US +PR"), taken=(theirs,))
    assert codes(answer) == ["EXCLUSIVELY_GRANTED"]
    assert sentences(answer)[0] == "Free if PR is dropped."
    assert ask(exclusive_in("+PR"), taken=(granted(exclusive_in("+WORLD -US -PR")),)).is_available


def test_a_group_is_fixed_at_signature(session: Session, listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a group grows after signing, what was granted does not: the newcomer is free, and the others are not."""
    signed = exclusive_in("+EUROZONE")
    assert "PL" not in signed.territory
    reference = grant(session, listing.studio, listing.package.id, signed)
    territory._members.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(territory, "_JOINED_SINCE", {"EZ": frozenset({"HR", "BG", "PL"})})
        grown = exclusive_in("+EUROZONE")
        assert "PL" in grown.territory
        session.expire_all()
        (row,) = queries.blocks_of(session, reference)
        assert frozenset(row.territory) == signed.territory
        answer = ask(grown, taken=(granted(row.block),))
        assert [part.territory for part in answer.free.parts] == [frozenset({"PL"})]
    territory._members.cache_clear()
