"""A license: how it stands, what may be done, its files, its credential, its payment, its reports."""

import io
from datetime import timedelta

import jwt
import pytest

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from app.payments.models import Charge
from app.payments.queries import charge_by_reference
from app.values.term import Term
from app.web.account.licenses import term_bar
from tests.factories.catalog import WAVE
from tests.factories.changes import hand_on
from tests.factories.dues import SECOND_FEE_AT, make_license_in_parts, run_charge_due
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    STARTS_AT,
    TICK,
    USE,
    Licensed,
    make_license,
    make_unpaid_license,
)
from tests.factories.royalties import pay, steam_file
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting
from tests.web.person import HTML, Person, form_to


@pytest.fixture
def licensed(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_license(session, services.store)


def _ask(person: Person, licensed: Licensed, **use: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in (USE | use).items())
    page = person.read(f"/licenses/{licensed.id}?{query}")
    return page.split('id="decision"', 1)[1].split("</section>", 1)[0]


def test_what_a_license_page_says_follows_the_clock(
    visiting: Visiting, licensed: Licensed, clock: FrozenClock
) -> None:
    studio, address = visiting(licensed.licensee), f"/licenses/{licensed.id}"
    assert "The license begins in 13 days" in studio.read(address)
    assert "NOT_STARTED" in _ask(studio, licensed)
    clock.move_to(STARTS_AT)
    assert "ALLOWED" in _ask(studio, licensed)
    clock.move_to(ENDS_AT - TICK)
    assert "The license ends within the hour" in studio.read(address)
    assert "ALLOWED" in _ask(studio, licensed)
    clock.move_to(ENDS_AT)
    assert "The license ended" in studio.read(address)
    assert "EXPIRED" in _ask(studio, licensed)
    assert "ALLOWED" in _ask(studio, licensed, action="distribute")


@pytest.mark.parametrize(
    ("use", "code"),
    [
        ({"territory": "CN"}, "TERRITORY_NOT_GRANTED"),
        ({"media": "game.trailer"}, "MEDIA_NOT_GRANTED"),
        ({"component": "face"}, "COMPONENT_NOT_GRANTED"),
        ({"axis": "realtime"}, "AXIS_NOT_CONSENTED"),
    ],
)
def test_no_comes_with_its_code(
    visiting: Visiting, licensed: Licensed, clock: FrozenClock, use: dict[str, str], code: str
) -> None:
    clock.move_to(DURING)
    for side in (licensed.licensee, licensed.licensor):
        answer = _ask(visiting(side), licensed, **use)
        assert code in answer
        assert ">No <" in answer


@pytest.mark.parametrize(
    "use", [{"territory": "Mars"}, {"component": "soul"}, {"media": "game"}, {"action": "sing"}]
)
def test_a_use_that_cannot_be_read_is_explained(
    visiting: Visiting, licensed: Licensed, use: dict[str, str]
) -> None:
    assert 'class="notice bad"' in _ask(visiting(licensed.licensee), licensed, **use)


def test_the_six_clocks_are_told(visiting: Visiting, licensed: Licensed) -> None:
    page = visiting(licensed.licensee).read(f"/licenses/{licensed.id}")
    for clock in ("Making something new", "Finished work", "Models and scans", "Exclusivity", "Audit"):
        assert f"<dt>{clock}</dt>" in page
    assert "Distributing what was released during the term goes on after the end." in page
    assert "None: others may license the same." in page


def test_files_leave_while_the_license_stands_and_not_an_instant_longer(
    visiting: Visiting, licensed: Licensed, clock: FrozenClock
) -> None:
    studio, address = visiting(licensed.licensee), f"/licenses/{licensed.id}/files"
    clock.move_to(DURING)
    page = studio.get(address)
    file = studio.done(page, "/files")
    fetched = studio.get(file)
    assert fetched.data.startswith(WAVE)
    assert "attachment" in fetched.headers["Content-Disposition"]
    clock.move_to(ENDS_AT)
    assert studio.get(file).status_code == 409
    refused = studio.send(page, "/files", _idempotency_key="another")
    assert refused.status_code == 409
    assert "ended at" in refused.text
    assert "<h1>Files</h1>" in refused.text
    assert "Download" not in studio.read(address)


def test_files_are_in_one_place(visiting: Visiting, licensed: Licensed, clock: FrozenClock) -> None:
    clock.move_to(DURING)
    studio, address = visiting(licensed.licensee), f"/licenses/{licensed.id}"
    files = f'href="{address}/files"'
    assert studio.read(address).count(files) == 2
    assert "Download" not in studio.read(address)
    assert "Download" in studio.read(f"{address}/files")
    assert "Download" not in visiting(licensed.licensor).read(f"{address}/files")


def test_a_delivery_is_for_the_licensee_alone(
    visiting: Visiting, licensed: Licensed, clock: FrozenClock, stranger: Actor
) -> None:
    clock.move_to(DURING)
    studio = visiting(licensed.licensee)
    file = studio.done(studio.get(f"/licenses/{licensed.id}/files"), "/files")
    for other in (licensed.licensor, stranger):
        assert visiting(other).get(file).status_code == 404


def test_a_credential_is_shown_and_holds(visiting: Visiting, licensed: Licensed, clock: FrozenClock) -> None:
    studio = visiting(licensed.licensee)
    clock.move_to(DURING)
    page = studio.send(studio.get(f"/licenses/{licensed.id}"), "/credential#credential")
    assert page.status_code == 200
    token = page.text.split('id="token"', 1)[1].split(">", 1)[1].split("<", 1)[0]
    key = jwt.PyJWKSet.from_dict(studio.client.get("/.well-known/jwks.json").get_json())
    verifying = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    public = key[jwt.get_unverified_header(token)["kid"]]
    mine = licensed.licensee.party_id
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=mine, options=verifying)  # type: ignore[arg-type]
    assert claims["sub"] == licensed.id


