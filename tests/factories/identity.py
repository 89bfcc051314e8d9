"""Users, keys, and a caller who uses one over HTTP."""

import itertools
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlmodel import Session
from werkzeug.test import TestResponse

from app.identity import service
from app.identity.actor import Actor
from app.identity.models import User
from app.identity.states import Role, Scope
from tests.support.clock import START

PASSWORD = "a long enough password"

_numbers = itertools.count(1)
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def make_user(session: Session, *, email: str | None = None, at: datetime = START) -> User:
    """Somebody who signs in with `PASSWORD`, hashed cheaply: tests make hundreds of users."""
    user = User(
        email=email or f"person{next(_numbers)}@example.com",
        name="Robin Example",
        password_hash=_cheap.hash(PASSWORD),
        created_at=at,
    )
    session.add(user)
    session.flush()
    return user


def make_member(session: Session, *, party_id: str, role: Role = Role.OWNER, at: datetime = START) -> Actor:
    """A new user who acts for a party."""
    user = make_user(session, at=at)
    service.add_member(session=session, at=at, user_id=user.id, party_id=party_id, role=role)
    return Actor(user_id=user.id, party_id=party_id, role=role)


def make_key(
    session: Session,
    actor: Actor,
    *,
    scopes: frozenset[Scope] = frozenset(Scope),
    at: datetime = START,
    expires_at: datetime | None = None,
) -> service.NewApiKey:
    """A key of the actor's."""
    return service.create_api_key(
        session=session, actor=actor, at=at, name="Tests", scopes=scopes, expires_at=expires_at
    )


class Caller:
    """Calls the API with a key; sends a fresh idempotency key with every POST unless one is given."""

    def __init__(self, client: FlaskClient, key_text: str) -> None:
        self._client = client
        self._authorization = f"Bearer {key_text}"

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.call("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> TestResponse:
        return self.call("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> TestResponse:
        return self.call("PUT", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> TestResponse:
        return self.call("PATCH", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> TestResponse:
        return self.call("DELETE", path, **kwargs)

    def call(self, method: str, path: str, *, headers: dict[str, str] | None = None, **kwargs: Any) -> TestResponse:
        sent = {"Authorization": self._authorization}
        if method == "POST":
            sent["Idempotency-Key"] = f"call-{next(_numbers)}"
        return self._client.open(path, method=method, headers=sent | (headers or {}), **kwargs)


def caller_for(session: Session, client: FlaskClient, actor: Actor) -> Caller:
    """A caller with a key of the actor's; commit the session before it calls."""
    return Caller(client, make_key(session, actor).text)
