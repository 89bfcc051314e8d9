"""What a package needs before its review, folding of text, the life of a package, and the presets."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog import rules
from app.catalog.errors import IllegalTransition
from app.catalog.folding import LONGEST_WORD, folded_words
from app.catalog.presets import PRESETS
from app.catalog.rules import Authority, OfferedComponent, missing_for_submission
from app.catalog.states import TRANSITIONS, PackageAction, PackageStatus, next_status
from app.values.media import leaves
from tests.support.clock import START

WHOLE = Authority(frozenset({"face", "voice"}), leaves("game"), frozenset({"US", "DE"}), None)


def codes(
    *offered: OfferedComponent, authority: Authority | None = WHOLE, summary: str = "A voice."
) -> list[tuple[str, str]]:
    found = missing_for_submission(summary=summary, components=offered, authority=authority, at=START)
    return [(problem.pointer, problem.code) for problem in found]


def offered(
    component: str = "voice",
    *,
    media: frozenset[str] = frozenset({"game.trailer"}),
    territory: frozenset[str] = frozenset({"US"}),
    deliverables: int = 1,
) -> OfferedComponent:
    return OfferedComponent(component, media, territory, deliverables)


def test_a_complete_package_misses_nothing() -> None:
    assert codes(offered("face"), offered("voice")) == []


def test_everything_missing_is_listed_in_a_stable_order() -> None:
    beyond = offered("voice", media=frozenset({"film.trailer"}), territory=frozenset({"US", "FR"}), deliverables=0)
    assert codes(beyond, offered("behavior", deliverables=0), summary="  ") == [
        ("/summary", rules.SUMMARY_MISSING),
        ("/components/voice/media", rules.MEDIA_NOT_REPRESENTED),
        ("/components/voice/territory", rules.TERRITORY_NOT_REPRESENTED),
        ("/components/voice/assets", rules.DELIVERABLE_MISSING),
        ("/components/behavior", rules.COMPONENT_NOT_REPRESENTED),
        ("/components/behavior/assets", rules.DELIVERABLE_MISSING),
    ]


def test_an_empty_package_without_authority() -> None:
    assert codes(authority=None) == [
        ("/performer_id", rules.AUTHORITY_MISSING),
        ("/components", rules.COMPONENTS_MISSING),
    ]


def test_authority_to_sign_ends_at_its_exact_instant() -> None:
    def ending(at_offset: timedelta) -> Authority:
        return Authority(WHOLE.components, WHOLE.media, WHOLE.territory, START + at_offset)

    assert codes(offered(), authority=ending(timedelta(microseconds=1))) == []
    assert codes(offered(), authority=ending(timedelta(0))) == [("/performer_id", rules.AUTHORITY_ENDED)]


def test_a_long_list_is_cut_short_in_the_sentence() -> None:
    countries = frozenset(f"{a}{b}" for a in "ABCD" for b in "XYZW")
    [problem] = missing_for_submission(
        summary="A voice.", components=[offered(territory=countries)], authority=WHOLE, at=START
    )
    assert problem.detail.endswith("AW, AX, AY, AZ, BW, BX, BY, BZ, CW, CX, CY, CZ and 4 more.")


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
