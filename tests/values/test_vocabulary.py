"""The closed lists: media, components, axes, product categories, exclusivity."""

from enum import StrEnum

import pytest

from app.values import media, product_categories
from app.values.components import Axis, Component, DeliveryMode
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity


def test_version_one_of_the_media_tree() -> None:
    leaves_by_root = {root: {leaf.partition(".")[2] for leaf in media.leaves(root)} for root in media.ROOTS}
    assert media.MEDIA_VERSION == 1
    assert leaves_by_root == {
        "film": {"theatrical", "streaming", "television", "trailer"},
        "game": {"scripted_performance", "realtime_character", "cosmetic_item", "trailer"},
        "vr": {"narrative_experience", "realtime_character", "location_based", "social_world"},
        "brand_ambassador": {"broadcast_ad", "digital_ad", "social_post", "virtual_appearance", "packaging"},
    }


def test_a_choice_of_roots_and_leaves_becomes_leaves() -> None:
    chosen = media.expand(["game", "vr.narrative_experience", "game.trailer"])
    assert chosen == media.leaves("game") | {"vr.narrative_experience"}
    assert media.leaves("vr.narrative_experience") == {"vr.narrative_experience"}


@pytest.mark.parametrize("code", ["radio", "game.radio", "game.", "", "Game", "scripted_performance"])
def test_unknown_media_are_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match="not a medium"):
        media.leaves(code)
    with pytest.raises(InvalidValue, match="not a medium"):
        media.expand(["film", code])
    with pytest.raises(InvalidValue, match="not a medium"):
        media.label(code)


def test_a_choice_of_no_media_is_refused() -> None:
    with pytest.raises(InvalidValue, match="at least one"):
        media.expand([])


def test_every_medium_can_be_told_apart_and_explains_itself() -> None:
    labels = [media.label(code) for code in media.MEDIA]
    assert len(set(labels)) == len(labels)
    assert all(entry.description.endswith(".") for entry in media.MEDIA.values())
    assert media.label("game.scripted_performance") == "Scripted game performance"


@pytest.mark.parametrize("words", [Component, Axis, DeliveryMode, Exclusivity])
def test_every_word_has_a_label_of_its_own(words: type[StrEnum]) -> None:
    labels = {word.label for word in words}
    assert len(labels) == len(words)


def test_the_words_are_stored_as_the_field_spells_them() -> None:
    assert list(Component) == ["face", "voice", "behavior"]
    assert list(Axis) == ["scripted", "realtime", "training", "blend", "translation"]
    assert list(DeliveryMode) == ["export", "hosted_only"]
    assert list(Exclusivity) == ["non_exclusive", "exclusive", "sole"]


def test_sole_keeps_other_licensees_out_as_exclusive_does() -> None:
    assert [member for member in Exclusivity if member.is_exclusive] == [Exclusivity.EXCLUSIVE, Exclusivity.SOLE]


def test_product_categories_are_a_closed_list() -> None:
    assert product_categories.label("soft_drinks") == "Soft drinks, coffee and tea"
    assert product_categories.known(["tobacco", "alcohol"]) == {"tobacco", "alcohol"}
    assert len(set(product_categories.PRODUCT_CATEGORIES.values())) == len(product_categories.PRODUCT_CATEGORIES)
    with pytest.raises(InvalidValue, match="'weapons'"):
        product_categories.known(["tobacco", "weapons"])
