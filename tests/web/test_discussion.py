"""What two sides say on the page of their negotiation, through the forms that are really there."""

import io
from datetime import timedelta

import pytest
from sqlmodel import select

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation.discussion.models import DocumentRequest, OfferComment
from app.negotiation.discussion.rules.agreement import FACTS
from app.negotiation.discussion.rules.talking import INSPECTION_LASTS
from app.negotiation.models import Negotiation
from app.negotiation.service import decline
from app.web import clauses
from tests.factories.discussion import PAPER, agree, make_comment, make_document_request, make_inspection, share
from tests.factories.negotiation import Sides, every_term, make_counter, make_request
from tests.factories.parties import make_administrator
from tests.negotiation.examples import document
from tests.support.clock import START, FrozenClock
from tests.web.conftest import Visiting
from tests.web.person import HTML, Form, Person, forms_of


@pytest.fixture
def talks(database: Database, sides: Sides) -> Negotiation:
    with database.write() as session:
        return make_request(session, sides)


def form_about(person: Person, path: str, ending: str, pointer: str) -> Form:
    """The form of a page that is about one field."""
    found = [
        f for f in forms_of(person.get(path)) if f.action.endswith(ending) and f.values.get("pointer") == [pointer]
    ]
    assert len(found) == 1, f"{len(found)} forms to {ending} are about {pointer}"
    return found[0]


def send(person: Person, form: Form, **changes: str) -> str:
    answer = person.client.post(form.action, data={**form.values, **changes}, headers=HTML)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_comment_stands_beside_the_term_that_it_is_about(
    visiting: Visiting, sides: Sides, talks: Negotiation, database: Database
) -> None:
    estate, studio, path = visiting(sides.licensor), visiting(sides.studio), f"/negotiations/{talks.id}"
    typed = {"pointer": "/fee", "text": "Half of it\r\nat signature?"}
    assert estate.done(estate.get(path), "/comments", **typed) == f"{path}#discussion"
    assert estate.done(estate.get(path), "/comments", text="Thank you for asking.")
    page = studio.read(path)
    fee = next(part for part in page.split('class="topic"') if "License fee" in part)
    assert "Half of it\nat signature?" in fee
    assert sides.estate.party.name in fee
    assert "12,500.00" in fee
    assert "Thank you for asking." in page.split('id="said"')[1]
    with database.read() as session:
        assert [row.pointer for row in session.exec(select(OfferComment))] == ["/fee", ""]


def test_a_comment_that_is_refused_is_kept_as_typed(visiting: Visiting, sides: Sides, talks: Negotiation) -> None:
    estate, path = visiting(sides.licensor), f"/negotiations/{talks.id}"
    answer = estate.send(estate.get(path), "/comments", pointer="/royalty", text="hidden\u202etext")
    assert answer.status_code == 422
    assert "cannot be seen" in answer.text.split('role="alert"')[1]
    (form,) = [form for form in forms_of(answer) if form.action.endswith("/comments")]
    assert (form.values["pointer"], form.values["text"]) == (["/royalty"], ["hidden\u202etext"])


def test_what_is_said_is_text_and_not_markup(visiting: Visiting, sides: Sides, talks: Negotiation) -> None:
    estate, path = visiting(sides.licensor), f"/negotiations/{talks.id}"
    estate.done(estate.get(path), "/comments", text="<script>alert(1)</script>")
    assert "<script>alert(1)" not in visiting(sides.studio).read(path)


def test_a_term_is_agreed_by_one_by_both_and_reopened(visiting: Visiting, sides: Sides, talks: Negotiation) -> None:
    estate, studio, path = visiting(sides.licensor), visiting(sides.studio), f"/negotiations/{talks.id}"
    assert "0 of " in studio.read(path)
    send(studio, form_about(studio, path, "/agreed", "/fee"))
    assert "you agreed, waiting for the other side" in studio.read(path)
    assert "the other side agrees" in estate.read(path)
    send(estate, form_about(estate, path, "/agreed", "/fee"))
    assert "1 of " in estate.read(path)
    assert "agreed by both" in studio.read(path)

    refused = estate.send(estate.get(f"{path}/counter"), "/counter", fee="15000")
    assert refused.status_code == 409
    assert "Both sides have agreed on /fee" in refused.text
    send(estate, form_about(estate, path, "/reopened", "/fee"), reason="The second chapter is longer.")
    assert estate.done(estate.get(f"{path}/counter"), "/counter", fee="15000") == path
    assert "0 of " in studio.read(path)


def test_a_form_of_a_superseded_offer_agrees_to_nothing(
    visiting: Visiting, sides: Sides, talks: Negotiation, database: Database
) -> None:
    studio, path = visiting(sides.studio), f"/negotiations/{talks.id}"
    form = form_about(studio, path, "/agreed", "/fee")
    with database.write() as session:
        make_counter(session, sides.licensor, talks, fee={"amount_minor": 1, "currency": "USD"})
    answer = studio.client.post(form.action, data=form.values, headers=HTML)
    assert answer.status_code == 409
    assert "The latest offer is number 2" in answer.text


