"""Administrators see where every cent is; nobody else does."""

from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from tests.factories.identity import caller_for
from tests.factories.ledger import book_fee
from tests.factories.parties import make_actor, make_administrator


def test_an_administrator_sees_every_account(database: Database, client: FlaskClient) -> None:
    with database.write() as session:
        book_fee(session)
        administrator = caller_for(session, client, make_administrator(session))
        member = caller_for(session, client, make_actor(session))
    assert administrator.get("/v1/ledger").json == {
        "accounts": [
            {"account": "licensee/pty_studio/receivable", "amount_minor": -100_00, "currency": "USD"},
            {"account": "platform/processor_fees", "amount_minor": 10_00, "currency": "USD"},
            {"account": "platform/stripe_balance", "amount_minor": 90_00, "currency": "USD"},
        ],
        "trial_balance": {"USD": 0},
    }
    assert member.get("/v1/ledger").status_code == 403
    assert client.get("/v1/ledger").status_code == 401
