"""From a request to a paid license."""

import hashlib
from typing import Any

from app.demo.http import expect, wait_until
from app.demo.walk import paper
from app.demo.walk.road import Road

MOST_LINES = 1_400
"""That the deal allows."""

FIRST_DAY, LAST_DAY, ZONE = "2026-06-15", "2026-12-31", "America/New_York"
INTENDED_USE = (
    "The narrator of the adventure game Harbor of Echoes: about 1,400 lines of written narration between chapters, "
    "recorded once, approved line by line before release, in the base game and its two expansions."
)


def terms(*, territory: str, fee_minor: int, rate_bps: int) -> dict[str, Any]:
    """Return the terms that the two sides bargain about in the walk."""
    return {
        "term": {"first_day": FIRST_DAY, "last_day": LAST_DAY, "zone": ZONE},
        "grants": [
            {
                "component": "voice",
                "axes": ["scripted"],
                "media": ["game.scripted_performance"],
                "territory": territory,
            }
        ],
        "fee": {"amount_minor": fee_minor, "currency": "USD"},
        "royalty": {"basis": "net_receipts", "rate_bps": rate_bps, "currency": "USD"},
        "caps": [{"unit": "lines", "most": MOST_LINES, "component": "voice"}],
        "survival": {"preset": "game"},
        "guard_list": ["tobacco", "political_endorsement"],
        "tolling": {"is_allowed": True, "most_days": 30},
        "wind_down": {
            "days": 30,
            "steps": [{"step": "Take the narrator out of the game", "within_days": 14, "needs_evidence": True}],
        },
        "delivery": "export",
        "disclosure_label": "Digital replica, used with permission of the Estate of Marlowe Quist",
        "public_record": ["performer", "production", "term"],
        "credit_line": "Narrated with the voice of Marlowe Quist",
    }


def sign(road: Road) -> None:
    """Request, counteroffer, acceptance by number and hash."""
    say = road.narrator
    production = road.studio.post("/v1/productions", {"title": "Harbor of Echoes", "kind": "game"})
    request = {"package_id": road.made["package_id"], "production_id": production["id"]}
    offered = terms(territory="+WORLD -US", fee_minor=1_000_000, rate_bps=200)
    with say.step("A request with a boilerplate purpose is refused, with the rule and its citation"):
        vague = road.studio.post(
            "/v1/negotiations",
            request | {"intended_use": "Any and all uses.", "terms": offered},
            status=422,
        )
        say.say(vague["detail"])
    with say.step("With a specific one it reaches the estate: +WORLD -US, $10,000 and 2 %"):
        negotiation = road.studio.post(
            "/v1/negotiations", request | {"intended_use": INTENDED_USE, "terms": offered}
        )
        road.made["negotiation_id"] = negotiation["id"]
    path = f"/v1/negotiations/{negotiation['id']}"
    with say.step("The estate counters: the US too, not China, $12,500 and 2.5 %"):
        counter = road.estate.post(
            f"{path}/offers",
            {
                "terms": terms(territory="+WORLD -CN", fee_minor=1_250_000, rate_bps=250),
                "message": "The US is where he is remembered; include it.",
            },
        )
        for change in road.studio.get(f"{path}/offers/1/difference/2")["changes"]:
            if change["pointer"].endswith(("expression", "amount_minor", "rate_bps")):
                say.say(f"{change['pointer']}: {change['before']} → {change['after']}")
    with say.step("What the counteroffer comes to is asked of the engine that later bills"):
        paper.ask_what_it_comes_to(road, path)
    with say.step("They comment on the fee, and agree on the royalty as it stands"):
        paper.agree_on_royalty(road, path, counter)
    with say.step("The studio accepts offer 2 by number and hash; the first offer or another hash is refused"):
        for wrong in ({"offer_number": 1, "terms_sha256": negotiation["latest_offer"]["terms_sha256"]},
                      {"offer_number": 2, "terms_sha256": "0" * 64}):  # fmt: skip
            road.studio.post(f"{path}/acceptance", wrong, status=409)
        deal = road.studio.post(f"{path}/acceptance", {"offer_number": 2, "terms_sha256": counter["terms_sha256"]})
        hashed = hashlib.sha256(deal["terms_json"].encode()).hexdigest()
        expect(hashed == deal["terms_sha256"] == counter["terms_sha256"], "the terms have the hash accepted")
        road.made |= {"license_id": deal["license_id"], "deal": deal}
        say.say(f"Executed terms, immutable: sha-256 {hashed[:16]}…")


def pay_fee(road: Road) -> None:
    """The fee through the payment page; a signed webhook makes the license active."""
    say = road.narrator
    license_path = f"/v1/licenses/{road.made['license_id']}"
    license = road.studio.get(license_path)
    expect(license["standing"] == "UNPAID", "before payment the license is unpaid")
    with say.step("The studio pays the fee on the payment page; a signed webhook activates the license"):
        charge = road.pay(license["fee_charge_id"])
        active = wait_until(
            lambda: (found := road.studio.get(license_path))["status"] == "active" and found, "the active license"
        )
        expect(charge["amount_minor"] == 1_250_000, "the charge is the fee")
        expect(active["activated_at"] is not None, "the license says since when it is active")
    with say.step("The ledger holds the fee, the platform's part and what the estate is owed, and balances"):
        books = ledger(road)
        expect(books["platform/platform_fees"] == -125_000, "the platform earned 10 %")
        expect(books[f"licensor/{road.estate_party_id}/payable"] == -1_125_000, "the estate is owed the rest")
        say.say("Fee $12,500.00 = platform $1,250.00 + estate $11,250.00")


def ledger(road: Road) -> dict[str, int]:
    """Return the balances in dollars' cents by account; checks that all together are zero."""
    found = road.administrator.get("/v1/ledger")
    expect(set(found["trial_balance"].values()) <= {0}, f"the ledger balances: {found['trial_balance']}")
    return {row["account"]: row["amount_minor"] for row in found["accounts"] if row["currency"] == "USD"}
