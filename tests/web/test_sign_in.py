"""Signing in and out."""

from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from app.identity.access import COOKIE
from app.identity.actor import Actor
from app.identity.models import SignInAttempt, User
from app.identity.service import ATTEMPTS_ALLOWED
from app.infrastructure.db.database import Database
from app.web.forms import same_site
from tests.factories.identity import PASSWORD
from tests.web.conftest import Visiting
from tests.web.person import Person


@pytest.fixture
def email(database: Database, stranger: Actor) -> str:
    with database.read() as session:
        return session.get_one(User, stranger.user_id).email


def test_signing_in_opens_a_session_and_leads_where_one_wanted_to_go(guest: Person, email: str) -> None:
    asked = guest.get("/licenses?cursor=lic_1")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in?next=%2Flicenses%3Fcursor%3Dlic_1")
    page = guest.get(asked.headers["Location"])
    answer = guest.send(page, "/sign-in", email=email, password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/licenses?cursor=lic_1")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Passing Clouds" in guest.read("/licenses")


def test_whoever_is_signed_in_is_not_asked_again(guest: Person, email: str) -> None:
    guest.sign_in(email)
    answer = guest.get("/sign-in?next=/catalog")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/catalog")


@pytest.mark.parametrize("given", [{"password": "not the password"}, {"email": "nobody@example.com"}])
def test_a_wrong_sign_in_is_refused_and_counted(
    guest: Person, email: str, database: Database, given: dict[str, str]
) -> None:
    answer = guest.send(guest.get("/sign-in"), "/sign-in", **{"email": email, "password": PASSWORD, **given})
    assert answer.status_code == 401
    assert "The e-mail address or the password is not right." in answer.text
    assert given.get("email", email) in answer.text
    assert PASSWORD not in answer.text
    assert not [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE)]
    with database.read() as session:
        assert len(session.exec(select(SignInAttempt)).all()) == 2


def test_too_many_failures_close_the_door_even_for_the_right_password(guest: Person, email: str) -> None:
    page = guest.get("/sign-in")
    answers = [guest.send(page, "/sign-in", email=email, password="wrong") for _ in range(ATTEMPTS_ALLOWED)]
    assert answers[0].status_code == 401
    assert guest.sign_in(email).status_code == 429


def test_signing_out_ends_the_session_itself(guest: Person, email: str) -> None:
    guest.sign_in(email)
    stolen = guest.client.get_cookie(COOKIE)
    assert stolen is not None
    assert guest.done(guest.get("/"), "/sign-out") == "/sign-in"
    assert guest.client.get_cookie(COOKIE) is None
    guest.client.set_cookie(COOKIE, stolen.value)
    assert guest.get("/licenses").status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil",
        "",
        "/a\nb",
        "javascript:alert(1)",
        "/\t/x",
    ],
)
def test_signing_in_never_leads_away(app: Flask, target: str) -> None:
    with app.test_request_context():
        assert same_site(target) == "/"
        assert same_site("/licenses?a=b") == "/licenses?a=b"


@pytest.mark.parametrize("token", [None, "", "made up"])
def test_a_form_without_its_token_does_nothing(guest: Person, email: str, token: str | None) -> None:
    data: dict[str, Any] = {"email": email, "password": PASSWORD}
    answer = guest.client.post(
        "/sign-in", data=data | ({} if token is None else {"csrf_token": token}), headers={"Accept": "text/html"}
    )
    assert answer.status_code == 400
    assert guest.client.get_cookie(COOKIE) is None


def test_a_token_of_another_browser_does_nothing(app: Flask, guest: Person, email: str) -> None:
    page = Person(app).get("/sign-in")
    guest.get("/sign-in")
    assert guest.send(page, "/sign-in", email=email, password=PASSWORD).status_code == 400


def test_the_session_of_a_page_is_no_key_for_the_api(visiting: Visiting, stranger: Actor) -> None:
    assert visiting(stranger).client.get("/v1/licenses").status_code == 401
