"""What terms come to before they are agreed: sums by hand, usual values, and that asking leaves nothing behind."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import Session, SQLModel

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.royalties.projecting.service import Usage, project_negotiation
from app.royalties.states import Figure
from app.values.errors import NotFound
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import (
    deal_terms,
    every_term,
    make_counter,
    make_request,
    make_sides,
)
from tests.factories.parties import make_actor
from tests.support.clock import START

PLAIN_USAGE = {"units": 300, "net_price_minor": 10_00}
TERM_OF_A_YEAR = {"first_day": "2027-01-01", "last_day": "2027-12-31", "zone": "UTC"}


@dataclass(frozen=True)
class Stage:
    licensor: Caller
    licensee: Caller
    stranger: Caller
    path: str
    negotiation_id: str


@pytest.fixture
def stage(database: Database, services: Services, client: FlaskClient) -> Stage:
    with database.write() as session:
        sides = make_sides(session, services.store)
        talks = make_request(session, sides, term=TERM_OF_A_YEAR)

        def caller(actor: Any) -> Caller:
            return caller_for(session, client, actor)

        return Stage(
            caller(sides.licensor), caller(sides.studio), caller(make_actor(session)),
            f"/v1/negotiations/{talks.id}/projections", talks.id,
        )  # fmt: skip


def test_an_empty_question_is_answered(stage: Stage) -> None:
    answer = stage.licensee.post(stage.path, json={})
    assert answer.status_code == 200, answer.get_json()
    found = answer.get_json()
    assert found["assumed"] == {"units": 1_000, "net_price_minor": 20_00, "deductions_bps": 0, "growth_bps": 0}
    total = found["after"]["total"]
    assert (len(found["after"]["periods"]), total["royalties_minor"]) == (4, 4 * 1_000 * 20_00 * 250 // 10_000)
    assert [row["difference_minor"] for row in found["differences"]] == [0] * len(found["differences"])
    assert {row["sentence"] for row in found["differences"]} == {None}


def test_a_proposal_is_compared_figure_by_figure(stage: Stage) -> None:
    """2.5 % of four quarters of 3,000.00, against 5 % with an advance, a floor and two thirds of the fee."""
    proposal = deal_terms(
        term=TERM_OF_A_YEAR,
        fee={"amount_minor": 1_000_000, "currency": "USD"},
        royalty={"rate_bps": 500, "currency": "USD"},
        advance={"amount_minor": 200_00},
        guarantee={"amount_minor": 1_000_00, "schedule": [{"test_on": "2027-12-31", "amount_minor": 1_000_00}]},
    )
    found = stage.licensor.post(stage.path, json={"terms": proposal, "usage": PLAIN_USAGE}).get_json()
    rows = {row["figure"]: (row["before_minor"], row["after_minor"]) for row in found["differences"]}
    assert rows == {
        "net_to_licensor": (1_150_000 + 270_00 - 25_000, 900_000 + 900_00),
        "due_from_licensee": (1_250_000 + 300_00, 1_000_000 + 1_000_00),
        "platform_share": (125_000 + 30_00, 100_000 + 100_00),
        "fee": (1_250_000, 1_000_000),
        "advance": (0, 200_00),
        "guarantee": (0, 1_000_00),
        "royalties": (300_00, 600_00),
        "escalation": (0, 0),
        "reserve_held": (0, 0),
        "reserve_released": (0, 0),
        "recouped": (0, 200_00),
        "guarantee_top_up": (0, 400_00),
        "advance_repaid": (0, 0),
    }
    sentences = {row["figure"]: row["sentence"] for row in found["differences"]}
    assert sentences["net_to_licensor"] == "The licensor receives 1,620.00 USD less over the term."
    assert sentences["royalties"] == "Sales earn 300.00 USD more at their rates."
    assert sentences["advance_repaid"] is None
    quarters = found["after"]["periods"]
    assert [row["figures"]["due_from_licensee_minor"] for row in quarters] == [0, 100_00, 150_00, 550_00]
    assert quarters[-1]["figures"]["guarantee_top_up_minor"] == 400_00


def test_sales_grow_from_period_to_period_and_are_split(stage: Stage) -> None:
    usage = {
        "units": 100, "net_price_minor": 10_00, "growth_bps": 1_000, "deductions_bps": 2_000,
        "split": [
            {"share_bps": 7_500, "media": "game.scripted_performance", "territory": "US"},
            {"share_bps": 2_500, "media": "game.scripted_performance", "territory": "DE"},
        ],
    }  # fmt: skip
    royalty = {"rate_bps": 1_000, "currency": "USD", "basis": "gross_receipts",
               "rules": [{"territory": "+DE", "rate_bps": 2_000}]}  # fmt: skip
    proposal = deal_terms(term=TERM_OF_A_YEAR, royalty=royalty)
    found = stage.licensee.post(stage.path, json={"terms": proposal, "usage": usage}).get_json()
    royalties = [row["figures"]["royalties_minor"] for row in found["after"]["periods"]]
    # 100, 110, 121 and 133 units; a month's 34, 33 and 33 are split into 26 and 8, 25 and 8, 25 and 8
    assert royalties[0] == (76 * 12_50 * 1_000 + 24 * 12_50 * 2_000) // 10_000
    assert all(later > before for before, later in pairwise(royalties))


def test_everything_that_can_be_agreed_can_be_projected(stage: Stage) -> None:
    found = stage.licensee.post(stage.path, json={"terms": every_term(), "usage": {"units": 30_000}}).get_json()
    total = found["after"]["total"]
    assert total["reserve_held_minor"] == total["reserve_released_minor"] > 0
    assert total["escalation_minor"] > 0
    assert found["after"]["fee"]["instalments"] == [
        {"amount_minor": 500_000, "due_on": None},
        {"amount_minor": 750_000, "due_on": "2026-09-01"},
    ]
    for figure, amount in total.items():
        assert amount == sum(row["figures"][figure] for row in found["after"]["periods"])


def test_offers_can_be_compared(session: Session, services: Services) -> None:
    sides = make_sides(session, services.store)
    talks = make_request(session, sides)
    make_counter(session, sides.licensor, talks, royalty={"rate_bps": 500, "currency": "USD"})
    ask = {"session": session, "actor": sides.licensor, "at": START, "negotiation_id": talks.id, "usage": Usage()}
    changed = {row.figure: row.difference_minor for row in project_negotiation(**ask, compare_to=1).differences}
    assert changed[Figure.ROYALTIES] > 0
    assert not any(row.difference_minor for row in project_negotiation(**ask).differences)
    with pytest.raises(NotFound):
        project_negotiation(**ask, compare_to=3)


def test_a_fee_in_another_currency_is_not_added_to_royalties(session: Session, services: Services) -> None:
    sides = make_sides(session, services.store)
    talks = make_request(session, sides, fee={"amount_minor": 500_000, "currency": "EUR"})
    found = project_negotiation(
        session=session, actor=sides.studio, at=START, negotiation_id=talks.id, usage=Usage(units=0)
    )
    due = {row.currency: row.after_minor for row in found.differences if row.figure is Figure.DUE_FROM_LICENSEE}
    assert due == {"EUR": 500_000, "USD": 0}


def test_asking_stores_nothing_and_needs_no_key(stage: Stage, database: Database) -> None:
    def everything() -> dict[str, int]:
        with database.read() as session:
            return {
                table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in SQLModel.metadata.sorted_tables
            }

    before = everything()
    answer = stage.licensee.post(stage.path, json={"terms": deal_terms()}, headers={"Idempotency-Key": ""})
    assert answer.status_code == 200
    assert everything() == before
    assert stage.stranger.post(stage.path, json={}).status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"usage": {"units": -1}}, "/usage/units"),
        ({"usage": {"deductions_bps": 10_000}}, "/usage/deductions_bps"),
        ({"usage": {"split": [{"share_bps": 1, "media": "game.trailer", "territory": "DE"}]}}, "/usage/split"),
        ({"usage": {"split": [{"share_bps": 10_000, "media": "game", "territory": "DE"}]}}, "/usage/split/0/media"),
        ({"usage": {"reports": [{"first_day": "2027-02-01", "last_day": "2027-01-01", "sales": []}]}},
         "/usage/reports/0/last_day"),
        ({"compare_to": 0}, "/compare_to"),
        ({"terms": deal_terms(royalty={"rate_bps": 250, "currency": "XXX"})}, "/terms/royalty/currency"),
        ({"terms": deal_terms(term={"first_day": "9990-01-01", "last_day": "2999-12-31", "zone": "UTC"})},
         "/terms/term/first_day"),
        ({"terms": deal_terms(term={"first_day": "2026-01-01", "last_day": "9999-12-30", "zone": "UTC"})},
         "/terms/term/last_day"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(stage: Stage, body: dict[str, Any], pointer: str) -> None:
    answer = stage.licensee.post(stage.path, json=body)
    assert answer.status_code == 422
    assert [problem["pointer"] for problem in answer.get_json()["errors"]] == [pointer]
