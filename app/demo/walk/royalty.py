"""A quarter's sales, the royalty on them, and the money in two heirs' accounts."""

import gzip
import hashlib
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from importlib.resources import files
from typing import Any

from app.demo.http import Client, NotSeen, expect, wait_until
from app.demo.walk.bargain import ledger
from app.demo.walk.road import Road

QUARTER_REPORTED = datetime(2026, 10, 12, 9, tzinfo=UTC)
MAPPING = {
    "701001": {"item": "base_game", "media": "game.scripted_performance"},
    "701002": {"item": "last_lantern", "media": "game.scripted_performance"},
    "701003": {"item": "voice_pack", "media": "game.scripted_performance"},
    "701004": {"left_out": "The soundtrack album contains no narration."},
}


def open_accounts(road: Road) -> None:
    """Both heirs tell the payment provider where to pay."""
    with road.narrator.step("Both heirs open an account with the payment provider"):
        for heir, party_id in zip(road.heirs, road.heir_party_ids, strict=True):
            path = f"/v1/parties/{party_id}/connected-account"
            heir.post(path, {"return_path": "/"}, status=202)
            road.onboard(wait_until(partial(_link, heir, path), "the onboarding link"))
            wait_until(partial(_is_active, heir, path), "the active account")


def _link(heir: Client, path: str) -> str | None:
    link: str | None = heir.get(path)["onboarding_url"]
    return link


def _is_active(heir: Client, path: str) -> bool:
    return bool(heir.get(path)["status"] == "active")


def report_sales(road: Road) -> None:
    """The store's own export, 40,000 rows, unpacked and otherwise as it is."""
    say = road.narrator
    road.move_clock(QUARTER_REPORTED)
    export = gzip.decompress(_data("steam_2026q3.csv.gz"))
    with say.step("The quarter is over. A wrong row is refused with its line number, and nothing is stored"):
        lines = export.split(b"\r\n")
        lines[20_003] = lines[20_003].replace(b",Steam,", b",Steam,,", 1)
        refused = _upload(road, b"\r\n".join(lines), status=422)
        expect("20004" in json.dumps(refused), f"the refusal names line 20004: {refused}")
        expect(not road.studio.get(_reports(road))["items"], "nothing is half stored")
        say.say(refused["errors"][0]["detail"])
    with say.step("The store's export as it is: 40,000 rows, 14 territories, returns and activations"):
        report = road.made["report"] = _upload(road, export, status=201)
        say.say(f"{report['row_count']:,} rows read, {report['line_count']:,} lines kept")
    with say.step("The sums per item are the store's own, to the cent"):
        _compare_sums(report)
        royalty, platform = report["royalty_minor"] / 100, report["platform_fee_minor"] / 100
        say.say(f"2.5 % of net receipts: royalty ${royalty:,.2f}, of which the platform ${platform:,.2f}")


def pay_royalty(road: Road) -> None:
    """Statement, split and transfers."""
    say = road.narrator
    report = road.made["report"]
    with say.step("The studio pays what the report comes to"):
        charge = next(c for c in road.studio.get("/v1/charges")["items"] if report["id"] in c["reference"])
        expect(charge["amount_minor"] == report["charged_minor"], "the charge is what the report says")
        road.pay(charge["id"])
    with say.step("The royalty run issues the estate's statement; each line leads to the rows of the report"):
        run = road.administrator.post("/v1/royalty-runs", {"period": "2026-Q3"})
        expect(len(run["statements"]) == 1, "one statement per estate")
        statement_path = f"/v1/statements/{run['statements'][0]['id']}"
        statement = road.made["statement"] = road.estate.get(statement_path)
        document = road.estate.download(f"{statement_path}/document").content
        digest = hashlib.sha256(document).hexdigest()
        expect(digest == statement["statement"]["sha256"], "the statement is frozen under its hash")
        _trace(road, statement_path)
    with say.step("Two heirs, 60 and 40 %, to the cent; a transfer reaches both accounts"):
        shares = _sent_shares(road, statement_path)
        paid = [
            sum(s["amount_minor"] for s in shares if s["beneficiary_party_id"] == p) for p in road.heir_party_ids
        ]
        payable = statement["statement"]["payable_minor"]
        expect(sum(paid) == payable, f"the parts {paid} add up to {payable}")
        for party_id, amount in zip(road.heir_party_ids, paid, strict=True):
            expect(road.held_at_provider(party_id) == amount, f"the provider holds {amount} for {party_id}")
        say.say(f"${paid[0] / 100:,.2f} + ${paid[1] / 100:,.2f} = ${payable / 100:,.2f}")
    with say.step("Nothing is owed any more, and the ledger balances"):
        books = ledger(road)
        owed = [books.get(f"{kind}/{party}/payable", 0) for kind, party in _creditors(road)]
        expect(not any(owed), f"nobody is owed anything: {owed}")


