"""What is said about an offer on the way to the deal, and the contract that comes out of it."""

from typing import Any

import requests

from app.demo.http import expect
from app.demo.walk.road import Road
from app.values.canonical import sha256_hex


def ask_what_it_comes_to(road: Road, path: str) -> None:
    """Both offers under the same sales, reckoned by what later bills."""
    answer = road.studio.post(f"{path}/projections", {"compare_to": 1, "usage": {"units": 20_000}}, status=200)
    changed = [each["sentence"] for each in answer["differences"] if each["sentence"]]
    expect(changed, "the counteroffer comes to something else")
    for sentence in changed[:3]:
        road.narrator.say(sentence)


def agree_on_royalty(road: Road, path: str, offer: dict[str, Any]) -> None:
    """A comment beside the fee; the royalty is locked once both sides agreed to the same value."""
    road.studio.post(
        f"{path}/comments", {"offer_number": 2, "pointer": "/fee", "text": "The US is worth the difference to us."}
    )
    value = {"offer_number": 2, "pointer": "/royalty", "value_sha256": sha256_hex(offer["terms"]["royalty"])}
    for side in (road.estate, road.studio):
        agreed = side.post(f"{path}/agreed-fields", value)
    locked = [field["pointer"] for field in agreed["fields"] if field["is_locked"]]
    expect(locked == ["/royalty"], f"the royalty is locked: {agreed}")
    road.narrator.say("Locked until one of them reopens it with a reason: /royalty")


def check_contract(road: Road) -> None:
    """The contract as a file that anybody can hold against the service."""
    say = road.narrator
    deal_id = road.made["deal"]["id"]
    with say.step("The executed contract is one file; anybody who has it can check it, and a changed copy shows"):
        file = road.studio.download(f"/v1/deals/{deal_id}/contract.pdf")
        expect(file.content.startswith(b"%PDF-"), "it is a PDF")
        genuine = _check(road, file.content)
        expect(genuine["verdict"] == "genuine", f"the service knows its own file: {genuine}")
        forged = _check(road, file.content.replace(b"%PDF-1.", b"%PDF-2.", 1))
        expect(forged["verdict"] != "genuine", "one changed byte is seen")
        say.say(f"{len(file.content):,} bytes: {genuine['sentence']}")
        say.say(f"One byte changed: {forged['sentence']}")


def _check(road: Road, content: bytes) -> dict[str, Any]:
    """Ask as somebody without a key."""
    files = {"file": ("contract.pdf", content, "application/pdf")}
    answer = requests.post(f"{road.url}/v1/contract-checks", files=files, timeout=20)
    expect(answer.status_code == 200, f"checking answered {answer.status_code}: {answer.text[:300]}")
    found: dict[str, Any] = answer.json()
    return found
