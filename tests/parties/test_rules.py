"""Identifiers and the life of a representation."""

import pytest

from app.parties.errors import IllegalVerification
from app.parties.rules.identifiers import is_isni, is_place
from app.parties.states import TRANSITIONS, RepresentationAction, RepresentationStatus, next_status


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("0000000121032683", True),
        ("0000000121032684", False),
        ("000000012150090X", True),
        ("0000 0001 2103 2683", False),
        ("", False),
        ("٠٠٠٠٠٠٠١٢١٠٣٢٦٨٣", False),
    ],
)
def test_isni(text: str, holds: bool) -> None:
    assert is_isni(text) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [("DE", True), ("US-CA", True), ("GB-ENG", True), ("XX", False), ("us-ca", False), ("US-", False), ("", False)],
)
def test_place(text: str, holds: bool) -> None:
    assert is_place(text) is holds


@pytest.mark.parametrize("status", RepresentationStatus)
@pytest.mark.parametrize("action", RepresentationAction)
def test_every_step_is_either_in_the_table_or_refused(
    status: RepresentationStatus, action: RepresentationAction
) -> None:
    if (status, action) in TRANSITIONS:
        assert next_status(status, action) is TRANSITIONS[status, action]
    else:
        with pytest.raises(IllegalVerification):
            next_status(status, action)
