"""Sign-in, sessions, keys: what lets somebody in, and from which instant on it no longer does."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.identity import service
from app.identity.actor import SYSTEM, Actor
from app.identity.errors import EmailTaken, NotAuthenticated, TooManyAttempts, WrongCredentials
from app.identity.models import ApiKey, SignInAttempt, SignInSession
from app.identity.states import Role, Scope
from app.infrastructure.db.database import Database
from app.values.errors import Forbidden, InvalidInput, NotFound
from tests.factories.identity import PASSWORD, make_key, make_member, make_user
from tests.factories.parties import make_actor, make_party
from tests.support.clock import START

MOMENT = timedelta(microseconds=1)


def test_a_password_is_stored_hashed_and_lets_its_user_in(session: Session) -> None:
    user = service.create_user(session=session, at=START, email=" Ana@Example.com ", name="Ana", password=PASSWORD)
    party = make_party(session)
    service.add_member(session=session, at=START, user_id=user.id, party_id=party.id, role=Role.OWNER)
    assert user.email == "ana@example.com"
    assert PASSWORD not in user.password_hash
    opened, token = service.sign_in(session=session, at=START, email="ANA@example.com", password=PASSWORD)
    assert token not in opened.token_hash
    actor = service.actor_of_session(session=session, token=token, at=START)
    assert actor == Actor(user_id=user.id, party_id=party.id, role=Role.OWNER)


def test_an_email_is_taken_in_any_spelling(session: Session) -> None:
    make_user(session, email="ana@example.com")
    with pytest.raises(EmailTaken):
        service.create_user(session=session, at=START, email="ANA@example.com", name="Ana", password=PASSWORD)


def test_a_short_password_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput) as refusal:
        service.create_user(session=session, at=START, email="a@example.com", name="A", password="x" * 11)
    assert refusal.value.problems[0].pointer == "/password"


@pytest.mark.parametrize(
    ("email", "password"), [("ana@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("", "")]
)
def test_wrong_credentials_look_the_same(session: Session, email: str, password: str) -> None:
    user = make_user(session, email="ana@example.com")
    service.add_member(session=session, at=START, user_id=user.id, party_id=make_party(session).id, role=Role.OWNER)
    with pytest.raises(WrongCredentials, match="The e-mail address or the password is not right"):
        service.sign_in(session=session, at=START, email=email, password=password)
    assert session.exec(select(SignInSession)).all() == []


def test_a_user_without_a_party_cannot_sign_in(session: Session) -> None:
    make_user(session, email="ana@example.com")
    with pytest.raises(WrongCredentials, match="acts for no party"):
        service.sign_in(session=session, at=START, email="ana@example.com", password=PASSWORD)


def signed_in(session: Session) -> str:
    actor = make_member(session, party_id=make_party(session).id)
    user = session.get_one(service.User, actor.user_id)
    return service.sign_in(session=session, at=START, email=user.email, password=PASSWORD)[1]


def test_a_session_ends_at_its_exact_instant(session: Session) -> None:
    token = signed_in(session)
    ends_at = START + service.SESSION_LASTS
    assert service.actor_of_session(session=session, token=token, at=ends_at - MOMENT) is not None
    assert service.actor_of_session(session=session, token=token, at=ends_at) is None


def test_signing_out_ends_the_session_at_once(session: Session) -> None:
    token = signed_in(session)
    service.sign_out(session=session, at=START, token=token)
    session.flush()
    assert service.actor_of_session(session=session, token=token, at=START) is None
    service.sign_out(session=session, at=START, token="unknown")


def test_a_session_ends_with_the_membership(session: Session) -> None:
    token = signed_in(session)
    session.delete(session.exec(select(service.Membership)).one())
    session.flush()
    assert service.actor_of_session(session=session, token=token, at=START) is None


@pytest.mark.parametrize(("email", "address"), [("ana@example.com", "10.0.0.9"), ("else@example.com", "10.0.0.1")])
def test_failed_sign_ins_throttle_the_email_and_the_address(session: Session, email: str, address: str) -> None:
    def try_at(at_offset: timedelta) -> None:
        service.require_few_attempts(session=session, at=START + at_offset, email=email, address=address)

    for _ in range(service.ATTEMPTS_ALLOWED - 1):
        service.note_failed_sign_in(session=session, at=START, email="Ana@example.com", address="10.0.0.1")
    session.flush()
    try_at(timedelta(0))
    service.note_failed_sign_in(session=session, at=START, email="ana@example.com ", address="10.0.0.1")
    session.flush()
    with pytest.raises(TooManyAttempts):
        try_at(service.ATTEMPTS_WITHIN - MOMENT)
    try_at(service.ATTEMPTS_WITHIN)


def test_failed_sign_ins_are_forgotten_and_hold_no_address(session: Session) -> None:
    service.note_failed_sign_in(session=session, at=START, email="a@example.com", address="10.0.0.1")
    session.flush()
    assert all("10.0.0.1" not in row.subject for row in session.exec(select(SignInAttempt)).all())
    later = START + service.ATTEMPTS_WITHIN + MOMENT
    service.note_failed_sign_in(session=session, at=later, email="b@example.com", address="10.0.0.2")
    session.flush()
    assert {row.attempted_at for row in session.exec(select(SignInAttempt)).all()} == {later}


def test_others_are_not_throttled(session: Session) -> None:
    for _ in range(service.ATTEMPTS_ALLOWED):
        service.note_failed_sign_in(session=session, at=START, email="a@example.com", address="10.0.0.1")
    session.flush()
    service.require_few_attempts(session=session, at=START, email="b@example.com", address="10.0.0.2")


def test_a_key_speaks_for_its_maker_until_its_exact_end(session: Session) -> None:
    maker = make_actor(session)
    made = make_key(session, maker, scopes=frozenset({Scope.READ}), expires_at=START + timedelta(days=1))
    actor = service.actor_of_key(session=session, text=made.text, at=START + timedelta(days=1) - MOMENT)
    assert (actor.party_id, actor.role, actor.scopes) == (maker.party_id, maker.role, {Scope.READ})
    assert actor.label == made.key.id
    with pytest.raises(NotAuthenticated):
        service.actor_of_key(session=session, text=made.text, at=START + timedelta(days=1))


def test_the_secret_of_a_key_is_not_stored(session: Session) -> None:
    made = make_key(session, make_actor(session))
    secret = made.text.split("_", 2)[2]
    row = session.exec(select(ApiKey)).one()
    assert secret not in repr(row)
    assert made.text.startswith(f"lk_{row.prefix}_")


@pytest.mark.parametrize("spoil", [str.upper, lambda t: t + "x", lambda t: t[:-1], lambda _: "lk__", lambda _: "x"])
def test_a_key_slightly_wrong_is_unknown(session: Session, spoil: object) -> None:
    text = make_key(session, make_actor(session)).text
    with pytest.raises(NotAuthenticated):
        service.actor_of_key(session=session, text=spoil(text), at=START)  # type: ignore[operator]


def test_a_revoked_key_stays_revoked(session: Session) -> None:
    maker = make_actor(session)
    made = make_key(session, maker)
    revoked = service.revoke_api_key(session=session, actor=maker, at=START, key_id=made.key.id)
    later = START + timedelta(hours=1)
    service.revoke_api_key(session=session, actor=maker, at=later, key_id=made.key.id)
    assert revoked.revoked_at == START
    with pytest.raises(NotAuthenticated):
        service.actor_of_key(session=session, text=made.text, at=later)


def test_nobody_revokes_the_key_of_another_party(session: Session) -> None:
    made = make_key(session, make_actor(session))
    with pytest.raises(NotFound):
        service.revoke_api_key(session=session, actor=make_actor(session), at=START, key_id=made.key.id)


def test_a_key_makes_no_key_that_can_do_or_last_more_than_itself(session: Session) -> None:
    ends_at = START + timedelta(days=1)
    made = make_key(session, make_actor(session), scopes=frozenset({Scope.WRITE}), expires_at=ends_at)
    actor = service.actor_of_key(session=session, text=made.text, at=START)
    make_key(session, actor, scopes=frozenset({Scope.WRITE}), expires_at=ends_at)
    for scopes, until in (
        (frozenset({Scope.WRITE, Scope.READ}), ends_at),
        (frozenset({Scope.WRITE}), ends_at + MOMENT),
        (frozenset({Scope.WRITE}), None),
    ):
        with pytest.raises(Forbidden):
            make_key(session, actor, scopes=scopes, expires_at=until)


def test_a_key_ends_in_the_future_and_belongs_to_a_person(session: Session) -> None:
    with pytest.raises(InvalidInput):
        make_key(session, make_actor(session), expires_at=START)
    with pytest.raises(Forbidden):
        make_key(session, SYSTEM)


def test_keys_are_in_the_audit_trail_without_their_text(database: Database) -> None:
    with database.write() as session:
        maker = make_actor(session)
        made = make_key(session, maker)
        service.revoke_api_key(session=session, actor=maker, at=START, key_id=made.key.id)
    with database.read() as session:
        trail = select(AuditRecord).where(AuditRecord.subject_id == made.key.id)
        records = session.exec(trail.order_by(col(AuditRecord.position))).all()
    assert [record.action for record in records] == ["api_key.created", "api_key.revoked"]
    assert all(made.text not in record.detail for record in records)
