"""Who hears of authority: proven, failed and restored; of directives; of money that waits."""

from datetime import timedelta

from sqlmodel import Session, col, select

from app.infrastructure.http.context import Services
from app.moderation.models import AuthorityCase
from app.notifications.authority import NAMED_AT_MOST
from app.notifications.models import Message
from app.parties.death.service import record_death
from app.parties.directives.service import withdraw_directive
from app.parties.service import create_performer, verify_representation
from app.parties.states import Capacity
from tests.factories.catalog import make_listed_package
from tests.factories.directives import make_directive
from tests.factories.identity import make_member
from tests.factories.licensing import make_license, make_licensing_sides
from tests.factories.negotiation import Sides, make_production, make_request
from tests.factories.parties import (
    make_actor,
    make_administrator,
    make_estate,
    make_party,
    make_representation,
)
from tests.factories.royalties import REPORTED_AT, make_earning_license, make_heirs
from tests.moderation.doubt import REASON, fail, representation_of, restore
from tests.royalties.steps import issue
from tests.support.clock import START

NEXT_TERM = {"first_day": "2027-06-15", "last_day": "2027-12-31", "zone": "UTC"}


def told(session: Session, about: str, words: str = "") -> dict[str, Message]:
    """The messages about something whose subject holds these words, by party: each has one."""
    statement = select(Message).where(Message.about == about, col(Message.subject).contains(words))
    found = session.exec(statement).all()
    by_party = {message.party_id: message for message in found}
    assert len(by_party) == len(found), "somebody was told twice"
    return by_party


def test_a_failure_reaches_everybody_once_with_what_it_means_for_them(session: Session, services: Services) -> None:
    sides = make_licensing_sides(session, services.store)
    heirs = make_heirs(session, sides.estate, make_administrator(session), (6_000, 4_000))
    made = make_license(session, services.store, sides=sides)
    other = make_actor(session, name="Passing Clouds")
    others = Sides(sides.estate, sides.package, other, make_production(session, other))
    talks = make_request(session, others, term=NEXT_TERM)
    case = fail(session, representation_of(session, sides.licensor))
    mails = told(session, case.id, "in doubt: Adaeze Łuna")
    estate, studio = sides.licensor.party_id, sides.studio.party_id
    assert mails.keys() == {estate, studio, other.party_id, *(heir.id for heir in heirs)}
    assert all("since 2026-06-01 09:00 UTC" in mail.body for mail in mails.values())
    readers = {party_id for party_id, mail in mails.items() if REASON in mail.body}
    assert readers == {estate}
    held = {party_id for party_id, mail in mails.items() if "held, not lost" in mail.body}
    assert held == {estate, *(heir.id for heir in heirs)}
    assert made.id in mails[studio].body
    assert "stays as agreed" in mails[studio].body
    assert talks.id in mails[other.party_id].body
    assert "cannot be signed for now" in mails[other.party_id].body
    assert made.id not in mails[other.party_id].body


def test_one_party_in_several_places_gets_one_mail(session: Session, services: Services) -> None:
    sides = make_licensing_sides(session, services.store)
    made = make_license(session, services.store, sides=sides)
    talks = make_request(session, sides, term=NEXT_TERM)
    case = fail(session, representation_of(session, sides.licensor))
    body = told(session, case.id)[sides.studio.party_id].body
    assert made.id in body
    assert talks.id in body


def test_a_mail_names_only_some_of_many_licenses(session: Session, services: Services) -> None:
    sides = make_licensing_sides(session, services.store)
    for _ in range(NAMED_AT_MOST + 2):
        made = make_license(session, services.store, sides=sides)
    case = fail(session, representation_of(session, sides.licensor))
    body = told(session, case.id)[sides.studio.party_id].body
    assert body.count("lic_") == NAMED_AT_MOST
    assert "and 2 more" in body
    assert made.id not in body


def test_whoever_heard_of_the_failure_hears_of_its_end(session: Session, services: Services) -> None:
    sides = make_licensing_sides(session, services.store)
    make_license(session, services.store, sides=sides)
    held = representation_of(session, sides.licensor)
    case = fail(session, held)
    heard = told(session, case.id).keys()
    newcomer = make_actor(session, name="Passing Clouds")
    restore(session, held)
    ends = told(session, case.id, "restored")
    assert ends.keys() == heard == {sides.licensor.party_id, sides.studio.party_id}
    assert newcomer.party_id not in ends
    fail(session, held)
    restore(session, held)
    assert len(session.exec(select(AuthorityCase)).all()) == 2


