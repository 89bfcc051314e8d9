"""What a package needs before its review, folding of text, the life of a package, and the presets."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.errors import IllegalTransition
from app.catalog.folding import LONGEST_WORD, folded_words
from app.catalog.presets import PRESETS
from app.catalog.rules import listing
from app.catalog.rules.listing import OfferedComponent, missing_for_submission
from app.catalog.states import TRANSITIONS, PackageAction, PackageStatus, next_status
from app.parties.rules.authority import resolve
from app.parties.rules.mandates import Mandate
from app.parties.states import Capacity
from app.values.components import Component
from app.values.errors import FieldProblem
from app.values.media import leaves
from tests.support.clock import START

BOTH = frozenset({Component.FACE, Component.VOICE})
MANDATE = Mandate(
    id="rep_1",
    holder_party_id="pty_estate",
    capacity=Capacity.EXECUTOR,
    components=BOTH,
    media=leaves("game"),
    territory=frozenset({"US", "DE"}),
    share_bps=10_000,
)


def codes(
    *offered: OfferedComponent, mandate: Mandate | None = MANDATE, summary: str = "A voice."
) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in problems(*offered, mandate=mandate, summary=summary)]


def problems(
    *offered: OfferedComponent, mandate: Mandate | None = MANDATE, summary: str = "A voice."
) -> list[FieldProblem]:
    authority = resolve(
        licensor_party_id="pty_estate",
        mandates=[mandate] if mandate else [],
        quorum={},
        consents=[],
        died_at=START,
        at=START,
    )
    return missing_for_submission(summary=summary, components=offered, authority=authority)


def offered(
    component: Component = Component.VOICE,
    *,
    media: frozenset[str] = frozenset({"game.trailer"}),
    territory: frozenset[str] = frozenset({"US"}),
    deliverables: int = 1,
) -> OfferedComponent:
    return OfferedComponent(component, media, territory, deliverables)


def test_a_complete_package_misses_nothing() -> None:
    assert codes(offered(Component.FACE), offered()) == []


def test_everything_missing_is_listed_in_a_stable_order() -> None:
    beyond = offered(media=frozenset({"film.trailer", "game.trailer"}), deliverables=0)
    abroad = offered(Component.FACE, territory=frozenset({"US", "FR"}))
    assert codes(beyond, abroad, offered(Component.BEHAVIOR, deliverables=0), summary="  ") == [
        ("/summary", listing.SUMMARY_MISSING),
        ("/components/voice/media", "no_holder_proven"),
        ("/components/voice/assets", listing.DELIVERABLE_MISSING),
        ("/components/face/territory", "no_holder_proven"),
        ("/components/behavior", "no_holder_proven"),
        ("/components/behavior/assets", listing.DELIVERABLE_MISSING),
    ]


def test_a_gap_says_where_it_is() -> None:
    trailers = frozenset({"film.trailer", "game.trailer"})
    found = problems(offered(media=trailers, territory=frozenset({"US", "FR"})))
    assert {(problem.pointer, problem.detail.partition(" This concerns ")[2]) for problem in found} == {
        ("/components/voice/media", "the media film.trailer."),
        ("/components/voice", "the media game.trailer in the countries FR."),
    }


def test_an_empty_package_without_authority() -> None:
    assert codes(mandate=None) == [
        ("/performer_id", listing.AUTHORITY_MISSING),
        ("/components", listing.COMPONENTS_MISSING),
    ]
    assert codes() == [("/components", listing.COMPONENTS_MISSING)]


def test_authority_to_sign_ends_at_its_exact_instant() -> None:
    def ending(at_offset: timedelta) -> Mandate:
        return replace(MANDATE, signs_until_at=START + at_offset)

    assert codes(offered(), mandate=ending(timedelta(microseconds=1))) == []
    assert codes(offered(), mandate=ending(timedelta(0))) == [("/components/voice", "signing_ended")]


def test_a_share_that_nobody_is_proven_to_hold_is_named() -> None:
    [problem] = problems(offered(), mandate=replace(MANDATE, share_bps=6_000))
    assert (problem.pointer, problem.code) == ("/components/voice", "quorum_not_met")
    assert "40 % is missing" in problem.detail
    assert "Nobody is proven to hold 40 %" in problem.detail


def test_a_long_list_is_cut_short_in_the_sentence() -> None:
    countries = frozenset({"US", *(f"A{letter}" for letter in "DEFGILMOQRSTUWXZ")})
    [problem] = problems(offered(territory=countries))
    assert problem.detail.endswith("AD, AE, AF, AG, AI, AL, AM, AO, AQ, AR, AS, AT and 4 more.")


@pytest.mark.parametrize("status", PackageStatus)
@pytest.mark.parametrize("action", PackageAction)
def test_every_step_is_either_in_the_table_or_refused(status: PackageStatus, action: PackageAction) -> None:
    if (status, action) in TRANSITIONS:
        assert next_status(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalTransition, match=status.value):
            next_status(status, action)


def test_only_a_reviewed_package_is_listed() -> None:
    assert [key for key, after in TRANSITIONS.items() if after is PackageStatus.LISTED] == [
        (PackageStatus.SUBMITTED, PackageAction.LIST)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zoë Łuna-Straße", {"zoe", "luna", "strasse"}),
        ("ÆRØ", {"aero"}),
        ("İstanbul I", {"istanbul", "i"}),
        ("  ...  ", set()),
        ("\u2121", {"tel"}),
        ("snake_case 4K", {"snake", "case", "4k"}),
        ("東京 \ufb01lm", {"東京", "film"}),
    ],
)
def test_folding(text: str, words: set[str]) -> None:
    assert folded_words(text) == words


@given(st.text())
def test_folding_is_stable_and_fits_its_column(text: str) -> None:
    words = folded_words(text)
    assert all(0 < len(word) <= LONGEST_WORD for word in words)
    assert folded_words(*words) == words


def test_presets_name_known_media_and_keep_their_keys() -> None:
    assert list(PRESETS) == [
        "film_supporting_role",
        "film_trailer",
        "game_scripted_character",
        "game_realtime_character",
        "cosmetic_item",
        "vr_experience",
        "brand_campaign",
        "digital_social_post",
    ]
    for preset in PRESETS.values():
        assert all(leaves(medium) == {medium} for medium in preset.media)
        assert preset.axes
        assert preset.components
        assert preset.months > 0
        assert preset.survival in {"film", "game", "vr", "brand"}
