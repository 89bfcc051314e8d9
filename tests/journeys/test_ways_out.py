"""Expiry holds on every way out, at the exact instant, while no job runs."""

import ast
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session

from app.identity import service as identity
from app.identity.actor import Actor
from app.identity.models import User
from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.verifier import Code, verify_credential
from tests.factories.deliveries import have_delivered, have_linked
from tests.factories.identity import PASSWORD, Caller, caller_for
from tests.factories.licensing import ENDS_AT, TICK, Licensed, make_license
from tests.factories.marks import make_mark
from tests.factories.standing import AT_ONCE
from tests.journeys.access_world import Visitor
from tests.journeys.reach import APP, Reach
from tests.journeys.test_access import routes
from tests.journeys.ways_out import GIVES_NOTHING, PAGE_SHOWN_AGAIN, WAYS_OUT, Walker
from tests.support.clock import FrozenClock

EXITS = frozenset(
    {
        "app.infrastructure.http.files.send_stored_file",
        "app.infrastructure.signing_keys.sign_jws",
        "app.licensing.rules.decision.decide",
        "app.licensing.rules.decision.decide_access",
    }
)
"""Whatever hands out a file, a decision or a signed statement comes through one of these."""
OF_EVERYTHING = frozenset({"GET /v1/status-list"})
"""Gives something at any time, of all licenses; what it says is asked below."""


def _handler(app: Flask, endpoint: str, method: str) -> str:
    """The dotted name of what answers a route; of a function made within another, that of the other."""
    view = app.view_functions[endpoint]
    answers = getattr(getattr(view, "view_class", None), method.lower(), view)
    return f"{answers.__module__}.{answers.__qualname__.partition('.<locals>')[0]}"


def test_every_way_out_is_listed_and_nothing_else(app: Flask) -> None:
    """A new route that comes to one of the exits, however far away, fails here until it has a line."""
    reach = Reach()
    real = {
        name
        for name, method, rule in routes(app)
        if rule.endpoint not in {"static", "api-docs.openapi_json"}
        and EXITS & reach.from_(_handler(app, rule.endpoint, method))
    }
    listed = WAYS_OUT.keys() | GIVES_NOTHING.keys() | PAGE_SHOWN_AGAIN | OF_EVERYTHING
    assert not real - listed, f"Say in tests/journeys/ways_out.py how these are gone: {sorted(real - listed)}"
    gone = (GIVES_NOTHING.keys() | PAGE_SHOWN_AGAIN | OF_EVERYTHING) - real
    assert not gone, f"These are no ways out any more: {sorted(gone)}"
    assert WAYS_OUT.keys() <= {name for name, _, _ in routes(app)}


def test_stored_files_are_opened_at_one_exit_alone() -> None:
    """Whoever opened the store elsewhere would hand out files on a way that the test above does not see."""
    opened = {
        str(path.relative_to(APP))
        for path in sorted(APP.rglob("*.py"))
        for part in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(part, ast.Attribute) and part.attr == "open" and "store" in ast.unparse(part.value)
    }
    assert opened == {"infrastructure/http/files.py"}


@pytest.fixture
def licensed(services: Services) -> Licensed:
    with services.database.write() as session:
        return make_license(session, services.store, public_record=["performer"], breach=AT_ONCE)


@pytest.fixture
def walker(app: Flask, services: Services, licensed: Licensed, clock: FrozenClock) -> Walker:
    """Everything was handed out an hour before the end."""
    clock.move_to(ENDS_AT - timedelta(hours=1))
    with services.database.write() as session:
        caller = caller_for(session, app.test_client(), licensed.licensee)
        token = _sign_in(session, licensed.licensee)
    delivery = have_delivered(caller, licensed.id)
    link = have_linked(caller, delivery["id"], lasts_minutes=600)["url"]
    credential = caller.post(f"/v1/licenses/{licensed.id}/credential", json={}).get_json()
    mark = make_mark(caller, licensed.id, "still.png")
    marked = caller.get(mark["content_url"], buffered=True).data
    ids = {
        "license_id": licensed.id,
        "mark_id": mark["id"],
        "asset_id": delivery["asset_id"],
        "sha256": delivery["sha256"],
        "delivery_id": delivery["id"],
        "link": link.rpartition("/")[2],
        "token": credential["token"],
    }
    return Walker(caller, Visitor(app.test_client(), token), ids, marked)


def _sign_in(session: Session, actor: Actor) -> str:
    email = session.get_one(User, actor.user_id).email
    return identity.sign_in(session=session, at=machine_now(), email=email, password=PASSWORD)[1]


def _let_it_end(_licensor: Caller, _license_id: str, clock: FrozenClock) -> None:
    clock.move_to(ENDS_AT)


def _suspend(licensor: Caller, license_id: str, _clock: FrozenClock) -> None:
    reason = {"reason": "The voice was used in a political advertisement."}
    assert licensor.post(f"/v1/licenses/{license_id}/suspension", json=reason).status_code == 201


def _terminate(licensor: Caller, license_id: str, _clock: FrozenClock) -> None:
    reason = {"reason": "The fee for the second season was never paid."}
    assert licensor.post(f"/v1/licenses/{license_id}/termination", json=reason).status_code == 201


@pytest.mark.parametrize("stop", [_let_it_end, _suspend, _terminate], ids=["ended", "suspended", "terminated"])
def test_what_gave_something_gives_nothing_any_more(
    client: FlaskClient,
    services: Services,
    licensed: Licensed,
    walker: Walker,
    clock: FrozenClock,
    stop: Callable[[Caller, str, FrozenClock], None],
) -> None:
    clock.move_to(ENDS_AT - TICK)
    for name, ways in WAYS_OUT.items():
        for way in ways:
            answer = way.walk(walker)
            assert way.gives(answer), f"{name} gives nothing while the license stands: {answer.text[:500]}"
    with services.database.write() as session:
        licensor = caller_for(session, client, licensed.licensor)
    stop(licensor, licensed.id, clock)
    for name, ways in WAYS_OUT.items():
        for way in ways:
            answer = way.walk(walker)
            assert answer.status_code < 500, name
            assert not way.gives(answer), f"{name} still gives: {answer.text[:500]}"


@pytest.mark.parametrize(
    ("stop", "code"),
    [(_let_it_end, Code.EXPIRED), (_suspend, Code.SUSPENDED), (_terminate, Code.REVOKED)],
    ids=["ended", "suspended", "terminated"],
)
def test_a_verifier_that_fetches_the_list_again_says_no(
    client: FlaskClient,
    services: Services,
    licensed: Licensed,
    walker: Walker,
    clock: FrozenClock,
    stop: Callable[[Caller, str, FrozenClock], None],
    code: Code,
) -> None:
    def verdict() -> Code:
        return verify_credential(
            walker.ids["token"],
            jwks=client.get("/.well-known/jwks.json").get_json(),
            status_list=client.get("/v1/status-list").text,
            at=clock.now(),
            issuer=services.settings.public_url,
            audience=licensed.licensee.party_id,
        ).code

    assert verdict() is Code.VALID
    with services.database.write() as session:
        licensor = caller_for(session, client, licensed.licensor)
    stop(licensor, licensed.id, clock)
    assert verdict() is code
