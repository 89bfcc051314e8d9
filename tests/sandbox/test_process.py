"""The process itself: starting, ending, being killed; who may come in; the clock; and the pages."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import stripe

from tests.sandbox.conftest import client_of, wait_until
from tests.sandbox.steps import holds, new_account, new_link, new_session, paid_charge, ready_account
from tests.simulators.sandbox import ROOT, SandboxProcess


def test_it_ends_cleanly_when_told(tmp_path: Path) -> None:
    sandbox = SandboxProcess(store=tmp_path / "store.sqlite3")
    sandbox.start()
    client_of(sandbox).v1.topups.create({"amount": 100, "currency": "usd"})
    assert sandbox.stop() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["store.sqlite3"], "nothing is left in a write-ahead log"


def test_one_store_serves_one_process(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    with SandboxProcess(store=store), pytest.raises(RuntimeError, match="did not start"):
        SandboxProcess(store=store).start()


def test_it_ends_with_its_parent() -> None:
    parent = "from tests.simulators.sandbox import SandboxProcess as S; s = S(); s.start(); print(s.url)"
    started = subprocess.run(
        [sys.executable, "-c", parent], capture_output=True, text=True, timeout=30, cwd=ROOT, check=True
    )

    def is_there() -> bool:
        try:
            urllib.request.urlopen(started.stdout.strip(), timeout=5).close()  # noqa: S310
        except OSError:
            return False
        return True

    wait_until(is_there, lambda there: not there)


def test_what_was_answered_survives_being_killed(tmp_path: Path) -> None:
    with SandboxProcess(store=tmp_path / "store.sqlite3") as sandbox:
        client = client_of(sandbox)
        estate, charge = ready_account(sandbox, client), paid_charge(sandbox, client)
        transfer = client.v1.transfers.create(
            {"amount": 700, "currency": "usd", "destination": estate, "source_transaction": charge.id}
        )
        books = sandbox.control("books")
        sandbox.kill()
        sandbox.start()
        assert client.v1.transfers.retrieve(transfer.id).amount == 700
        assert sandbox.control("books") == books


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x", "pk_test_x", "nonsense"])
def test_only_test_keys_come_in(sandbox: SandboxProcess, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError) as refusal:
        client_of(sandbox, key=key).v1.balance.retrieve()
    assert ("live" in str(refusal.value)) is ("live" in key)


def test_another_api_version_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="speaks 2026"):
        client.v1.balance.retrieve({}, {"stripe_version": "2024-06-20"})


def test_what_is_not_there_says_so(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.coupons.list()
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.retrieve("tr_nobody")
    assert (refusal.value.code, refusal.value.http_status) == ("resource_missing", 404)


def test_lists_page_in_both_directions(client: stripe.StripeClient) -> None:
    made = [client.v1.topups.create({"amount": 1_000 + n, "currency": "dkk"}).id for n in range(5)]
    newest = client.v1.topups.list({"limit": 2})
    assert ([one.id for one in newest.data], newest.has_more) == ([made[4], made[3]], True)
    older = client.v1.topups.list({"limit": 2, "starting_after": made[3]})
    assert [one.id for one in older.data] == [made[2], made[1]]
    newer = client.v1.topups.list({"limit": 2, "ending_before": made[1]})
    assert [one.id for one in newer.data] == [made[3], made[2]]
    assert [one.id for one in client.v1.topups.list({"limit": 2}).auto_paging_iter()][:5] == made[::-1]
    first = client.v1.topups.retrieve(made[0])
    assert client.v1.topups.list({"created": {"lt": first.created - 86_400}}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.topups.list({"limit": 101})


def test_money_is_pending_until_its_day_comes() -> None:
    with SandboxProcess(fast=False) as sandbox:
        client = client_of(sandbox)
        estate, charge = ready_account(sandbox, client), paid_charge(sandbox, client, amount=10_000)
        assert holds(client) == (0, 9_680)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.transfers.create({"amount": 100, "currency": "usd", "destination": estate})
        assert refusal.value.code == "balance_insufficient"
        client.v1.transfers.create(
            {"amount": 4_000, "currency": "usd", "destination": estate, "source_transaction": charge.id}
        )
        assert holds(client, account=estate) == (0, 4_000)
        assert client.v1.balance_transactions.retrieve(str(charge.balance_transaction)).status == "pending"
        sandbox.control("advance", {"seconds": 2 * 86_400})
        assert holds(client) == (5_680, 0)
        assert holds(client, account=estate) == (4_000, 0)
        assert client.v1.balance_transactions.retrieve(str(charge.balance_transaction)).status == "available"


def test_the_clock_ends_what_waits() -> None:
    with SandboxProcess(fast=False) as sandbox:
        client = client_of(sandbox)
        waiting, debited = new_session(client), new_session(client)
        link = new_link(client, new_account(client).id)
        sandbox.pay(debited.url or "", "later")
        sandbox.control("advance", {"seconds": 86_401})
        assert client.v1.checkout.sessions.retrieve(waiting.id).status == "expired"
        assert client.v1.checkout.sessions.retrieve(debited.id).payment_status == "paid"
        assert sandbox.onboard(link.url) == "https://shop.example/refresh"


def fetch(url: str) -> tuple[str, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
        return answer.read().decode(), answer.headers["Content-Security-Policy"]


def test_the_overview_shows_where_the_money_went(sandbox: SandboxProcess, client: stripe.StripeClient) -> None:
    estate = ready_account(sandbox, client, name="Estate of <Ada> & Quill")
    charge = paid_charge(sandbox, client, amount=1_234_567, currency="jpy")
    client.v1.transfers.create(
        {"amount": 34_567, "currency": "jpy", "destination": estate, "source_transaction": charge.id}
    )
    page, policy = fetch(sandbox.url)
    assert "Estate of &lt;Ada&gt; &amp; Quill" in page
    assert "1,234,567 JPY" in page
    assert "34,567 JPY" in page
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script|<style|style=|https?://(?!127)", page), "nothing inline, nothing from elsewhere"


def test_the_pay_page_may_lead_back_to_the_shop_and_nowhere_else(
    sandbox: SandboxProcess, client: stripe.StripeClient
) -> None:
    session = new_session(client, amount=123_456)
    page, policy = fetch(session.url or "")
    assert "1,234.56 USD" in page
    assert "License fee" in page
    assert "form-action 'self' https://shop.example" in policy
    sandbox.pay(session.url or "")
    assert "This is paid." in fetch(session.url or "")[0]


def test_the_control_api_takes_no_form(sandbox: SandboxProcess) -> None:
    call = urllib.request.Request(f"{sandbox.url}/_control/advance", data=b"seconds=5")  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(call, timeout=10)  # noqa: S310
    with refusal.value:
        assert refusal.value.code == 400
    for path, body in (("misbehave", {"answer": "explode"}), ("advance", {"seconds": -1}), ("payouts/po_x", {})):
        with pytest.raises(RuntimeError, match="400"):
            sandbox.control(path, body)
