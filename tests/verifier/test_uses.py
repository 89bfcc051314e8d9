"""A use held against the credential's grants gets the code that the service itself would give."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.licensing.rules.codes import Code
from app.licensing.rules.decision import decide
from app.licensing.rules.facts import IntendedUse, LicenseFacts
from app.licensing.service.credentials import use_claims
from app.licensing.states import LicenseStatus
from app.negotiation.terms.vocabulary import GuardContext
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.survival import PRESETS, Action, Permission, Phase
from app.values.term import Term
from app.verifier import Use, permits
from tests.verifier.workshop import Workshop

TERM = Term(datetime(2026, 6, 15, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
DURING = datetime(2026, 9, 1, tzinfo=UTC)
MEDIA = ("game.scripted_performance", "game.trailer", "brand_ambassador.packaging")
COUNTRIES = ("DE", "JP", "US")
TAGS = ("en", "en-US", "es", "es-MX", "zh-Hant", "eng")
CATEGORIES = ("automotive", "tobacco")


def some(values: Any) -> Any:
    return st.frozensets(st.sampled_from(list(values)), min_size=1)


grants = st.lists(
    st.builds(
        RightsBlock,
        component=st.sampled_from(Component),
        axes=some(Axis),
        media=some(MEDIA),
        territory=some(COUNTRIES),
        languages=some((*TAGS, "*")),
        categories=some((*CATEGORIES, "*")),
        term=st.just(TERM),
        exclusivity=st.just(Exclusivity.NON_EXCLUSIVE),
    ),
    min_size=1,
    max_size=4,
).map(tuple)
matrices = st.fixed_dictionaries(
    {
        action: st.sampled_from(Permission).map(
            lambda permission: dict.fromkeys(Phase, Permission.DENY) | {Phase.ACTIVE: permission}
        )
        for action in Action
    }
)
contexts = st.frozensets(st.sampled_from([GuardContext.GAMBLING, GuardContext.TOBACCO, GuardContext.FAMILY]))
uses = st.builds(
    IntendedUse,
    component=st.sampled_from(Component),
    axis=st.sampled_from(Axis),
    medium=st.sampled_from(MEDIA),
    territory=st.sampled_from((*COUNTRIES, "FR")),
    language=st.sampled_from((None, *TAGS, "EN-gb", "fr", "e")),
    category=st.sampled_from((None, *CATEGORIES, "toys")),
    action=st.sampled_from(Action),
    contexts=contexts,
)


def offline(use: IntendedUse) -> Use:
    return Use(
        component=use.component.value,
        axis=use.axis.value,
        media=use.medium,
        territory=use.territory,
        language=use.language,
        category=use.category,
        action=use.action.value,
        contexts=tuple(use.contexts),
    )


@given(grants=grants, survival=matrices, guard=contexts, use=uses)
def test_offline_and_online_agree(grants: Any, survival: Any, guard: Any, use: IntendedUse) -> None:
    facts = LicenseFacts(
        status=LicenseStatus.ACTIVE,
        term=TERM,
        authority_ends_at=None,
        grants=grants,
        survival=survival,
        guard=guard,
    )
    online = decide(license=facts, use=use, at=DURING)
    answer = permits(use_claims(facts), offline(use))
    assert answer.code == online.code.value
    assert bool(answer) is answer.is_allowed is online.is_allowed
    assert answer.sentence.endswith(".")


VOICE = Use("voice", "scripted", "game.scripted_performance", "DE")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, Code.ALLOWED),
        ({"component": "face"}, Code.COMPONENT_NOT_GRANTED),
        ({"component": "soul"}, Code.COMPONENT_NOT_GRANTED),
        ({"axis": "realtime"}, Code.AXIS_NOT_CONSENTED),
        ({"media": "game"}, Code.MEDIA_NOT_GRANTED),
        ({"territory": "de"}, Code.TERRITORY_NOT_GRANTED),
        ({"language": "es-MX"}, Code.ALLOWED),
        ({"language": "e"}, Code.PROHIBITED),
        ({"language": "fr"}, Code.PROHIBITED),
        ({"category": "tobacco"}, Code.ALLOWED),
        ({"action": "promote"}, Code.PROHIBITED),
        ({"action": "patch"}, Code.APPROVAL_REQUIRED),
        ({"action": "dance"}, Code.PROHIBITED),
        ({"contexts": ("family", "gambling")}, Code.PROHIBITED),
        ({"contexts": ("family",)}, Code.ALLOWED),
    ],
)
def test_what_the_claims_do_not_name_is_not_granted(changes: dict[str, Any], code: Code) -> None:
    assert permits(Workshop().claims, replace(VOICE, **changes)).code == code.value


def test_every_preset_says_what_may_be_done_while_active() -> None:
    for preset in PRESETS.values():
        facts = LicenseFacts(
            status=LicenseStatus.ACTIVE, term=TERM, authority_ends_at=None, grants=(), survival=preset.matrix
        )
        assert use_claims(facts)["actions"] == {a.value: preset.matrix[a][Phase.ACTIVE].value for a in Action}
