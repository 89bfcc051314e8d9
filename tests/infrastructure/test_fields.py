"""Fields at the edge take what their descriptions say."""

import marshmallow as ma
import pytest

from app.infrastructure.http.fields import WholeNumber


@pytest.mark.parametrize("sent", [7, 7.0])
def test_a_whole_number_is_taken_however_it_is_written(sent: object) -> None:
    taken = WholeNumber().deserialize(sent)
    assert (taken, type(taken)) == (7, int)


@pytest.mark.parametrize("sent", [7.5, "7", True, float("nan"), float("inf"), [7]])
def test_what_is_no_whole_number_is_refused(sent: object) -> None:
    with pytest.raises(ma.ValidationError, match="Not a valid integer"):
        WholeNumber().deserialize(sent)