def test_a_suspension_is_told_to_both_sides(visiting: Visiting, licensed: Licensed, clock: FrozenClock) -> None:
    clock.move_to(DURING)
    estate, studio, address = visiting(licensed.licensor), visiting(licensed.licensee), f"/licenses/{licensed.id}"
    page = f"{address}/standing"
    assert estate.send(estate.get(page), "/standing", reason="", action="suspend").status_code == 422
    assert estate.done(estate.get(page), "/standing", reason="Unpaid patch.", action="suspend") == page
    assert "Unpaid patch." in studio.read(address)
    assert "SUSPENDED" in _ask(studio, licensed)
    assert 'action="suspend"' not in studio.read(page)
    token = form_to(studio.get(address), "/sign-out").values["csrf_token"]
    forged = {"csrf_token": token, "_idempotency_key": "x", "action": "reinstate", "reason": "Please."}
    assert studio.client.post(f"{address}/standing", data=forged, headers=HTML).status_code == 404


def test_an_unpaid_license_leads_to_the_payment_page(
    visiting: Visiting, database: Database, services: Services
) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store)
    studio, address = visiting(made.licensee), f"/licenses/{made.id}"
    assert "is being prepared" in studio.read(address)
    with database.write() as session:
        charge = charge_by_reference(session, f"license/{made.id}/fee", lock=True)
        assert charge is not None
        charge.status, charge.checkout_url = "open", "https://pay.example/cs_1"  # type: ignore[assignment]
    assert 'href="https://pay.example/cs_1"' in studio.read(address)
    assert 'href="https://pay.example/cs_1"' in studio.read("/payments")
    assert "https://pay.example/cs_1" not in visiting(made.licensor).read(address)
    assert "$12,500.00" in studio.read("/")
    with database.write() as session:
        charge = session.get_one(Charge, charge.id)
        charge.status, charge.checkout_url = "failed", None  # type: ignore[assignment]
    assert studio.done(studio.get(address), charge.id) == address
    assert "is being prepared" in studio.read(address)


