"""What the steps of the walk share: who calls, and what earlier steps found."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from app.demo.http import Client, expect, wait_until
from app.demo.narrator import Narrator


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
