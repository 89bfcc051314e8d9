"""What the steps of the walk share: who calls, and what earlier steps found."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from app.demo.http import Client, expect, wait_until
from app.demo.narrator import Narrator
from app.values.term import parse_instant


@dataclass(slots=True)
class Road:
    """The callers, and what the steps so far have made."""

    narrator: Narrator
    url: str
    sandbox_url: str
    administrator: Client
    estate: Client
    studio: Client
    heirs: tuple[Client, Client]
    performer_id: str
    estate_party_id: str
    heir_party_ids: tuple[str, str]
    made: dict[str, Any] = field(default_factory=dict)

    def move_clock(self, to: datetime) -> None:
        """Move the demo's clock forward."""
        self.administrator.post("/v1/demo/clock", {"move_to": to.isoformat()}, status=200)

    def clock(self) -> datetime:
        """Return the demo's present instant."""
        return parse_instant(self.administrator.get("/v1/demo/clock")["now"])

    @property
    def license_starts_at(self) -> datetime:
        return parse_instant(self.made["deal"]["terms"]["term"]["starts_at"])

    @property
    def license_ends_at(self) -> datetime:
        return parse_instant(self.made["deal"]["terms"]["term"]["ends_at"])

    def onboard(self, link: str) -> None:
        """Fill in the payment provider's form as an heir would."""
        page = requests.get(link, timeout=20).text
        visit = re.search(r'name="visit" value="([^"]+)"', page)
        expect(visit, f"the onboarding page has a form: {page[:300]}")
        form = {"action": "complete", "visit": visit[1] if visit else ""}
        answer = requests.post(link, data=form, allow_redirects=False, timeout=20)
        expect(answer.status_code == 303, f"onboarding answered {answer.status_code}")

    def held_at_provider(self, party_id: str) -> int:
        """Return what the payment provider holds for an heir, in cents, as the provider says."""
        heir = self.heirs[self.heir_party_ids.index(party_id)]
        account = heir.get(f"/v1/parties/{party_id}/connected-account")["stripe_account_id"]
        books = requests.get(f"{self.sandbox_url}/_control/books", timeout=20).json()
        held = books["currencies"]["usd"]["held"].get(account, {})
        return int(sum(held.values()))

    def pay(self, charge_id: str) -> dict[str, Any]:
        """Pay a charge on the sandbox's page as a person would, and wait until the service knows."""
        charge = wait_until(
            lambda: (found := self.studio.get(f"/v1/charges/{charge_id}"))["checkout_url"] and found,
            "the payment page",
        )
        answer = requests.post(charge["checkout_url"], data={"action": "pay"}, allow_redirects=False, timeout=20)
        expect(answer.status_code in (302, 303), f"paying answered {answer.status_code}: {answer.text[:300]}")
        paid: dict[str, Any] = wait_until(
            lambda: (found := self.studio.get(f"/v1/charges/{charge_id}"))["status"] == "paid" and found,
            "the payment",
        )
        return paid