def test_parts_of_the_fee_stand_with_the_license_and_are_paid_from_there(
    visiting: Visiting, database: Database, services: Services, clock: FrozenClock
) -> None:
    with database.write() as session:
        made = make_license_in_parts(session, services.store)
        for part in ("fee", "advance/1"):
            pay(session, f"license/{made.id}/{part}", at=clock.now())
    studio, estate, address = visiting(made.licensee), visiting(made.licensor), f"/licenses/{made.id}"
    clock.move_to(SECOND_FEE_AT + timedelta(days=1))
    run_charge_due(services)
    for person in (studio, estate):
        table = person.read(address).split('id="dues"', 1)[1].split("</table>", 1)[0]
        assert "License fee, part 2 of 3" in table
        assert [table.count(f">{word}</span>") for word in ("paid", "overdue", "to come")] == [2, 1, 2]
    with database.write() as session:
        charge = charge_by_reference(session, f"license/{made.id}/fee/2", lock=True)
        assert charge is not None
        charge.status, charge.checkout_url = "open", "https://pay.example/cs_2"  # type: ignore[assignment]
    assert 'href="https://pay.example/cs_2"' in studio.read(address)
    assert "https://pay.example/cs_2" not in estate.read(address)
    assert "License fee, part 2 of 3" in studio.read("/payments")


def test_who_was_asked_for_a_part_pays_it_also_after_an_assignment(
    visiting: Visiting, database: Database, services: Services, clock: FrozenClock
) -> None:
    with database.write() as session:
        made = make_license_in_parts(session, services.store, assignment="with_consent")
        for part in ("fee", "advance/1"):
            pay(session, f"license/{made.id}/{part}", at=clock.now())
    clock.move_to(SECOND_FEE_AT)
    run_charge_due(services)
    with database.write() as session:
        deal_id = license_of(session, made.id).latest.deal_id
        buyer = hand_on(session, made.licensee, made.licensor, deal_id, at=clock.now())
        charge = charge_by_reference(session, f"license/{made.id}/fee/2", lock=True)
        assert charge is not None
        charge.status, charge.checkout_url = "open", "https://pay.example/cs_2"  # type: ignore[assignment]
    page = visiting(buyer).read(f"/licenses/{made.id}")
    assert "https://pay.example/cs_2" not in page
    assert "The licensee before you was asked to pay it." in page
    assert 'href="https://pay.example/cs_2"' in visiting(made.licensee).read("/payments")


REPORT = {
    "layout": "steam", "kind": "original", "period_first_day": "2026-07-01", "period_last_day": "2026-09-30",
    "product": ["701002", "", "", "", "", ""], "item": ["chapter_one", "", "", "", "", ""],
}  # fmt: skip


def test_a_report_is_taken_whole_and_also_after_the_end(
    visiting: Visiting, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT)
    studio, address = visiting(licensed.licensee), f"/licenses/{licensed.id}/report"
    file = (io.BytesIO(steam_file({}, {"Country Code": "FR", "Country": "France"})), "steam_2026q3.csv")
    assert studio.done(studio.get(address), "/report", file=file, **REPORT) == address
    page = studio.get(address)
    assert "2 lines" in page.text
    assert "steam_2026q3.csv" in page.text
    assert form_to(page, "/report").values["item"][0] == "chapter_one"


def test_wrong_rows_are_named_and_nothing_is_kept(
    visiting: Visiting, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT)
    studio, address = visiting(licensed.licensee), f"/licenses/{licensed.id}/report"
    file = (io.BytesIO(steam_file({}, {"Date": "yesterday"})), "steam.csv")
    answer = studio.send(studio.get(address), "/report", file=file, **REPORT)
    assert answer.status_code == 422
    alert = answer.text.split('role="alert"', 1)[1].split("</div>", 1)[0]
    assert "Line 6" in alert
    assert "yesterday" in alert
    assert form_to(answer, "/report").values["product"][0] == "701002"
    assert "Nothing yet" in studio.read(address)
    missing = studio.send(studio.get(address), "/report", **REPORT)
    assert "Choose the store&#39;s export to send." in missing.text


def test_the_bar_of_a_term() -> None:
    term = Term(STARTS_AT, ENDS_AT)
    middle = STARTS_AT + (ENDS_AT - STARTS_AT) / 2
    assert [term_bar(term, at).gone for at in (STARTS_AT - TICK, STARTS_AT, middle, ENDS_AT)] == [0, 0, 500, 1000]
    assert [term_bar(term, at).is_over for at in (ENDS_AT - TICK, ENDS_AT)] == [False, True]
