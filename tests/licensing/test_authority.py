"""A license knows what it rests on, also when authority fails in the very moment of signing."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.errors import AuthorityLost
from app.licensing.models import License, LicenseAuthority
from app.licensing.queries import licenses_resting_on
from app.licensing.service.authority import note_authority
from app.moderation.models import AuthorityCase, AuthorityCaseLicense
from app.negotiation.events import DealSigned
from app.negotiation.models import Deal
from app.parties import service as parties
from app.parties.models import Representation
from app.values.errors import DomainError
from tests.factories.licensing import make_license, make_licensing_sides
from tests.factories.negotiation import Sides, accept_latest, make_request
from tests.factories.parties import make_administrator
from tests.support.clock import START

TICK = timedelta(microseconds=1)


def representation_of(session: Session, sides: Sides) -> Representation:
    held = Representation.holder_party_id == sides.licensor.party_id
    return session.exec(select(Representation).where(held)).one()


def test_a_license_rests_on_the_representation_it_was_signed_by(session: Session, services: Services) -> None:
    made = make_license(session, services.store)
    held = representation_of(session, made.sides)
    [row] = session.exec(select(LicenseAuthority)).all()
    assert (row.license_id, row.representation_id, row.signed_at) == (made.id, held.id, START)


def test_the_instant_of_signing_decides_what_is_in_doubt(session: Session, services: Services) -> None:
    made = make_license(session, services.store)
    held = representation_of(session, made.sides).id
    assert licenses_resting_on(session, [held], since=START) == [made.id]
    assert licenses_resting_on(session, [held], since=START + TICK) == []
    assert licenses_resting_on(session, ["rep_other"], since=START) == []
    assert licenses_resting_on(session, [], since=START) == []


def test_what_a_license_rests_on_is_never_rewritten(database: Database, services: Services) -> None:
    with database.write() as session:
        make_license(session, services.store)
    with pytest.raises(DatabaseError), database.write() as session:
        session.delete(session.exec(select(LicenseAuthority)).one())


def test_signing_waits_for_an_authority_that_is_being_failed(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_license(session, services.store)
        held = representation_of(session, made.sides).id
        signed = signing_of(session, made.id, (held,))
    refused = one_after_the_other(
        database,
        lambda session: fail(session, held),
        lambda session: note_authority(session=session, deal=signed),
    )
    assert isinstance(refused, AuthorityLost)
    assert refused.code == "no_authority"


@pytest.mark.parametrize("order", ["signing first", "failing first"])
def test_authority_that_fails_while_a_deal_is_signed(database: Database, services: Services, order: str) -> None:
    """Either nothing is signed, or the license is among those that the case is about: never neither."""
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        talks = make_request(session, sides)
        held = representation_of(session, sides).id

    def sign(session: Session) -> None:
        accept_latest(session, sides.licensor, talks)

    def lose(session: Session) -> None:
        fail(session, held)

    first, second = (sign, lose) if order == "signing first" else (lose, sign)
    refused = one_after_the_other(database, first, second)
    with database.read() as session:
        licenses = session.exec(select(License.id)).all()
        affected = session.exec(select(AuthorityCaseLicense.license_id)).all()
        cases = session.exec(select(AuthorityCase)).all()
    assert len(cases) == 1
    if order == "signing first":
        assert refused is None
        assert len(licenses) == 1
    else:
        assert refused is not None
        assert refused.code in {"no_authority", "rights_not_available"}
        assert licenses == []
    assert affected == licenses


def signing_of(session: Session, license_id: str, representation_ids: tuple[str, ...]) -> DealSigned:
    """The news that a license was signed by these representations."""
    license = session.get_one(License, license_id)
    deal = session.get_one(Deal, license.deal_id)
    return DealSigned(
        deal_id=deal.id,
        negotiation_id=deal.negotiation_id,
        package_id=license.package_id,
        licensor_party_id=license.licensor_party_id,
        licensee_party_id=license.licensee_party_id,
        terms={},
        terms_sha256=deal.terms_sha256,
        signed_at=deal.signed_at,
        reference=license_id,
        representation_ids=representation_ids,
        authority_ends_at=None,
    )


def one_after_the_other(
    database: Database, first: Callable[[Session], Any], second: Callable[[Session], Any]
) -> DomainError | None:
    """Begin the second while the first has done everything but commit; return why the second was refused, if so."""
    refused: list[DomainError] = []

    def run_second() -> None:
        try:
            with database.write() as session:
                second(session)
        except DomainError as error:
            refused.append(error)

    other = threading.Thread(target=run_second)
    with database.write() as session:
        first(session)
        session.flush()
        other.start()
        other.join(timeout=0.7)
        assert other.is_alive(), "the second did not wait for the first"
    other.join(timeout=30)
    assert not other.is_alive()
    return refused[0] if refused else None


def fail(session: Session, representation_id: str) -> None:
    parties.fail_representation(
        session=session,
        actor=make_administrator(session),
        at=START,
        representation_id=representation_id,
        as_of=START,
        reason="A court found the will to be forged.",
    )