def report_late(road: Road) -> None:
    """Money owed outlives the license."""
    say = road.narrator
    with say.step("A late usage report is still accepted, charged and paid"):
        export = gzip.decompress(_data("steam_2026q3.csv.gz")).split(b"\r\n")
        late = b"\r\n".join(line.replace(b"2026-07-", b"2026-11-", 1) for line in export[:504])
        report = _upload(road, late + b"\r\n", status=201, first="2026-10-01", last="2026-12-31")
        charge = next(c for c in road.studio.get("/v1/charges")["items"] if report["id"] in c["reference"])
        road.pay(charge["id"])
        run = road.administrator.post("/v1/royalty-runs", {"period": "2026-Q4"})
        statement_path = f"/v1/statements/{run['statements'][0]['id']}"
        shares = _sent_shares(road, statement_path)
        total = sum(share["amount_minor"] for share in shares)
        expect(total == report["royalty_minor"] - report["platform_fee_minor"], "the late royalty was sent")
        say.say(f"${total / 100:,.2f} sent to the heirs after expiry")


def _upload(road: Road, content: bytes, *, status: int, first: str = "2026-07-01", last: str = "2026-09-30") -> Any:
    return road.studio.post(
        _reports(road),
        {
            "period_first_day": first,
            "period_last_day": last,
            "kind": "original",
            "layout": "steam",
            "mapping": json.dumps(MAPPING),
        },
        status=status,
        files={"file": ("steam_2026q3.csv", io.BytesIO(content), "text/csv")},
    )


def _reports(road: Road) -> str:
    return f"/v1/licenses/{road.made['license_id']}/usage-reports"


def _compare_sums(report: dict[str, Any]) -> None:
    expected = json.loads(_data("steam_2026q3_totals.json"))
    known = expected.get("steam_2026q3.csv", expected)
    sums = {row["item"]: row for row in report["totals"]["items"] if row["channel"] == "steam"}
    for product, mapped in MAPPING.items():
        if "item" not in mapped:
            continue
        want, have = known[product], sums[mapped["item"]]
        for name, minor in (("gross_less_returns_usd", "gross_minor"), ("net_usd", "net_minor")):
            expect(Decimal(want[name]) * 100 == have[minor], f"{product} {name}: {want[name]} and {have[minor]}")
        expect(want["net_units"] == have["units"], f"{product}: {want['net_units']} and {have['units']} units")


def _trace(road: Road, statement_path: str) -> None:
    """Follow one royalty line to its report lines and add them up."""
    for line in road.estate.get(f"{statement_path}/lines", limit=100)["items"]:
        if line["kind"] != "royalty":
            continue
        found, cursor = 0, dict[str, Any]()
        while True:
            page = road.estate.get(f"{statement_path}/lines/{line['id']}/report-lines", limit=100, **cursor)
            found += sum(traced["net_minor"] for traced in page["items"])
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        expect(
            found == line["basis_minor"],
            f"line {line['number']} traces to its rows: {found}, {line['basis_minor']}",
        )
        road.narrator.say(
            f"{line['item']} in {line['territory']}, {line['month']}: ${line['basis_minor'] / 100:,.2f} of net "
            f"receipts → ${line['amount_minor'] / 100:,.2f}"
        )
        return
    raise NotSeen("the statement has no royalty line")


def _sent_shares(road: Road, statement_path: str) -> list[dict[str, Any]]:
    def sent() -> list[dict[str, Any]] | None:
        shares: list[dict[str, Any]] = road.estate.get(statement_path)["shares"]
        return shares if shares and all(share["status"] == "sent" for share in shares) else None

    return wait_until(sent, "the transfers to the heirs")


def _creditors(road: Road) -> list[tuple[str, str]]:
    heirs = [("beneficiary", party_id) for party_id in road.heir_party_ids]
    return [("licensor", road.estate_party_id), *heirs]


def _data(name: str) -> bytes:
    return (files("app.demo") / "data" / name).read_bytes()
