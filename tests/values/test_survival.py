"""The survival matrix: complete, closed, and saying what the trade says about each use."""

from copy import deepcopy

import pytest

from app.values.errors import InvalidValue
from app.values.survival import BRAND, FILM, GAME, PRESETS, VR, Action, Permission, Phase, preset, read_matrix

ENDED = (Phase.EXPIRED, Phase.TERMINATED)


def allowed(code: str, phase: Phase) -> set[str]:
    return {action for action in Action if PRESETS[code].matrix[action][phase] is Permission.ALLOW}


@pytest.mark.parametrize("code", PRESETS)
def test_every_preset_answers_every_action_in_every_phase(code: str) -> None:
    matrix = preset(code).matrix
    assert list(matrix) == list(Action)
    assert all(list(row) == list(Phase) for row in matrix.values())


@pytest.mark.parametrize("code", PRESETS)
def test_everything_is_allowed_while_active_and_nothing_new_is_made_otherwise(code: str) -> None:
    matrix = preset(code).matrix
    assert allowed(code, Phase.ACTIVE) == set(Action)
    others = [phase for phase in Phase if phase is not Phase.ACTIVE]
    assert {matrix[Action.GENERATE][phase] for phase in others} == {Permission.DENY}


@pytest.mark.parametrize("code", PRESETS)
def test_no_action_comes_back_once_a_license_has_expired_or_was_terminated(code: str) -> None:
    for action, row in preset(code).matrix.items():
        if row[Phase.WINDING_DOWN] is Permission.DENY:
            assert row[Phase.EXPIRED] is Permission.DENY, action


def test_a_finished_film_stays_in_distribution() -> None:
    assert allowed("film", Phase.EXPIRED) == {Action.DISTRIBUTE, Action.PROMOTE, Action.ARCHIVE}
    assert FILM.matrix[Action.RELEASE][Phase.EXPIRED] is Permission.APPROVAL
    assert FILM.matrix[Action.DISTRIBUTE][Phase.TERMINATED] is Permission.APPROVAL


@pytest.mark.parametrize("live", [GAME, VR])
def test_a_live_service_stops_selling_but_copies_sold_keep_working(live: object) -> None:
    matrix = live.matrix  # type: ignore[attr-defined]
    for phase in (Phase.SUSPENDED, Phase.WINDING_DOWN, *ENDED):
        assert matrix[Action.RELEASE][phase] is Permission.DENY
        assert matrix[Action.DISTRIBUTE][phase] is Permission.ALLOW
        assert matrix[Action.PATCH][phase] is Permission.APPROVAL


def test_brand_use_ends_altogether_and_sells_off_only_while_winding_down() -> None:
    assert allowed("brand", Phase.WINDING_DOWN) == {Action.DISTRIBUTE, Action.ARCHIVE}
    assert {row[phase] for row in BRAND.matrix.values() for phase in ENDED} == {Permission.DENY}


@pytest.mark.parametrize("code", PRESETS)
def test_a_matrix_survives_its_form_in_the_deal(code: str) -> None:
    document = preset(code).document
    assert document["generate"]["expired"] == "deny"
    assert read_matrix(document) == preset(code).matrix


def test_presets_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        FILM.matrix[Action.GENERATE][Phase.EXPIRED] = Permission.ALLOW  # type: ignore[index]


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(InvalidValue, match="film, game, vr, brand"):
        preset("radio")


@pytest.mark.parametrize(
    ("action", "phase", "answer", "sentence"),
    [
        ("generate", "expired", None, "whether to generate when expired"),
        ("generate", "expired", "maybe", "'maybe'"),
        ("generate", "someday", "deny", "'someday'"),
        ("sing", "active", "allow", "'sing'"),
    ],
)
def test_a_matrix_with_gaps_or_unknown_words_is_refused(
    action: str, phase: str, answer: str | None, sentence: str
) -> None:
    document = deepcopy(FILM.document)
    row = document.setdefault(action, {})
    if answer is None:
        del row[phase]
    else:
        row[phase] = answer
    with pytest.raises(InvalidValue, match=sentence):
        read_matrix(document)


@pytest.mark.parametrize("words", [Action, Phase, Permission])
def test_every_word_has_a_label_of_its_own(words: type[Action] | type[Phase] | type[Permission]) -> None:
    assert len({word.label for word in words}) == len(words)