def test_a_document_is_asked_for_and_given_or_declined(
    visiting: Visiting, sides: Sides, talks: Negotiation, database: Database
) -> None:
    estate, studio, path = visiting(sides.licensor), visiting(sides.studio), f"/negotiations/{talks.id}"
    asked = {"what": "Letters", "why": "Our counsel."}
    assert studio.done(studio.get(path), "/document-requests", **asked) == f"{path}#documents"
    assert "Our counsel." in estate.read(path)
    with database.read() as session:
        request_id = session.exec(select(DocumentRequest.id)).one()
    sent = {"file": (io.BytesIO(PAPER), "letters.pdf"), "description": "A certified copy", "request_id": request_id}
    estate.done(estate.get(path), "/documents", **sent)
    page = studio.read(path)
    assert "A certified copy" in page
    assert ">provided<" in page
    link = page.split(f'href="{path}/documents/')[1].split('"')[0]
    answer = studio.get(f"{path}/documents/{link}")
    assert answer.data == PAPER
    assert answer.headers["Content-Disposition"].startswith("attachment")
    refused = estate.send(estate.get(path), "/documents")
    assert (refused.status_code, "Choose a file" in refused.text) == (422, True)

    estate.done(estate.get(path), "/document-requests", what="The budget")
    (refusing,) = [form for form in forms_of(studio.get(path)) if "/document-requests/dcr_" in form.action]
    send(studio, refusing, reason="It is confidential.")
    assert "It is confidential." in estate.read(path)
    studio.done(studio.get(path), "/document-requests", what="A will")
    studio.done(studio.get(path), "/withdrawal")
    assert "no longer needed" in estate.read(path)


def test_after_the_end_it_can_be_read_and_nothing_can_be_sent(
    visiting: Visiting, sides: Sides, talks: Negotiation, database: Database, services: Services
) -> None:
    with database.write() as session:
        make_comment(session, sides.studio, talks, text="Could it be lower?")
        make_document_request(session, sides.studio, talks)
        share(session, services.store, sides.licensor, talks)
        agree(session, sides.studio, talks)
        decline(session=session, actor=sides.licensor, at=START, negotiation_id=talks.id, reason="No.")
    page = visiting(sides.licensor).get(f"/negotiations/{talks.id}")
    assert "Could it be lower?" in page.text
    assert "letters.pdf" in page.text
    closed = ("/comments", "/agreed", "/reopened", "/document-requests", "/documents", "/decline", "/withdrawal")
    assert [form.action for form in forms_of(page) if form.action.endswith(closed)] == []


def test_an_administrator_looks_and_both_sides_see_it(
    visiting: Visiting,
    sides: Sides,
    talks: Negotiation,
    database: Database,
    services: Services,
    administrator: Actor,
    clock: FrozenClock,
) -> None:
    with database.write() as session:
        make_comment(session, sides.studio, talks, text="Could it be lower?")
        agree(session, sides.studio, talks)
        make_document_request(session, sides.studio, talks)
        share(session, services.store, sides.licensor, talks)
    office = visiting(administrator)
    assert office.get(f"/negotiations/{talks.id}").status_code == 404
    wanted = {"negotiation_id": talks.id, "reason": "The estate reports threats."}
    assert office.send(office.get("/inspections"), "/inspections", **wanted | {"reason": " "}).status_code == 422
    unknown = office.send(office.get("/inspections"), "/inspections", **wanted | {"negotiation_id": "neg_x"})
    assert (unknown.status_code, "no such negotiation" in unknown.text) == (422, True)
    address = office.done(office.get("/inspections"), "/inspections", **wanted)
    page = office.read(address)
    for said in ("Could it be lower?", "License fee", "Letters testamentary", "letters.pdf", "reports threats"):
        assert said in page
    link = page.split(f'href="{address}/documents/')[1].split('"')[0]
    assert office.get(f"{address}/documents/{link}").data == PAPER
    for side in (sides.studio, sides.licensor):
        assert "The estate reports threats." in visiting(side).read(f"/negotiations/{talks.id}")
    clock.advance(INSPECTION_LASTS - timedelta(microseconds=1))
    office.read(address)
    clock.advance(timedelta(microseconds=1))
    assert office.get(address).status_code == 403
    assert office.get(f"{address}/documents/{link}").status_code == 403


def test_another_administrator_cannot_use_the_inspection(
    visiting: Visiting, talks: Negotiation, database: Database, administrator: Actor
) -> None:
    with database.write() as session:
        address = f"/inspections/{make_inspection(session, make_administrator(session), talks).id}"
    assert visiting(administrator).get(address).status_code == 404


def test_every_section_of_the_terms_has_words() -> None:
    """In a deal about everything, and in one about little."""
    full, little = document(**every_term()), document()
    for terms in (full, little):
        for name in terms.keys() - FACTS:
            assert clauses.label_of((name,)) != name
            assert all(line.text for line in clauses.lines_of(name, terms)), name
    assert not any(clauses.is_left_out(full[name]) for name in full.keys() - FACTS)
    empty = [name for name in ("advance", "caps", "fee", "term", "tolling") if clauses.is_left_out(little[name])]
    assert empty == ["advance", "caps", "tolling"]