def test_a_holder_hears_that_its_authority_is_proven(session: Session, services: Services) -> None:
    estate = make_estate(session, services.store)
    mails = told(session, representation_of(session, estate.actor))
    assert mails.keys() == {estate.party.id}
    assert mails[estate.party.id].subject == "Authority verified: Adaeze Łuna"


def test_a_holder_hears_why_its_documents_prove_nothing(session: Session, services: Services) -> None:
    estate = make_estate(session, services.store)
    agent = make_member(session, party_id=make_party(session, name="Voices & Co").id)
    claim = make_representation(
        session,
        services.store,
        agent,
        estate.performer,
        is_verified=False,
        capacity=Capacity.AGENT,
        principal_id=representation_of(session, estate.actor),
    )
    verify_representation(
        session=session,
        actor=make_administrator(session),
        at=START,
        representation_id=claim.id,
        is_verified=False,
        reason="The agreement is not signed.",
    )
    mails = told(session, claim.id)
    assert mails.keys() == {agent.party_id}
    assert mails[agent.party_id].subject == "Authority not proven: Adaeze Łuna"
    assert "The agreement is not signed." in mails[agent.party_id].body


def test_other_licensors_of_the_performer_hear_of_a_directive(session: Session, services: Services) -> None:
    estate = make_estate(session, services.store)
    agent = make_member(session, party_id=make_party(session, name="Voices & Co").id)
    make_representation(
        session,
        services.store,
        agent,
        estate.performer,
        capacity=Capacity.AGENT,
        principal_id=representation_of(session, estate.actor),
    )
    make_listed_package(session, services.store, make_estate(session, services.store))
    directive = make_directive(session, estate, wording="No tobacco, no politics.")
    mails = told(session, directive.id)
    assert mails.keys() == {agent.party_id}
    assert "No tobacco, no politics." in mails[agent.party_id].body
    withdraw_directive(
        session=session,
        actor=make_administrator(session),
        at=START,
        directive_id=directive.id,
        reason="Recorded for somebody else.",
    )
    after = told(session, directive.id, "withdrawn: Adaeze Łuna")
    assert after.keys() == {agent.party_id, estate.actor.party_id}
    assert "Recorded for somebody else." in after[agent.party_id].body


def test_a_death_is_told_to_those_whose_authority_ended(session: Session, services: Services) -> None:
    owner = make_actor(session, name="Ines Duarte")
    living = create_performer(
        session=session, actor=owner, at=START, name="Ines Duarte", is_living=True, domicile="PT"
    )
    own = make_representation(session, services.store, owner, living, capacity=Capacity.PERFORMER)
    agent = make_actor(session, name="Voices & Co")
    agency = make_representation(
        session, services.store, agent, living, capacity=Capacity.AGENT, principal_id=own.id
    )
    record_death(
        session=session,
        actor=make_administrator(session),
        at=START,
        performer_id=living.id,
        died_on=START.date(),
        reason="Certificate seen.",
    )
    [mail] = told(session, own.id, "Authority ended").values()
    assert mail.party_id == owner.party_id
    assert f"died on {START.date()}" in mail.body
    assert told(session, agency.id, "Authority ended") == {}


def test_a_beneficiary_hears_which_form_its_money_waits_for(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store, are_taxed=False)
    issue(session, license)
    waiting = session.exec(select(Message).where(col(Message.subject).contains("payout waits"))).all()
    assert sorted(message.party_id for message in waiting) == sorted(heir.id for heir in license.heirs)
    assert all("W-9" in message.body for message in waiting)


def test_an_heir_of_earlier_whose_money_waits_hears_of_a_failure_too(session: Session, services: Services) -> None:
    license = make_earning_license(session, services.store)
    issue(session, license)
    later = make_heirs(session, license.estate, license.administrator, (10_000,), at=REPORTED_AT)
    case = fail(session, representation_of(session, license.estate.actor), at=REPORTED_AT + timedelta(hours=1))
    heard = told(session, case.id).keys()
    assert {heir.id for heir in (*license.heirs, *later)} <= heard
