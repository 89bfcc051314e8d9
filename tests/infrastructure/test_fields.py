"""Fields at the edge take what their descriptions say."""

import marshmallow as ma
import pytest

from app.infrastructure.http.fields import Line, Paragraphs, WholeNumber
from app.negotiation.terms.fields import VisibleLine, VisibleParagraphs


@pytest.mark.parametrize("sent", [7, 7.0])
def test_a_whole_number_is_taken_however_it_is_written(sent: object) -> None:
    taken = WholeNumber().deserialize(sent)
    assert (taken, type(taken)) == (7, int)


@pytest.mark.parametrize("sent", [7.5, "7", True, float("nan"), float("inf"), [7]])
def test_what_is_no_whole_number_is_refused(sent: object) -> None:
    with pytest.raises(ma.ValidationError, match="Not a valid integer"):
        WholeNumber().deserialize(sent)


KINDS: list[type[Line]] = [Line, Paragraphs, VisibleLine, VisibleParagraphs]
BLANK = ["", " \u00a0", "\u3164", "\u115f\u1160", "\uffa0", "\u2800 \u2800", "\u200d", "\ufe0f", "\u034f"]
SEEN = ["a", "-", "\u2801\u2800\u2802", "\u1100\u1160", "\U0001f469\u200d\U0001f467", "\u0915\u094d\u200d"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_text_of_which_nothing_is_seen_counts_as_empty(kind: type[Line], text: str) -> None:
    with pytest.raises(ma.ValidationError, match="Length must be"):
        kind(9).deserialize(text)
    assert kind(9, shortest=0).deserialize(text) == ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", SEEN, ids=ascii)
def test_a_blank_within_text_that_is_seen_is_kept(kind: type[Line], text: str) -> None:
    assert kind(9).deserialize(text) == text


def test_hidden_characters_are_named_even_where_nothing_else_stands() -> None:
    with pytest.raises(ma.ValidationError, match=r"U\+202E cannot be seen"):
        VisibleLine(9, shortest=0).deserialize("\u202e")
