"""Refusals: pages for people, problem documents for machines."""

from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.identity.actor import Actor
from app.web.account import home
from app.web.error_pages import PAGES
from tests.web.conftest import Visiting
from tests.web.person import HTML, Person, form_to


def test_people_get_a_page_that_leads_on(guest: Person) -> None:
    page = guest.get("/nowhere")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Nothing here" in page.text
    assert 'href="/catalog"' in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("accept", ["application/json", "*/*", "", "application/problem+json, text/html;q=0.5"])
def test_programs_get_a_problem_document(client: FlaskClient, accept: str) -> None:
    assert client.get("/nowhere", headers={"Accept": accept}).mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/v1/nowhere", "/v1/licenses", "/webhooks/stripe", "/static/nothing.css"])
def test_addresses_of_machines_speak_to_machines(guest: Person, path: str) -> None:
    page = guest.get(path)
    assert page.status_code >= 400
    assert page.mimetype == "application/problem+json"


def test_a_fault_of_ours_is_a_calm_page_that_keeps_its_secrets(
    monkeypatch: pytest.MonkeyPatch, guest: Person
) -> None:
    def broken() -> str:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(home, "_landing", broken)
    page = guest.get("/")
    assert (page.status_code, page.mimetype) == (500, "text/html")
    assert "Something went wrong on our side" in page.text
    assert page.headers["X-Request-ID"] in page.text
    assert "swordfish" not in page.text


def test_a_wrong_method_keeps_its_header(guest: Person) -> None:
    page = guest.client.delete("/catalog", headers=HTML)
    assert (page.status_code, page.mimetype) == (405, "text/html")
    assert "GET" in page.headers["Allow"]


def test_every_form_that_was_refused_can_be_loaded_again(app: Flask, guest: Person) -> None:
    """Such a page stands at the address of its form, which reads nothing: it leads to the page the form is on."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in PAGES]
    read = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    only_sent = {rule.rule for rule in rules} - read
    assert len(only_sent) > 40
    for address in sorted(only_sent):
        page = guest.get(address)
        assert page.status_code == 303, address
        to = unquote(page.headers["Location"])
        assert to in read, address
        assert address.startswith(to), address


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/licenses/lic_1/calendar/certificates", "/licenses/lic_1/calendar"),
        ("/licenses/lic_1/calendar/models", "/licenses/lic_1/calendar"),
        ("/licenses/lic_1/calendar/dty_1/evidence/evd_1/answer", "/licenses/lic_1/calendar"),
        ("/licenses/lic_1/standing/breaches/brc_1", "/licenses/lic_1/standing"),
        ("/licenses/lic_1/standing/tollings", "/licenses/lic_1/standing"),
        ("/licenses/lic_1/approvals/apv_1", "/licenses/lic_1/approvals"),
        ("/licenses/lic_1/credential", "/licenses/lic_1"),
        ("/webhook-endpoints/whe_1/deliveries/whd_1/redelivery", "/webhook-endpoints/whe_1"),
        ("/sign-out", "/"),
    ],
)
def test_a_form_leads_back_to_its_page(guest: Person, form: str, page: str) -> None:
    assert guest.get(form).headers["Location"] == page
    answer = guest.client.get(form, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")


def test_an_expired_form_leads_to_signing_in(guest: Person) -> None:
    token = form_to(guest.get("/sign-in"), "/sign-in").values["csrf_token"]
    form = {"csrf_token": token, "_idempotency_key": "one"}
    answer = guest.client.post("/payouts", data=form, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2F")


def test_pages_of_the_other_side_are_not_there(visiting: Visiting, stranger: Actor) -> None:
    studio = visiting(stranger)
    for path in ("/reviews", "/clock", "/runs", "/payouts", "/my/packages", "/statements"):
        assert studio.get(path).status_code == 404, path
