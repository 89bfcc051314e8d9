"""How the term and the parties may change, and which law holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.negotiation.terms.words.section import Row, amount, counted, sentence
from app.values import formats

_WARRANTIES = {
    "authority": "the licensor may grant these rights",
}


def option_rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    yield Row("Time added (tolling)", _tolling(terms["tolling"]), "/tolling")
    yield Row("Strike", _strike(terms["strike"]), "/strike")
    extension, refusal = terms["extension"], terms["first_refusal"]
    yield Row("Option to extend", _extension(extension, terms["fee"]["currency"]), "/extension")
    text = (
        "The licensee has no right of first refusal."
        if refusal is None
        else f"From {counted(refusal['from_days'], 'day')} until {counted(refusal['until_days'], 'day')} before "
        "the end, the licensee may take a new license on the terms that the licensor would give to somebody else."
    )
    yield Row("First refusal", text, "/first_refusal")
    yield Row("Assignment", _assignment(terms["assignment"]), "/assignment")


def law_rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    law, warranties = terms["governing_law"], terms["warranties"]
    if law is None:
        yield Row("Governing law", "The parties have not chosen a law.", "/governing_law")
    else:
        yield Row("Governing law", f"The law of {_place(law['law'])}. Forum: {law['forum']}", "/governing_law")
    if warranties:
        named = "; ".join(_WARRANTIES.get(code, formats.words(code)) for code in warranties)
        yield Row("Warranties", f"{sentence(named)}.", "/warranties")
    else:
        yield Row("Warranties", "None are given beyond those of the law.", "/warranties")


def _tolling(tolling: Mapping[str, Any]) -> str:
    if not tolling["is_allowed"]:
        return "The term runs on whatever happens; it is not made longer."
    most = tolling["most_days"]
    limit = "without a limit" if most is None else f"by at most {counted(most, 'day')}"
    return f"Time during which the license cannot be used is added to the term, {limit}."


def _strike(strike: Mapping[str, Any]) -> str:
    suspends = "suspends" if strike["suspends"] else "does not suspend"
    tolls = "is added to the term" if strike["tolls"] else "is not added to the term"
    return f"A strike {suspends} the license; its time {tolls}."


def _extension(extension: Mapping[str, Any] | None, currency: str) -> str:
    if extension is None:
        return "Nobody has an option to extend the term."
    times = "once" if extension["most_times"] == 1 else f"up to {counted(extension['most_times'], 'time')}"
    fee = extension["fee_minor"]
    price = f"for {amount(fee, currency)} each time" if fee else "without a fee"
    return (
        f"The licensee may extend the term by {counted(extension['months'], 'month')}, {times}, {price}, if it "
        f"says so from {counted(extension['exercise_from_days'], 'day')} until "
        f"{counted(extension['exercise_until_days'], 'day')} before the end."
    )


def _assignment(rule: str) -> str:
    if rule == "none":
        return "The licensee may not hand the license to anybody else."
    return "The licensee may hand the license to somebody else if the licensor consents."


def _place(code: str) -> str:
    country = formats.territory(f"+{code[:2]}")
    return f"{country} ({code})" if len(code) == 2 else f"{code}, in {country}"
