"""The two sides change what they signed, from a day on."""

from app.demo.http import expect
from app.demo.walk.bargain import terms
from app.demo.walk.road import Road
from app.values.term import parse_instant

EFFECTIVE_ON = "2026-09-01"


def amend(road: Road) -> None:
    """Another credit line from a day to come; until then, the terms that were signed first."""
    say = road.narrator
    deal_id, license_path = road.made["deal"]["id"], f"/v1/licenses/{road.made['license_id']}"
    wanted = terms(territory="+WORLD -CN", fee_minor=1_250_000, rate_bps=250)
    with say.step(f"The estate asks for another credit line from {EFFECTIVE_ON} on, and the studio accepts"):
        talks = road.estate.post(
            f"/v1/deals/{deal_id}/amendments",
            {"terms": wanted | {"credit_line": "Narrator: Marlowe Quist"}, "effective_on": EFFECTIVE_ON},
        )
        latest = talks["latest_offer"]
        named = {"offer_number": latest["number"], "terms_sha256": latest["terms_sha256"]}
        road.studio.post(f"/v1/negotiations/{talks['id']}/acceptance", named)
        license = road.studio.get(license_path)
        first, second = license["versions"]
        expect(license["terms_sha256"] == first["terms_sha256"], "the first terms are still in force")
        expect(parse_instant(second["effective_at"]) > road.clock(), "the second are to come")
        say.say(f"Version 2 holds from {second['effective_at']}; what lies before keeps version 1.")
