"""Everyone sees only their own: every route of the app, called by somebody whose object it is not."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.infrastructure.http.context import Services
from tests.factories.royalties import REPORTED_AT
from tests.journeys import access_table
from tests.journeys.access_checks import CHECKS
from tests.journeys.access_closing import CLOSING
from tests.journeys.access_deals import DEALS
from tests.journeys.access_discussion import DISCUSSION
from tests.journeys.access_licensing import LICENSING
from tests.journeys.access_marks import MARKS
from tests.journeys.access_outward import OUTWARD
from tests.journeys.access_standing import STANDING
from tests.journeys.access_table import Access, Row
from tests.journeys.access_use import IN_USE
from tests.journeys.access_world import World, make_world
from tests.support.clock import FrozenClock

TABLE = access_table.TABLE | DISCUSSION | DEALS | OUTWARD | CHECKS | STANDING | LICENSING | IN_USE | CLOSING | MARKS

READ_ONLY_POSTS = {
    "POST /v1/licenses/<license_id>/decision",
    "POST /v1/decisions",
    "POST /v1/packages/<package_id>/avails",
    "POST /v1/packages/<package_id>/indicative-price",
    "POST /v1/avails",
    "POST /v1/negotiations/<negotiation_id>/projections",
    "POST /v1/licenses/<license_id>/projections",
    "POST /v1/manifest-checks",
}
"""They only ask, so they may be repeated without a key."""


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Every route as the table names it, with its method and rule."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}", method, rule


def rows(app: Flask, *kinds: Access) -> list[tuple[str, str, Rule, Row]]:
    """The routes of these kinds; those that delete come last."""
    found = [(name, method, rule, TABLE[name]) for name, method, rule in routes(app) if TABLE[name].access in kinds]
    return sorted(found, key=lambda entry: (entry[1] == "DELETE", entry[0]))


def path_to(world: World, rule: Rule, row: Row) -> str:
    """The address of the object in question."""
    values = {name: world.ids.get(row.objects.get(name, name), "none") for name in rule.arguments}
    built = rule.build({k: int(v) if v.isdecimal() else v for k, v in values.items()})
    assert built is not None, f"{rule.rule} cannot be built from {values}"
    return str(built[1])


def told(answer: TestResponse) -> tuple[int, str]:
    is_problem = answer.content_type == "application/problem+json"
    return answer.status_code, answer.get_json()["code"] if is_problem else answer.content_type


@pytest.fixture
def world(app: Flask, services: Services, clock: FrozenClock) -> World:
    clock.move_to(REPORTED_AT)
    return make_world(app, services)


def test_every_route_is_in_the_table_and_nothing_else(app: Flask) -> None:
    real = {name for name, _, _ in routes(app)}
    missing, gone = sorted(real - TABLE.keys()), sorted(TABLE.keys() - real)
    assert not missing, f"Say in tests/journeys/access_table.py who may use: {missing}"
    assert not gone, f"No such route any more, take it out of tests/journeys/access_table.py: {gone}"


def test_without_a_key_nothing_but_the_open_routes_answers(app: Flask, client: FlaskClient, world: World) -> None:
    guarded = rows(app, Access.KEY, Access.OWN, Access.ADMINISTRATOR, Access.DEMONSTRATION)
    for name, method, rule, row in guarded:
        for sent in ({}, {"Authorization": "Bearer lk_000000000000_wrong"}, {"Authorization": "Basic bGs6bGs="}):
            payload = row.payload(world.ids)
            headers = {**payload.pop("headers", {}), **sent}
            answer = client.open(path_to(world, rule, row), method=method, headers=headers, **payload)
            assert told(answer) == (401, "not_authenticated"), name
    for name, method, rule, row in rows(app, Access.OPEN):
        if method == "GET":
            answer = client.get(path_to(world, rule, row), buffered=True)
            assert answer.status_code not in (401, 403), name


def test_what_is_not_yours_does_not_exist(app: Flask, world: World) -> None:
    for name, method, rule, row in rows(app, Access.OWN):
        for who in ("stranger", "other_estate"):
            answer = world.callers[who].call(
                method, path_to(world, rule, row), buffered=True, **row.payload(world.ids)
            )
            assert told(answer) == (404, "not_found"), f"{name} by {who}: {answer.text[:500]}"


def test_what_is_yours_does(app: Flask, world: World) -> None:
    """Else the test above would prove nothing."""
    for name, method, rule, row in rows(app, Access.OWN, Access.ADMINISTRATOR):
        caller = world.callers[row.by]
        answer = caller.call(method, path_to(world, rule, row), buffered=True, **row.payload(world.ids))
        assert answer.status_code not in (400, 401, 403, 404), f"{name}: {answer.text[:500]}"
        assert answer.status_code < 500, name
        if method == "GET":
            assert answer.status_code == 200, name


def test_only_administrators_administer(app: Flask, world: World) -> None:
    for name, method, rule, row in rows(app, Access.ADMINISTRATOR):
        for who in ("stranger", "licensor", "licensee"):
            answer = world.callers[who].call(method, path_to(world, rule, row), **row.payload(world.ids))
            assert told(answer) == (403, "forbidden"), f"{name} by {who}"


def test_the_clock_cannot_be_seen_or_moved_outside_a_demonstration(app: Flask, world: World) -> None:
    for name, method, rule, row in rows(app, Access.DEMONSTRATION):
        for who in ("stranger", "administrator"):
            answer = world.callers[who].call(method, path_to(world, rule, row), **row.payload(world.ids))
            assert told(answer) == (404, "not_found"), f"{name} by {who}"


def test_lists_show_nothing_of_others(app: Flask, world: World) -> None:
    for name, method, rule, row in rows(app, Access.KEY):
        if method != "GET":
            continue
        for who in ("stranger", "other_estate"):
            answer = world.callers[who].get(path_to(world, rule, row))
            assert answer.status_code == 200, name
            leaked = [secret for secret in world.secrets if secret in answer.text]
            assert not leaked, f"{name} shows {leaked} to {who}"


def test_every_write_needs_a_key_to_be_repeated_by(app: Flask, world: World) -> None:
    asked = set()
    for name, method, rule, row in rows(app, Access.KEY, Access.OWN, Access.ADMINISTRATOR, Access.DEMONSTRATION):
        if method != "POST":
            continue
        caller = world.callers[row.by or "licensor"]
        answer = caller.call(
            method, path_to(world, rule, row), headers={"Idempotency-Key": ""}, **row.payload(world.ids)
        )
        if name in READ_ONLY_POSTS:
            assert answer.status_code == 200, name
        else:
            assert told(answer) == (400, "idempotency_key_missing"), name
        asked.add(name)
    assert asked >= READ_ONLY_POSTS


def test_pages_ask_to_sign_in(app: Flask, world: World) -> None:
    for name, method, rule, row in rows(app, Access.PAGE, Access.PAGE_OWN, Access.PAGE_SIDE):
        answer = world.visitors["nobody"].call(method, path_to(world, rule, row))
        assert answer.status_code == 303, f"{name}: {answer.status_code} {answer.text[:300]}"
        assert answer.headers["Location"].startswith("/sign-in"), name
    for name, method, rule, row in rows(app, Access.PAGE_OPEN):
        answer = world.visitors["nobody"].call(method, path_to(world, rule, row))
        assert answer.status_code in (200, 303, 401, 422), f"{name}: {answer.status_code}"


def test_pages_of_others_look_like_no_page_at_all(app: Flask, world: World) -> None:
    for name, method, rule, row in rows(app, Access.PAGE_OWN, Access.PAGE_SIDE):
        for who in strangers_to(row):
            answer = world.visitors[who].call(method, path_to(world, rule, row), **row.payload(world.ids))
            assert answer.status_code == 404, f"{name} by {who}: {answer.status_code}"


def strangers_to(row: Row) -> list[str]:
    """Who must not see a page: everybody from the other side, and for an object also the same side's strangers."""
    sides = {"licensee": ["stranger"], "licensor": ["other_estate"], "administrator": []}
    others = [who for side, names in sides.items() if side != row.by for who in names]
    return others + (sides[row.by] if row.access is Access.PAGE_OWN else [])


def test_pages_of_ones_own_are_there(app: Flask, world: World) -> None:
    for name, method, rule, row in rows(app, Access.PAGE, Access.PAGE_OWN, Access.PAGE_SIDE):
        if method == "GET" and "/clock" not in rule.rule:
            answer = world.visitors[row.by or "licensee"].call(method, path_to(world, rule, row))
            assert answer.status_code == 200, f"{name}: {answer.status_code} {answer.text[:300]}"


def test_a_form_from_elsewhere_is_refused(app: Flask, world: World) -> None:
    for name, method, rule, row in rows(app, Access.PAGE, Access.PAGE_OWN, Access.PAGE_SIDE, Access.PAGE_OPEN):
        if method == "POST":
            answer = world.visitors[row.by or "licensee"].call(
                method, path_to(world, rule, row), data={"csrf_token": "forged"}
            )
            assert answer.status_code == 400, f"{name}: {answer.status_code}"
