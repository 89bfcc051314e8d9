"""Set a contract as a PDF that can be archived (PDF/A-3) and read aloud (PDF/UA-1), the same bytes each time.

The template is a file of this package; the contract comes as data and is never read as markup. Only the fonts that
the typesetter ships are used, nothing is fetched, and every date is the contract's own.
"""

import json
import re
from datetime import datetime
from importlib.resources import files

import typst

from app.negotiation.contract.layout import layout
from app.negotiation.contract.shown import MISSING

ATTACHMENT = "contract.json"
_ATTEMPTS = 20
_NOT_IN_FONT = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed', re.DOTALL)


def render(contract_json: bytes, *, contract_sha256: str, check_url: str) -> bytes:
    """Return the file of a contract, with the document attached byte for byte."""
    document = json.loads(contract_json)
    data = layout(document, contract_sha256=contract_sha256, check_url=check_url)
    shown = json.dumps(data, ensure_ascii=False, sort_keys=True)
    inputs = {"data": shown, "contract": contract_json.decode(), "attachment": ATTACHMENT}
    signed_at = datetime.fromisoformat(document["signed_at"])
    for _ in range(_ATTEMPTS):
        try:
            return _compile(inputs, signed_at)
        except typst.TypstError as error:
            found = _NOT_IN_FONT.search(f"{error.message} {error}")
            if found is None or found["text"] == MISSING:
                raise
            # The fonts have these characters, but not side by side.
            inputs["data"] = inputs["data"].replace(found["text"], MISSING)
    raise RuntimeError("The contract holds too many texts that cannot be shown.")


def _compile(inputs: dict[str, str], signed_at: datetime) -> bytes:
    template = files(__package__).joinpath("template.typ").read_bytes()
    return typst.compile(
        template,
        sys_inputs=inputs,
        ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],
        timestamp=int(signed_at.timestamp()),
    )
