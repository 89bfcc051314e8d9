"""Clearance of a use from what is really recorded: authority, documents, claims, settings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

from app.catalog.service import submit_package
from app.identity.actor import Actor
from app.infrastructure.storage import LocalAssetStore
from app.law.clearance import LETTERS_STALE_DAYS, clearance, require_clearance
from app.law.errors import ClearanceBlocked
from app.law.rules.facts import ProposedUse
from app.law.rules.findings import Finding
from app.law.service import register_claim
from app.parties.models import RepresentationDocument
from app.parties.queries import party
from app.parties.service import create_performer
from app.parties.states import Capacity
from app.values.components import Component
from app.values.errors import NotFound
from app.values.exclusivity import Exclusivity
from app.values.law.vocabulary import Enforcement
from app.values.rights_block import ALL, RightsBlock
from app.values.territory import Territory
from tests.factories.catalog import make_package
from tests.factories.law import make_override
from tests.factories.parties import Estate, make_actor, make_estate, make_representation
from tests.law.cases import USE
from tests.support.clock import START


def ask(
    session: Session, estate: Estate, use: ProposedUse = USE, *, at: datetime = START, licensor: str | None = None
) -> dict[str, Finding]:
    found = clearance(
        session=session,
        at=at,
        performer_id=estate.performer.id,
        licensor_party_id=licensor or estate.party.id,
        use=use,
    )
    return {finding.rule_id: finding for finding in found}


def blocks(found: dict[str, Finding]) -> set[str]:
    return {rule_id for rule_id, finding in found.items() if finding.blocks}


def test_a_proven_executor_is_warned_but_not_blocked(session: Session, estate: Estate) -> None:
    found = ask(session, estate)
    assert blocks(found) == set()
    assert {"CA-33441-REGISTER", "TN-NONUSE"} <= found.keys()
    require_clearance(found.values())


def test_somebody_without_authority_is_blocked_and_learns_of_no_one_else(session: Session, estate: Estate) -> None:
    stranger = make_actor(session)
    found = ask(session, estate, licensor=stranger.party_id)
    assert "HOUSE-CONSENT" in blocks(found)
    with pytest.raises(ClearanceBlocked) as caught:
        require_clearance(found.values())
    assert caught.value.code == "clearance_blocked"
    assert {entry["rule_id"] for entry in caught.value.extra["findings"]} == blocks(found)
    assert estate.party.name not in str(caught.value.extra)
    assert estate.party.id not in str(caught.value.extra)


def test_authority_must_cover_every_country_asked(session: Session, store: LocalAssetStore) -> None:
    estate = make_estate(session, store, territory=Territory.parse("+US"))
    within = replace(USE, territory=Territory.parse("+US"))
    assert blocks(ask(session, estate, within)) == set()
    assert "HOUSE-CONSENT" in blocks(ask(session, estate, replace(USE, territory=Territory.parse("+US +CA"))))


def test_authority_must_cover_every_component_asked(session: Session, store: LocalAssetStore) -> None:
    estate = make_estate(session, store, components=[Component.VOICE])
    assert blocks(ask(session, estate)) == set()
    both = replace(USE, components=frozenset({Component.VOICE, Component.FACE}))
    assert "HOUSE-CONSENT" in blocks(ask(session, estate, both))


def test_authority_is_asked_for_in_the_blocks_and_not_in_all_that_they_span(
    session: Session, store: LocalAssetStore
) -> None:
    estate = make_estate(session, store, components=[Component.VOICE])
    make_representation(
        session,
        store,
        estate.actor,
        estate.performer,
        components=[Component.FACE],
        territory=Territory.parse("+US"),
    )
    use = replace(USE, components=frozenset({Component.VOICE, Component.FACE}))

    def blocked(*blocks: RightsBlock) -> bool:
        found = clearance(
            session=session,
            at=START,
            performer_id=estate.performer.id,
            licensor_party_id=estate.party.id,
            use=use,
            parts=blocks,
        )
        return any(finding.rule_id == "HOUSE-CONSENT" for finding in found)

    voice = RightsBlock(
        component=Component.VOICE,
        axes=USE.axes,
        media=USE.media,
        territory=USE.territory.codes,
        languages=frozenset({ALL}),
        categories=frozenset({ALL}),
        term=USE.term,
        exclusivity=Exclusivity.NON_EXCLUSIVE,
    )
    face = replace(voice, component=Component.FACE, territory=frozenset({"US"}))
    assert blocked(), "the face is not theirs in every country"
    assert not blocked(voice, face)
    assert blocked(voice, replace(face, territory=frozenset({"US", "JP"})))


def test_half_of_the_shares_is_no_quorum_where_no_rule_is_recorded(
    session: Session, store: LocalAssetStore
) -> None:
    estate = make_estate(session, store, capacity=Capacity.HEIR, share_bps=5_000)
    found = ask(session, estate)
    assert "HOUSE-QUORUM" in blocks(found)


def test_a_living_performers_own_signature_clears(session: Session, store: LocalAssetStore) -> None:
    actor = make_actor(session)
    performer = create_performer(
        session=session,
        actor=actor,
        at=START,
        name="Ines Duarte",
        is_living=True,
        born_on=date(1980, 1, 1),
        domicile="US-CA",
    )
    make_representation(session, store, actor, performer, capacity=Capacity.PERFORMER)
    found = clearance(
        session=session, at=START, performer_id=performer.id, licensor_party_id=actor.party_id, use=USE
    )
    assert [finding for finding in found if finding.blocks] == []
    assert not any(finding.rule_id.startswith("POST-MORTEM") for finding in found)


def test_letters_are_as_old_as_the_day_they_bear(session: Session, estate: Estate) -> None:
    assert "AUTH-LETTERS-FRESH" not in ask(session, estate)
    assert "AUTH-LETTERS-FRESH" in ask(session, estate, at=START + timedelta(days=181)), "since they came in"
    session.execute(sa.update(RepresentationDocument).values(issued_on=date(2025, 1, 1)))
    session.expire_all()
    assert "AUTH-LETTERS-FRESH" in ask(session, estate)
    session.info[LETTERS_STALE_DAYS] = 1_000
    assert "AUTH-LETTERS-FRESH" not in ask(session, estate)


def test_a_disclosure_is_missing_until_it_is_agreed_or_an_administrator_says_why_not(
    session: Session, estate: Estate, administrator: Actor
) -> None:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    use = replace(USE, has_disclosure=False)
    assert blocks(ask(session, estate, use, at=at)) == {"EU-50-4"}
    make_override(session, administrator, performer_id=estate.performer.id, enforcement=Enforcement.RECORD)
    found = ask(session, estate, use, at=at)
    assert blocks(found) == set()
    assert found["EU-50-4"].override_reason == "Counsel confirmed that end credits are enough for this film."


def test_what_the_law_blocks_is_not_even_listed(session: Session, store: LocalAssetStore) -> None:
    actor = make_actor(session)
    performer = create_performer(
        session=session,
        actor=actor,
        at=START,
        name="Dell Hart",
        is_living=False,
        born_on=date(1940, 1, 1),
        died_on=date(2025, 12, 1),
        domicile="US-TX",
    )
    make_representation(session, store, actor, performer)
    estate = Estate(party(session, actor.party_id), actor, performer)
    package = make_package(session, store, estate)
    with pytest.raises(ClearanceBlocked) as caught:
        submit_package(session=session, actor=actor, at=START, package_id=package.id)
    (finding,) = caught.value.extra["findings"]
    assert finding["rule_id"] == "TX-YEAR1"
    assert finding["citation"]["citation"] == "Tex. Prop. Code 26.006-26.009"
    register_claim(
        session=session,
        actor=actor,
        at=START,
        performer_id=performer.id,
        jurisdiction="US-TX",
        registered_on=date(2026, 2, 1),
        number="TX-1",
    )
    submit_package(session=session, actor=actor, at=START, package_id=package.id)


def test_nobody_is_cleared_who_does_not_exist(session: Session, estate: Estate) -> None:
    with pytest.raises(NotFound):
        clearance(session=session, at=START, performer_id="prf_none", licensor_party_id=estate.party.id, use=USE)


def test_the_number_of_statements_does_not_grow_with_the_holders(session: Session, store: LocalAssetStore) -> None:
    estate = make_estate(session, store, capacity=Capacity.HEIR, share_bps=100)

    def statements() -> int:
        session.expire_all()
        counted: list[str] = []

        def count(_c: object, _cur: object, statement: str, *_: object) -> None:
            counted.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", count)
        try:
            ask(session, estate)
        finally:
            event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    before = statements()
    for number in range(3):
        actor = make_actor(session, name=f"Heir {number}")
        make_representation(session, store, actor, estate.performer, capacity=Capacity.HEIR, share_bps=100)
    assert statements() <= before
