"""What is said is kept, told to the other side, and nothing is added after the end."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.identity.actor import SYSTEM
from app.identity.states import Role
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation import queries as negotiation_queries
from app.negotiation import service as negotiations
from app.negotiation.discussion import queries, service
from app.negotiation.discussion.errors import (
    DocumentRequestSettled,
    FieldAgreed,
    InspectionOver,
    NothingAgreed,
    OfferNotLatest,
    ValueDiffers,
)
from app.negotiation.discussion.models import SharedDocument
from app.negotiation.discussion.rules.talking import INSPECTION_LASTS, MAIL_RESTS
from app.negotiation.discussion.states import TRANSITIONS, DocumentRequestAction, DocumentRequestStatus
from app.negotiation.errors import MoveRefused
from app.negotiation.models import Offer
from app.negotiation.queries import latest_offer
from app.notifications.models import Message
from app.values.canonical import canonical_bytes, sha256_hex
from app.values.errors import Forbidden, InvalidInput, NotFound
from tests.factories.discussion import (
    agree,
    make_comment,
    make_document_request,
    make_inspection,
    reopen,
    share,
)
from tests.factories.negotiation import accept_latest, make_counter
from tests.factories.parties import make_actor, make_administrator
from tests.negotiation.discussion.conftest import Talks
from tests.support.clock import START
from tests.support.databases import on_sqlite

DEARER = {"fee": {"amount_minor": 1_500_000, "currency": "USD"}}
TICK = timedelta(microseconds=1)


def mails_to(session: Session, party_id: str, words: str = "has something to say") -> int:
    told = select(Message).where(Message.party_id == party_id, col(Message.subject).contains(words))
    return len(session.exec(told).all())


def test_a_comment_is_kept_word_for_word_and_out_of_the_trail_and_the_mail(session: Session, talks: Talks) -> None:
    comment = make_comment(session, talks.estate, talks.row, text="Too low\nby half.")
    session.commit()
    assert (comment.text, comment.pointer, comment.by_party_id) == (
        "Too low\nby half.", "/fee/amount_minor", talks.estate.party_id,
    )  # fmt: skip
    record = session.exec(select(AuditRecord).where(AuditRecord.action == "offer.commented")).one()
    mail = session.exec(select(Message).where(Message.party_id == talks.studio.party_id)).all()[-1]
    assert record.subject_id == mail.about == talks.id
    assert "by half" not in record.detail + mail.body


def test_comments_are_about_fields_of_any_offer_of_these_talks(session: Session, talks: Talks) -> None:
    make_counter(session, talks.estate, talks.row, **DEARER)
    assert make_comment(session, talks.studio, talks.row, pointer="/grants/0/territory/codes").offer_number == 1
    assert make_comment(session, talks.studio, talks.row, pointer="", offer_number=2).pointer == ""
    with pytest.raises(NotFound, match="no offer 3"):
        make_comment(session, talks.studio, talks.row, offer_number=3)
    with pytest.raises(InvalidInput) as refusal:
        make_comment(session, talks.studio, talks.row, pointer="/fee/amount")
    assert refusal.value.problems[0].pointer == "/pointer"


def test_one_mail_waits_for_an_answer_however_much_is_said(session: Session, talks: Talks) -> None:
    estate, studio, row = talks.estate, talks.studio, talks.row
    for _ in range(3):
        make_comment(session, studio, row)
    agree(session, studio, row)
    assert mails_to(session, estate.party_id) == 1
    make_comment(session, studio, row, at=START + MAIL_RESTS - TICK)
    assert mails_to(session, estate.party_id) == 1
    make_comment(session, studio, row, at=START + MAIL_RESTS)
    assert mails_to(session, estate.party_id) == 2
    make_comment(session, estate, row, at=START + MAIL_RESTS)
    assert mails_to(session, studio.party_id) == 1
    make_comment(session, studio, row, at=START + MAIL_RESTS)
    assert mails_to(session, estate.party_id) == 3
    assert mails_to(session, studio.party_id) == 1


def test_what_both_sides_agreed_cannot_be_changed_by_either(session: Session, talks: Talks) -> None:
    agree(session, talks.studio, talks.row, "/fee")
    found = agree(session, talks.estate, talks.row, "/fee/amount_minor")
    assert [(field.pointer, field.is_locked) for field in found.fields] == [
        ("/fee", False),
        ("/fee/amount_minor", True),
    ]
    with pytest.raises(FieldAgreed) as refusal:
        make_counter(session, talks.estate, talks.row, **DEARER)
    (problem,) = refusal.value.problems
    assert (problem.pointer, problem.code) == ("/terms/fee/amount_minor", "field_agreed")
    assert problem.detail == "/fee/amount_minor was agreed on in offer 1 as 1250000."
    assert refusal.value.extra["agreed"] == [
        {"pointer": "/fee/amount_minor", "offer_number": 1, "value": 1_250_000}
    ]
    assert len(session.exec(select(Offer)).all()) == 1
    make_counter(session, talks.estate, talks.row, credit_line="With thanks")
    assert [field.is_locked for field in queries.agreed_fields(session, talks.studio, talks.id).fields] == [
        False,
        True,
    ]


def test_reopened_by_one_side_a_field_is_free_and_the_other_hears_why(session: Session, talks: Talks) -> None:
    agree(session, talks.studio, talks.row)
    agree(session, talks.estate, talks.row)
    found = reopen(session, talks.studio, talks.row, reason="The budget was cut.")
    assert [field.agreed_by_party_ids for field in found.fields] == [[talks.estate.party_id]]
    mail = session.exec(select(Message).where(col(Message.subject).contains("reopened"))).one()
    assert mail.party_id == talks.estate.party_id
    assert "The budget was cut." in mail.body
    make_counter(session, talks.estate, talks.row, **DEARER)
    assert queries.agreed_fields(session, talks.studio, talks.id).fields == []


def test_agreeing_again_changes_nothing(session: Session, talks: Talks) -> None:
    first, again = agree(session, talks.studio, talks.row), agree(session, talks.studio, talks.row)
    assert first == again
    assert len(queries.moves_of(session, talks.id)) == 1


def test_nobody_agrees_to_what_they_did_not_see(session: Session, talks: Talks) -> None:
    make_counter(session, talks.estate, talks.row, **DEARER)
    fee = {"session": session, "actor": talks.studio, "at": START, "negotiation_id": talks.id, "pointer": "/fee"}
    with pytest.raises(OfferNotLatest, match="number 2"):
        service.agree_field(**fee, offer_number=1, value_sha256="0" * 64)
    with pytest.raises(ValueDiffers):
        service.agree_field(**fee, offer_number=2, value_sha256="0" * 64)
    with pytest.raises(NothingAgreed):
        reopen(session, talks.studio, talks.row)
    assert queries.moves_of(session, talks.id) == []


def test_a_new_version_of_the_terms_alone_changes_no_agreed_field(session: Session, talks: Talks) -> None:
    """An offer of version 1 is agreed to as it was read, and answered in the version of today."""
    first = latest_offer(session, talks.id)
    current = json.loads(first.terms_json)
    known = {"rate_bps", "basis", "currency", "trigger"}
    royalty = {name: value for name, value in current["royalty"].items() if name in known}
    old = {name: value for name, value in current.items() if name not in {"advance", "caps", "guarantee"}}
    old |= {"terms_version": 1, "royalty": royalty}
    kept = first.model_dump(exclude={"id"}) | {
        "number": 2, "terms_json": canonical_bytes(old).decode(), "terms_sha256": sha256_hex(old),
    }  # fmt: skip
    session.add(Offer(**kept))
    session.flush()
    agree(session, talks.studio, talks.row, "/royalty")
    agree(session, talks.estate, talks.row, "/royalty")
    make_counter(session, talks.estate, talks.row, credit_line="With thanks")
    assert [field.is_locked for field in queries.agreed_fields(session, talks.studio, talks.id).fields] == [True]


def test_only_the_own_side_is_taken_back(session: Session, talks: Talks) -> None:
    agree(session, talks.studio, talks.row)
    with pytest.raises(NothingAgreed):
        reopen(session, talks.estate, talks.row)


def test_a_document_is_asked_for_and_given(session: Session, services: Services, talks: Talks) -> None:
    request = make_document_request(session, talks.studio, talks.row)
    assert mails_to(session, talks.estate.party_id, "asks for a document") == 1
    document = share(session, services.store, talks.estate, talks.row, request_id=request.id)
    assert (request.status, request.document_id) == (DocumentRequestStatus.PROVIDED, document.id)
    assert (document.media_type, document.size_bytes) == ("application/pdf", 30)
    assert mails_to(session, talks.studio.party_id, "you asked for is there") == 1
    again = share(session, services.store, talks.estate, talks.row, request_id=request.id)
    assert again.id == document.id
    assert mails_to(session, talks.studio.party_id, "you asked for is there") == 1
    with pytest.raises(DocumentRequestSettled):
        share(session, services.store, talks.estate, talks.row, content=b"another", request_id=request.id)


def test_a_file_shared_before_answers_a_request_too(session: Session, services: Services, talks: Talks) -> None:
    document = share(session, services.store, talks.estate, talks.row)
    assert share(session, services.store, talks.estate, talks.row).id == document.id
    request = make_document_request(session, talks.studio, talks.row)
    assert share(session, services.store, talks.estate, talks.row, request_id=request.id).id == document.id
    assert request.document_id == document.id
    assert len(session.exec(select(SharedDocument)).all()) == 1


def test_each_side_does_what_is_its_own_with_a_request(session: Session, services: Services, talks: Talks) -> None:
    request = make_document_request(session, talks.studio, talks.row)
    own = {"session": session, "at": START, "negotiation_id": talks.id, "request_id": request.id}
    with pytest.raises(Forbidden):
        service.withdraw_request(**own, actor=talks.estate)
    with pytest.raises(Forbidden):
        service.decline_document(**own, actor=talks.studio, reason="No.")
    with pytest.raises(Forbidden):
        share(session, services.store, talks.studio, talks.row, request_id=request.id)
    service.decline_document(**own, actor=talks.estate, reason="It is sealed.")
    mail = session.exec(select(Message).where(col(Message.subject).contains("will not be provided"))).one()
    assert mail.party_id == talks.studio.party_id
    assert "It is sealed." in mail.body


@on_sqlite
@pytest.mark.parametrize("status", DocumentRequestStatus)
@pytest.mark.parametrize("action", DocumentRequestAction)
def test_what_becomes_of_a_request_is_the_table_alone(
    session: Session,
    services: Services,
    talks: Talks,
    status: DocumentRequestStatus,
    action: DocumentRequestAction,
) -> None:
    request = make_document_request(session, talks.studio, talks.row)
    own = {"session": session, "at": START, "negotiation_id": talks.id, "request_id": request.id}
    acts: dict[DocumentRequestAction, Callable[[bytes], Any]] = {
        DocumentRequestAction.PROVIDE: lambda content: share(
            session, services.store, talks.estate, talks.row, content=content, request_id=request.id
        ),
        DocumentRequestAction.DECLINE: lambda _: service.decline_document(**own, actor=talks.estate, reason="No."),
        DocumentRequestAction.WITHDRAW: lambda _: service.withdraw_request(**own, actor=talks.studio),
    }
    ways = {after: how for (_, how), after in TRANSITIONS.items()}
    if status in ways:
        acts[ways[status]](b"one")
    assert request.status is status
    expected = TRANSITIONS.get((status, action))
    if expected is None:
        with pytest.raises(DocumentRequestSettled):
            acts[action](b"another")
    else:
        acts[action](b"another")
        assert request.status is expected


ENDINGS: dict[str, Callable[[Session, Talks], object]] = {
    "signed": lambda session, talks: accept_latest(session, talks.estate, talks.row),
    "declined": lambda session, talks: negotiations.decline(
        session=session, actor=talks.estate, at=START, negotiation_id=talks.id, reason="No."
    ),
    "withdrawn": lambda session, talks: negotiations.withdraw(
        session=session, actor=talks.studio, at=START, negotiation_id=talks.id
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_after_the_end_all_is_read_and_nothing_added(
    session: Session, services: Services, talks: Talks, ending: str
) -> None:
    make_comment(session, talks.studio, talks.row)
    agree(session, talks.studio, talks.row)
    request = make_document_request(session, talks.studio, talks.row)
    document = share(session, services.store, talks.studio, talks.row)
    ENDINGS[ending](session, talks)
    own = {"session": session, "at": START, "negotiation_id": talks.id, "request_id": request.id}
    additions: list[Callable[[], object]] = [
        lambda: make_comment(session, talks.studio, talks.row),
        lambda: agree(session, talks.estate, talks.row),
        lambda: reopen(session, talks.studio, talks.row),
        lambda: make_document_request(session, talks.estate, talks.row),
        lambda: share(session, services.store, talks.estate, talks.row, request_id=request.id),
        lambda: service.decline_document(**own, actor=talks.estate, reason="No."),
        lambda: service.withdraw_request(**own, actor=talks.studio),
    ]
    for add in additions:
        with pytest.raises(MoveRefused, match=f"is {ending}") as refusal:
            add()
        assert refusal.value.code == "negotiation_closed"
    assert len(queries.comments_page(session, talks.estate, talks.id).items) == 1
    assert len(queries.agreed_fields(session, talks.estate, talks.id).fields) == 1
    assert queries.own_document(session, talks.estate, talks.id, document.id).id == document.id


def test_nobody_speaks_without_a_person(session: Session, talks: Talks) -> None:
    with pytest.raises(NotFound):
        make_comment(session, SYSTEM, talks.row)


def test_an_inspection_lasts_an_hour_and_is_its_administrators_alone(session: Session, talks: Talks) -> None:
    looker, other = make_administrator(session), make_administrator(session)
    inspection = make_inspection(session, looker, talks.row)
    reading = {"session": session, "inspection_id": inspection.id}
    assert inspection.ends_at == START + INSPECTION_LASTS
    for party_id in (talks.studio.party_id, talks.estate.party_id):
        assert mails_to(session, party_id, "An administrator looks") == 1
    last = inspection.ends_at - TICK
    assert service.note_reading(**reading, actor=looker, at=last, negotiation_id=talks.id).id == inspection.id
    with pytest.raises(InspectionOver):
        service.note_reading(**reading, actor=looker, at=inspection.ends_at)
    former = replace(looker, role=Role.MEMBER)
    for asker in (other, former, talks.studio, talks.estate):
        with pytest.raises(NotFound):
            service.note_reading(**reading, actor=asker, at=START)
    with pytest.raises(NotFound):
        service.note_reading(**reading, actor=looker, at=START, negotiation_id="neg_other")
    with pytest.raises(Forbidden):
        make_inspection(session, talks.studio, talks.row)


def test_whoever_may_read_the_offers_alone_reads_nothing_that_was_said(
    session: Session, services: Services, talks: Talks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the negotiation itself were shown to somebody else: what is said asks for one of the two sides."""
    document = share(session, services.store, talks.estate, talks.row)
    monkeypatch.setattr(negotiation_queries, "own_negotiation", lambda *_, **__: talks.row)
    reader = make_actor(session, name="Reader of offers")
    questions: list[Callable[..., object]] = [
        queries.comments_page,
        queries.requests_page,
        queries.documents_page,
        queries.inspections_page,
        queries.agreed_fields,
    ]
    for question in questions:
        question(session, talks.studio, talks.id)
        with pytest.raises(NotFound):
            question(session, reader, talks.id)
    with pytest.raises(NotFound):
        queries.own_document(session, reader, talks.id, document.id)
    with pytest.raises(NotFound):
        make_comment(session, reader, talks.row)


def test_what_was_said_cannot_be_rewritten(database: Database, services: Services, talks: Talks) -> None:
    with database.write() as session:
        make_comment(session, talks.studio, talks.row)
        agree(session, talks.studio, talks.row)
        share(session, services.store, talks.studio, talks.row)
        make_inspection(session, make_administrator(session), talks.row)
    for table in ("offer_comment", "agreed_field_move", "shared_document", "inspection"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET by_user_id = 'usr_x'"):  # noqa: S608
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.write() as session:
                session.execute(sa.text(statement))
