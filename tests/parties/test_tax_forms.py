"""Tax forms: which fits whom, from when and until when one holds, and who may say so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.parties.models import Party
from app.parties.states import PartyKind
from app.parties.tax_forms import service
from app.parties.tax_forms.errors import TaxFormDecided, TaxFormEnded
from app.parties.tax_forms.queries import valid_tax_forms
from app.parties.tax_forms.rules import last_valid_day, objection
from app.parties.tax_forms.states import TaxFormKind
from app.values.errors import Forbidden, NotFound
from tests.factories.identity import caller_for
from tests.factories.parties import make_actor, make_administrator, make_party
from tests.factories.tax_forms import confirm_tax_form, make_tax_form
from tests.support.clock import START

TODAY = START.date()


@pytest.fixture
def heir(session: Session) -> Party:
    return make_party(session, kind=PartyKind.HEIR, name="Ana", country="DE")


def is_valid(session: Session, party: Party, at: datetime = START) -> bool:
    return party.id in valid_tax_forms(session, [party.id], at)


@pytest.mark.parametrize(
    ("kind", "signed_on", "last"),
    [
        (TaxFormKind.W8BEN, date(2026, 1, 1), date(2029, 12, 31)),
        (TaxFormKind.W8BEN_E, date(2026, 12, 31), date(2029, 12, 31)),
        (TaxFormKind.W8IMY, date(2024, 2, 29), date(2027, 12, 31)),
        (TaxFormKind.W8ECI, date(2026, 6, 1), date(2029, 12, 31)),
        (TaxFormKind.W9, date(2001, 1, 1), None),
    ],
)
def test_a_form_holds_until_the_end_of_the_third_following_year(
    kind: TaxFormKind, signed_on: date, last: date | None
) -> None:
    assert last_valid_day(kind, signed_on) == last


@pytest.mark.parametrize(
    ("declared", "pointer"),
    [
        ({"kind": TaxFormKind.W9, "country": "DE"}, "/kind"),
        ({"kind": TaxFormKind.W8BEN, "country": "US"}, "/kind"),
        ({"kind": TaxFormKind.W8IMY, "claims_treaty": True}, "/claims_treaty"),
        ({"kind": TaxFormKind.W9, "country": "US", "claims_treaty": True}, "/claims_treaty"),
        ({"signed_on": TODAY + timedelta(days=1)}, "/signed_on"),
        ({"signed_on": date(2022, 12, 31)}, "/signed_on"),
        ({"signed_on": date(2023, 1, 1)}, None),
        ({"claims_treaty": True}, None),
        ({"kind": TaxFormKind.W9, "country": "US", "signed_on": date(2001, 1, 1)}, None),
    ],
)
def test_what_does_not_fit_is_refused_by_name(declared: dict[str, Any], pointer: str | None) -> None:
    fits: dict[str, Any] = {
        "kind": TaxFormKind.W8BEN, "country": "DE", "signed_on": TODAY, "claims_treaty": False, "today": TODAY,
    }  # fmt: skip
    found = objection(**(fits | declared))
    assert (found.problems[0].pointer if found else None) == pointer


def test_a_form_counts_from_its_confirmation(session: Session, heir: Party) -> None:
    form = make_tax_form(session, heir, is_confirmed=False)
    assert not is_valid(session, heir)
    confirm_tax_form(session, form, at=START + timedelta(hours=1))
    assert not is_valid(session, heir)
    assert is_valid(session, heir, START + timedelta(hours=1))


def test_a_form_counts_to_the_end_of_its_last_day(session: Session, heir: Party) -> None:
    make_tax_form(session, heir, signed_on=date(2026, 2, 1))
    assert is_valid(session, heir, datetime(2029, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert not is_valid(session, heir, datetime(2030, 1, 1, tzinfo=UTC))


def test_a_form_revoked_counts_no_more_but_another_does(session: Session, heir: Party) -> None:
    older, newer = make_tax_form(session, heir), make_tax_form(session, heir)
    assert valid_tax_forms(session, [heir.id], START)[heir.id].id == newer.id
    _revoke(session, make_administrator(session), newer.id)
    assert valid_tax_forms(session, [heir.id], START)[heir.id].id == older.id
    _revoke(session, make_administrator(session), older.id)
    assert not is_valid(session, heir)
    with pytest.raises(TaxFormDecided):
        _revoke(session, make_administrator(session), older.id)


def test_the_forms_of_others_do_not_count(session: Session, heir: Party) -> None:
    make_tax_form(session, make_party(session))
    assert not is_valid(session, heir)


def test_a_form_is_confirmed_once_and_not_after_its_end(session: Session, heir: Party) -> None:
    form = make_tax_form(session, heir)
    with pytest.raises(TaxFormDecided):
        confirm_tax_form(session, form)
    old = make_tax_form(session, heir, is_confirmed=False, signed_on=date(2023, 1, 1))
    with pytest.raises(TaxFormEnded, match="2026-12-31"):
        confirm_tax_form(session, old, at=datetime(2027, 1, 1, tzinfo=UTC))
    confirm_tax_form(session, old, at=datetime(2026, 12, 31, 23, tzinfo=UTC))


def test_nobody_confirms_their_own_form(session: Session) -> None:
    owner, stranger = make_actor(session), make_actor(session)
    form = service.record_tax_form(
        session=session,
        actor=owner,
        at=START,
        party_id=owner.party_id,
        kind=TaxFormKind.W9,
        country="US",
        signed_on=TODAY,
    )
    with pytest.raises(Forbidden):
        service.confirm_tax_form(session=session, actor=owner, at=START, tax_form_id=form.id)
    with pytest.raises(NotFound):
        _revoke(session, stranger, form.id)
    _revoke(session, owner, form.id)


def _revoke(session: Session, actor: Actor, tax_form_id: str) -> None:
    service.revoke_tax_form(
        session=session, actor=actor, at=START, tax_form_id=tax_form_id, reason="Has moved abroad."
    )


def test_tax_forms_by_http(database: Database, client: FlaskClient) -> None:
    with database.write() as session:
        actor = make_actor(session, kind=PartyKind.HEIR, name="Ana")
        owner = caller_for(session, client, actor)
        stranger = caller_for(session, client, make_actor(session))
        administrator = caller_for(session, client, make_administrator(session))
    path = f"/v1/parties/{actor.party_id}/tax-forms"
    declared = {"kind": "w8ben", "country": "DE", "signed_on": "2026-05-20", "claims_treaty": True}
    answer = owner.post(path, json=declared)
    made = answer.get_json()
    assert (answer.status_code, made["valid_until_on"], made["confirmed_at"]) == (201, "2029-12-31", None)
    assert owner.post(f"/v1/tax-forms/{made['id']}/confirmation").status_code == 403
    assert stranger.post(path, json=declared).status_code == 404
    assert stranger.get(path).status_code == 404
    assert [x["id"] for x in administrator.get("/v1/tax-forms?is_waiting=true").get_json()["items"]] == [made["id"]]
    assert stranger.get("/v1/tax-forms").get_json()["items"] == []
    confirmed = administrator.post(f"/v1/tax-forms/{made['id']}/confirmation")
    assert (confirmed.status_code, confirmed.get_json()["confirmed_at"]) == (200, "2026-06-01T09:00:00Z")
    assert administrator.get("/v1/tax-forms?is_waiting=true").get_json()["items"] == []
    assert [x["id"] for x in owner.get("/v1/tax-forms?is_waiting=false").get_json()["items"]] == [made["id"]]
    assert [item["id"] for item in owner.get(path).get_json()["items"]] == [made["id"]]
    wrong = owner.post(path, json=declared | {"country": "XX"})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["pointer"]) == (422, "/country")
    wrong = owner.post(path, json=declared | {"country": "US"})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["pointer"]) == (422, "/kind")
    revoked = owner.post(f"/v1/tax-forms/{made['id']}/revocation", json={"reason": "Has moved abroad."})
    assert (revoked.status_code, revoked.get_json()["revoked_at"]) == (200, "2026-06-01T09:00:00Z")
