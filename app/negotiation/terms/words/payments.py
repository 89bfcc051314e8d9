"""What is paid without regard to sales, and what is promised of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.negotiation.terms.words.section import Row, amount, counted, day
from app.values import formats

_REMAINDERS = {
    "guaranteed": "What royalties have not recouped by the end stays with the licensor.",
    "repayable": "What royalties have not recouped by the end goes back to the licensee.",
}


def rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    fee, currency = terms["fee"], terms["royalty"]["currency"]
    if fee["amount_minor"]:
        text = f"{_in_parts(fee['amount_minor'], fee['currency'], fee['instalments'])}. It is not recouped."
    else:
        text = f"No fee is due. Other amounts without a currency of their own are in {fee['currency']}."
    yield Row("Fee", text, "/fee")
    yield Row("Advance", _advance(terms["advance"], currency), "/advance")
    yield Row("Guarantee", _guarantee(terms["guarantee"], currency), "/guarantee")


def _advance(advance: Mapping[str, Any] | None, currency: str) -> str:
    if advance is None:
        return "No advance on royalties is agreed."
    parts = _in_parts(advance["amount_minor"], currency, advance["instalments"])
    return f"{parts}. It is recouped from the licensor's royalties. {_REMAINDERS[advance['remainder']]}"


def _guarantee(guarantee: Mapping[str, Any] | None, currency: str) -> str:
    if guarantee is None:
        return "No minimum is guaranteed."
    tests = [
        f"{amount(entry['amount_minor'], currency)} earned {_since(index, guarantee['schedule'])} up to and "
        f"including {day(entry['test_on'])}"
        for index, entry in enumerate(guarantee["schedule"])
    ]
    text = f"{amount(guarantee['amount_minor'], currency)} are guaranteed: at least {'; '.join(tests)}. "
    text += "The licensee pays what is missing at each test. "
    text += "Advances that fell due count as earned. " if guarantee["advances_count"] else "Advances do not count. "
    if guarantee["shortfall_recoupable"]:
        return text + "What was paid as missing is recouped from later royalties."
    return text + "What was paid as missing is not recouped."


def _since(index: int, schedule: Sequence[Mapping[str, Any]]) -> str:
    return "from the start" if index == 0 else f"after {day(schedule[index - 1]['test_on'])}"


def _in_parts(amount_minor: int, currency: str, instalments: Sequence[Mapping[str, Any]]) -> str:
    whole = amount(amount_minor, currency)
    if not instalments:
        return f"{whole}, due at signature"
    parts = [f"{amount(part['amount_minor'], currency)} {_when(part['due_on'])}" for part in instalments]
    if len(parts) == 1:
        return f"{whole}, in one part: {parts[0]}"
    number = {2: "two", 3: "three", 4: "four"}.get(len(parts), formats.whole(len(parts)))
    return f"{whole}, in {number} parts: {', '.join(parts)}"


def _when(due_on: str | None) -> str:
    return "at signature" if due_on is None else f"on {day(due_on)}"


def late_interest(agreed: Mapping[str, Any] | None) -> str:
    if agreed is None:
        return "No interest on late payment is agreed beyond what the law gives."
    grace = agreed["grace_days"]
    return f"{formats.percent(agreed['annual_bps'])} of simple interest a year on what is paid late, " + (
        f"from {counted(grace, 'day')} after the due day on." if grace else "from the due day on."
    )
