"""All holders whose signature the quorum needs sign exactly what the two sides agreed on, or there is no deal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from app.infrastructure.http.context import Services
from app.licensing.models import LicenseAuthority
from app.negotiation import queries, service, views
from app.negotiation.errors import MoveRefused, NoAuthority
from app.negotiation.holders.service import sign_as_holder
from app.negotiation.models import Deal, Negotiation, Signature
from app.negotiation.signatures.errors import HoldersChanged
from app.negotiation.signatures.models import HolderAnswer, OfferAcceptance
from app.negotiation.signatures.states import Role
from app.negotiation.states import OfferState
from app.parties import service as parties
from app.parties.states import QuorumKind
from app.rights.errors import RightsNotAvailable
from app.rights.models import RightsBlockRow
from tests.factories.negotiation import grant, make_counter, make_request
from tests.factories.parties import make_administrator, make_holder
from tests.factories.signatures import (
    Held,
    accept,
    change_share,
    make_held,
    refuse,
    set_rule,
    sign,
)
from tests.support.clock import START

LATER = START + timedelta(days=3)
LAPSE = START + timedelta(days=14)
TICK = timedelta(microseconds=1)


@pytest.fixture
def held(session: Session, services: Services) -> Held:
    """Half is the executor's, half an heir's: nobody knows the rule, so both must sign."""
    return make_held(session, services.store, ana=5000)


def code_of(move: Callable[[], Any]) -> str:
    with pytest.raises((MoveRefused, HoldersChanged)) as refused:
        move()
    return str(refused.value.code)


def stored(session: Session) -> list[int]:
    """How many rows there are of everything that only a deal brings about."""
    return [len(session.exec(select(model)).all()) for model in (Deal, Signature, RightsBlockRow)]


def state_of(session: Session, held: Held, talks: Negotiation, at: Any = START) -> OfferState:
    return queries.offer_view(session, held.sides.studio, at, talks.id, 1).state


def test_the_last_signature_that_is_missing_makes_the_deal(session: Session, held: Held) -> None:
    talks = make_request(session, held.sides)
    assert accept(session, held.sides.licensor, talks) is None
    assert state_of(session, held, talks) is OfferState.AGREED
    assert stored(session) == [0, 0, 0]
    deal = sign(session, held["ana"], talks, at=LATER)
    assert deal is not None
    assert (deal.offer_number, deal.signed_at, talks.status.value) == (1, LATER, "signed")
    assert talks.closed_by_party_id == held.sides.licensor.party_id
    shown = views.opened_deal(session, held.sides.licensor, deal.id)
    signed = {s.role: (s.party_id, s.signed_at, [h.share_bps for h in s.holdings]) for s in shown.signatures}
    assert signed == {
        Role.LICENSEE: (held.sides.studio.party_id, START, []),
        Role.LICENSOR: (held.sides.licensor.party_id, START, [5000]),
        Role.HOLDER: (held["ana"].party_id, LATER, [5000]),
    }
    resting = session.exec(select(LicenseAuthority.representation_id)).all()
    assert held.holders["ana"].representation.id in resting


def test_a_holder_may_sign_before_the_sides_agree(session: Session, held: Held) -> None:
    talks = make_request(session, held.sides)
    assert sign(session, held["ana"], talks) is None
    assert state_of(session, held, talks) is OfferState.STANDING
    assert accept(session, held.sides.licensor, talks, at=LATER) is not None


def test_a_signature_is_for_one_offer_alone(session: Session, held: Held) -> None:
    talks = make_request(session, held.sides)
    sign(session, held["ana"], talks)
    make_counter(session, held.sides.licensor, talks, fee={"amount_minor": 900, "currency": "USD"})
    assert accept(session, held.sides.studio, talks) is None
    assert sign(session, held["ana"], talks) is not None


def test_while_signatures_are_awaited_nobody_makes_another_offer(session: Session, held: Held) -> None:
    """Either side can still end the talks; the one that accepted can accept again, and nothing comes of it."""
    talks = make_request(session, held.sides)
    accept(session, held.sides.licensor, talks)
    for side in (held.sides.licensor, held.sides.studio):
        assert code_of(lambda side=side: make_counter(session, side, talks, at=LATER)) == "awaits_signatures"
    assert accept(session, held.sides.licensor, talks, at=LATER) is None
    assert len(session.exec(select(OfferAcceptance)).all()) == 1
    service.withdraw(session=session, actor=held.sides.studio, at=LATER, negotiation_id=talks.id)
    assert code_of(lambda: sign(session, held["ana"], talks, at=LATER)) == "negotiation_closed"


def test_everything_lapses_with_the_offer(session: Session, held: Held) -> None:
    """At the very instant, acceptance included; a tick before, all is signed."""
    talks = make_request(session, held.sides)
    accept(session, held.sides.licensor, talks, at=LAPSE - TICK)
    assert code_of(lambda: sign(session, held["ana"], talks, at=LAPSE)) == "offer_lapsed"
    assert state_of(session, held, talks, LAPSE) is OfferState.LAPSED
    other = make_request(session, held.sides)
    accept(session, held.sides.licensor, other)
    assert sign(session, held["ana"], other, at=LAPSE - TICK) is not None
    again = make_counter(
        session, held.sides.studio, talks, at=LAPSE, grants=[grant(component="voice", axes=["realtime"])]
    )
    assert (again.number, again.expires_at) == (2, LAPSE + timedelta(days=14))
    assert code_of(lambda: sign_exactly(session, held, talks, 1, again.terms_sha256)) == "offer_superseded"
    assert code_of(lambda: sign_exactly(session, held, talks, 2, "0" * 64)) == "terms_differ"


def sign_exactly(session: Session, held: Held, talks: Negotiation, number: int, sha256: str) -> None:
    sign_as_holder(
        session=session,
        actor=held["ana"],
        at=LAPSE,
        negotiation_id=talks.id,
        offer_number=number,
        terms_sha256=sha256,
    )


def test_the_latest_answer_of_a_holder_counts(session: Session, held: Held) -> None:
    talks = make_request(session, held.sides)
    sign(session, held["ana"], talks)
    refuse(session, held["ana"], talks, at=START + TICK)
    assert accept(session, held.sides.licensor, talks, at=LATER) is None
    assert sign(session, held["ana"], talks, at=LATER + TICK) is not None
    kinds = [row.kind.value for row in session.exec(select(HolderAnswer).order_by(HolderAnswer.id))]
    assert kinds == ["signed", "refused", "signed"]


def test_after_a_refusal_that_nobody_can_make_good_either_side_goes_on(session: Session, held: Held) -> None:
    """Else the talks would stand still until the offer lapses."""
    talks = make_request(session, held.sides)
    accept(session, held.sides.licensor, talks)
    refuse(session, held["ana"], talks)
    refuse(session, held["ana"], talks)
    assert len(session.exec(select(HolderAnswer)).all()) == 1, "the same again is the same"
    assert make_counter(session, held.sides.studio, talks, at=LATER).number == 2


def test_a_refusal_that_the_quorum_can_bear_changes_nothing(session: Session, services: Services) -> None:
    held = make_held(session, services.store, own=3000, rule=QuorumKind.MORE_THAN_HALF, ana=3000, ben=4000)
    talks = make_request(session, held.sides)
    accept(session, held.sides.licensor, talks)
    refuse(session, held["ana"], talks)
    assert code_of(lambda: make_counter(session, held.sides.studio, talks)) == "awaits_signatures"
    deal = sign(session, held["ben"], talks)
    assert deal is not None
    signed = {row.party_id for row in session.exec(select(Signature).where(Signature.deal_id == deal.id))}
    assert held["ana"].party_id not in signed


def test_a_refusal_outweighs_a_standing_consent(session: Session, held: Held) -> None:
    talks = make_request(session, held.sides)
    consent(session, held)
    refuse(session, held["ana"], talks)
    assert accept(session, held.sides.licensor, talks) is None
    assert sign(session, held["ana"], talks) is not None


def consent(session: Session, held: Held) -> None:
    parties.give_consent(
        session=session,
        actor=held["ana"],
        at=START,
        representation_id=held.holders["ana"].representation.id,
        licensor_party_id=held.sides.licensor.party_id,
    )


def test_with_a_standing_consent_nobody_is_awaited(session: Session, held: Held) -> None:
    talks = make_request(session, held.sides)
    assert accept(session, held.sides.licensor, talks) is None
    consent(session, held)
    assert accept(session, held.sides.licensor, talks) is not None, "accepting again looks again"


QUORUMS: list[tuple[QuorumKind | None, int, dict[str, int], list[str], bool]] = [
    # rule, the executor's own share, the others' shares, who of them signs, whether that is enough
    (None, 5000, {"ana": 5000}, [], False),
    (None, 5000, {"ana": 5000}, ["ana"], True),
    (QuorumKind.ALL, 4000, {"ana": 3000, "ben": 3000}, ["ana"], False),
    (QuorumKind.ALL, 4000, {"ana": 3000, "ben": 3000}, ["ana", "ben"], True),
    (QuorumKind.MORE_THAN_HALF, 5000, {"ana": 5000}, [], False),
    (QuorumKind.MORE_THAN_HALF, 5001, {"ana": 4999}, [], True),
    (QuorumKind.MORE_THAN_HALF, 3000, {"ana": 2000, "ben": 5000}, ["ana"], False),
    (QuorumKind.MORE_THAN_HALF, 3000, {"ana": 2001, "ben": 4999}, ["ana"], True),
    (QuorumKind.EXECUTOR_ONLY, 0, {"ana": 10_000}, [], True),
    (QuorumKind.ANY_ONE, 1, {"ana": 9999}, [], True),
]


@pytest.mark.parametrize(("rule", "own", "others", "signers", "is_enough"), QUORUMS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_must_sign(
    session: Session,
    services: Services,
    rule: QuorumKind | None,
    own: int,
    others: dict[str, int],
    signers: list[str],
    is_enough: bool,
) -> None:
    held = make_held(session, services.store, own=own, rule=rule, **others)
    talks = make_request(session, held.sides)
    for name in signers:
        sign(session, held[name], talks)
    assert (accept(session, held.sides.licensor, talks) is not None) is is_enough


def test_what_each_may_license_alone_takes_all_to_be_exclusive(session: Session, services: Services) -> None:
    held = make_held(session, services.store, own=4000, rule=QuorumKind.ANY_ONE, ana=6000)
    talks = make_request(session, held.sides, grants=[grant(exclusivity="exclusive")])
    assert accept(session, held.sides.licensor, talks) is None
    assert sign(session, held["ana"], talks) is not None


def test_shares_that_nobody_is_proven_to_hold_cannot_be_signed_for(session: Session, services: Services) -> None:
    held = make_held(session, services.store, ana=5000)
    parties.fail_representation(
        session=session,
        actor=make_administrator(session),
        at=START,
        representation_id=held.holders["ana"].representation.id,
        as_of=START,
        reason="The deed was forged.",
    )
    with pytest.raises(NoAuthority):
        make_request(session, held.sides)


def change(session: Session, services: Services, held: Held, what: str) -> None:
    ana = held.holders["ana"]
    if what == "share":
        change_share(session, services.store, ana, 4000, at=LATER)
    elif what == "new papers":
        change_share(session, services.store, ana, 5000, at=LATER)
    elif what == "another holder":
        change_share(session, services.store, ana, 4000, at=LATER)
        performer = held.sides.estate.performer
        make_holder(session, services.store, performer, name="Ben", share_bps=1000, at=LATER)
    else:
        set_rule(session, held.sides.estate, QuorumKind.MORE_THAN_HALF, at=LATER)


@pytest.mark.parametrize("what", ["share", "new papers", "another holder", "rule"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_changed_between_offer_and_signature_is_noticed(
    session: Session, services: Services, held: Held, what: str
) -> None:
    talks = make_request(session, held.sides)
    sign(session, held["ana"], talks)
    change(session, services, held, what)
    before = stored(session)
    with pytest.raises(HoldersChanged) as refused:
        accept(session, held.sides.licensor, talks, at=LATER)
    told = refused.value.extra["changes"]
    assert told
    assert all(each["sentence"] for each in told)
    assert stored(session) == before


def test_a_changed_share_is_named_to_the_licensors_side_alone(
    session: Session, services: Services, held: Held
) -> None:
    talks = make_request(session, held.sides)
    make_counter(session, held.sides.licensor, talks)
    assert accept(session, held.sides.studio, talks) is None
    change_share(session, services.store, held.holders["ana"], 4000, at=LATER)
    with pytest.raises(HoldersChanged) as refused:
        sign(session, held["ana"], talks, at=LATER)
    assert "Ana: from heir, 50 % of voice to heir, 40 % of voice." in refused.value.detail
    (told,) = refused.value.extra["changes"]
    assert (told["before"][0]["share_bps"], told["after"][0]["share_bps"]) == (5000, 4000)
    with pytest.raises(HoldersChanged) as refused:
        accept(session, held.sides.studio, talks, at=LATER)
    assert "Ana" not in refused.value.detail
    assert "changes" not in refused.value.extra


def test_after_a_change_the_terms_are_sent_again(session: Session, services: Services, held: Held) -> None:
    """By either side, the one whose offer stands included; then they are signed as the holders are now."""
    talks = make_request(session, held.sides)
    accept(session, held.sides.licensor, talks)
    change_share(session, services.store, held.holders["ana"], 4000, at=LATER)
    performer = held.sides.estate.performer
    ben = make_holder(session, services.store, performer, name="Ben", share_bps=1000, at=LATER)
    make_counter(session, held.sides.studio, talks, at=LATER)
    sign(session, ben.actor, talks, at=LATER)
    sign(session, held["ana"], talks, at=LATER)
    assert accept(session, held.sides.licensor, talks, at=LATER) is not None


def test_renewed_papers_with_the_same_share_change_nothing_unsigned(
    session: Session, services: Services, held: Held
) -> None:
    talks = make_request(session, held.sides)
    accept(session, held.sides.licensor, talks)
    change_share(session, services.store, held.holders["ana"], 5000, at=LATER)
    assert code_of(lambda: make_counter(session, held.sides.studio, talks, at=LATER)) == "awaits_signatures"
    assert sign(session, held["ana"], talks, at=LATER) is not None


def test_a_signature_under_papers_that_were_renewed_is_given_again(
    session: Session, services: Services, held: Held
) -> None:
    """Papers may be renewed more than once while an offer stands; only those in force bind."""
    talks = make_request(session, held.sides)
    change_share(session, services.store, held.holders["ana"], 5000)
    sign(session, held["ana"], talks)
    change_share(session, services.store, held.holders["ana"], 5000)
    with pytest.raises(HoldersChanged, match="no longer in force"), session.begin_nested():
        accept(session, held.sides.licensor, talks)
    sign(session, held["ana"], talks)
    assert accept(session, held.sides.licensor, talks) is not None


def test_the_loser_of_a_race_learns_why_and_the_offer_stands(session: Session, held: Held) -> None:
    """The signature that lost is not kept: the savepoint stands for the transaction of a request."""
    talks = [
        make_request(session, held.sides, grants=[grant(exclusivity="exclusive", territory=territory)])
        for territory in ("+DE +JP", "+DE +FR")
    ]
    for each in talks:
        assert accept(session, held.sides.licensor, each) is None
    assert sign(session, held["ana"], talks[0]) is not None
    before = stored(session)
    with pytest.raises(RightsNotAvailable) as refused, session.begin_nested():
        sign(session, held["ana"], talks[1])
    extra = refused.value.extra
    assert {reason["code"] for reason in extra["reasons"]} == {"EXCLUSIVELY_GRANTED"}
    assert extra["fixes"]
    assert "if DE is dropped" in " ".join(fix["sentence"] for fix in extra["fixes"])
    (free,) = extra["free"]
    assert free == {"territory": ["FR"], "windows": [{"first_day": "2026-06-15", "last_day": "2026-12-31"}]}
    assert stored(session) == before
    assert state_of(session, held, talks[1]) is OfferState.AGREED
    answers = session.exec(select(HolderAnswer).where(HolderAnswer.negotiation_id == talks[1].id)).all()
    assert answers == []


def test_what_is_gone_is_not_agreed_on(session: Session, held: Held) -> None:
    """Nobody is asked to sign what cannot be had."""
    talks = [make_request(session, held.sides, grants=[grant(exclusivity="exclusive")]) for _ in range(2)]
    accept(session, held.sides.licensor, talks[0])
    sign(session, held["ana"], talks[0])
    with pytest.raises(RightsNotAvailable), session.begin_nested():
        accept(session, held.sides.licensor, talks[1])
    assert state_of(session, held, talks[1]) is OfferState.STANDING


def test_rights_are_held_while_holders_have_yet_to_sign(session: Session, held: Held) -> None:
    talks = make_request(session, held.sides)
    hold = service.place_hold(session=session, actor=held.sides.studio, at=START, negotiation_id=talks.id)
    assert hold.covers_latest_offer


@pytest.mark.parametrize("table", ["offer_holder", "offer_quorum", "offer_acceptance", "holder_answer"])
def test_nothing_of_it_can_be_changed(session: Session, held: Held, table: str) -> None:
    talks = make_request(session, held.sides)
    sign(session, held["ana"], talks)
    refuse(session, held["ana"], talks)
    accept(session, held.sides.licensor, talks)
    rows = sa.table(table, sa.column("offer_number"))
    for statement in (sa.update(rows).values(offer_number=2), sa.delete(rows)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
            session.execute(statement)
