"""The contract on pages: its sides download it, anybody has it checked."""

import hashlib
import io
from typing import Any

import pytest

from app.infrastructure.db.database import Database
from app.negotiation.models import Deal
from app.web.storefront import contract_check
from tests.factories.negotiation import Sides, every_term, make_deal, proposed
from tests.web.conftest import Visiting
from tests.web.person import Person, form_to


@pytest.fixture
def deal(database: Database, sides: Sides) -> Deal:
    with database.write() as session:
        made = make_deal(session, sides)
        session.flush()
        session.expunge(made)
        return made


def downloaded(person: Person, path: str) -> bytes:
    with person.get(path) as answer:
        assert answer.status_code == 200
        return bytes(answer.data)


def sent(person: Person, **fields: Any) -> Any:
    values = form_to(person.get("/contract-check"), "/contract-check#answer").values
    return person.client.post("/contract-check", data={**values, **fields}, content_type="multipart/form-data")


def test_the_sides_find_the_contract_on_the_license_and_in_the_talks(
    visiting: Visiting, sides: Sides, deal: Deal
) -> None:
    for person in (visiting(sides.studio), visiting(sides.licensor)):
        for page in (f"/licenses/{deal.license_id}", f"/negotiations/{deal.negotiation_id}"):
            assert f"/deals/{deal.id}/contract.pdf" in person.read(page)
    studio = visiting(sides.studio)
    assert downloaded(studio, f"/deals/{deal.id}/contract.pdf").startswith(b"%PDF")
    assert deal.terms_sha256 in downloaded(studio, f"/deals/{deal.id}/contract.json").decode()


def test_anybody_has_a_contract_checked(visiting: Visiting, guest: Person, sides: Sides, deal: Deal) -> None:
    file = downloaded(visiting(sides.studio), f"/deals/{deal.id}/contract.pdf")
    document = downloaded(visiting(sides.studio), f"/deals/{deal.id}/contract.json")
    sha256 = hashlib.sha256(document).hexdigest()
    for answer in (
        sent(guest, file=(io.BytesIO(file), "contract.pdf")).text,
        sent(guest, sha256=sha256.upper()).text,
        guest.read(f"/contract-check/{sha256}"),
    ):
        assert ">Genuine<" in answer
        assert deal.id in answer
        assert sides.studio.party_id not in answer
        assert "Harbor" not in answer
    assert ">A changed copy<" in sent(guest, file=(io.BytesIO(file + b" "), "contract.pdf")).text
    assert ">Not known here<" in sent(guest, file=(io.BytesIO(b"<b>x</b>"), "<b>.pdf")).text
    assert ">Not known here<" in guest.read(f"/contract-check/{'0' * 64}")
    assert "Choose a file" in sent(guest, sha256="x").text


def test_who_has_signed_in_can_check_too(visiting: Visiting, sides: Sides) -> None:
    assert ">Not known here<" in sent(visiting(sides.studio), sha256="0" * 64).text


def test_a_file_beyond_the_limit_is_refused(guest: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract_check, "MOST_CHECKED_BYTES", 3000)
    assert sent(guest, file=(io.BytesIO(b"x" * 4000), "x.pdf")).status_code == 413


def test_the_talks_say_the_terms_in_the_words_of_the_contract(
    visiting: Visiting, sides: Sides, database: Database
) -> None:
    terms = every_term(grants=[])
    del terms["grants"]
    assert proposed(**terms)
    with database.write() as session:
        made = make_deal(session, sides, **terms)
        path = f"/negotiations/{made.negotiation_id}"
    page = visiting(sides.licensor).read(path).replace("\N{NO-BREAK SPACE}", " ")
    assert "12,500.00 USD, in two parts: 5,000.00 USD at signature" in page
    assert "The licensee may hand the license to another if the licensor consents to that very party." in page
    assert "No context is excluded" not in page
