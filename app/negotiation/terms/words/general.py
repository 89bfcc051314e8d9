"""How the term and the parties may change, and which law holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.negotiation.terms.vocabulary import Assignment, Warranty
from app.negotiation.terms.words.section import Row, amount, counted
from app.values import formats

_WARRANTIES = {
    Warranty.LICENSOR_HAS_AUTHORITY: "the licensor may grant these rights",
    Warranty.LICENSOR_GRANTED_NOTHING_CONFLICTING: "the licensor has granted nothing that conflicts with them",
    Warranty.LICENSOR_ASSETS_ARE_GENUINE: (
        "the files are of the performer and were captured or trained with the consent that applies"
    ),
    Warranty.LICENSEE_OBEYS_LAW: "the licensee obeys the law in its use",
    Warranty.LICENSEE_KEEPS_ASSETS_SECURE: "the licensee keeps the files secure",
    Warranty.LICENSEE_DISCLOSES_REPLICA: (
        "the licensee tells the audience that it sees or hears a replica, wherever the law asks for it"
    ),
}


def option_rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    yield Row("Time added (tolling)", _tolling(terms["tolling"]), "/tolling")
    yield Row("Breach", _breach(terms["breach"]["cure_days"]), "/breach")
    yield Row("Strike", _strike(terms["strike"]), "/strike")
    extension, refusal = terms["extension"], terms["first_refusal"]
    yield Row("Option to extend", _extension(extension, terms["fee"]["currency"]), "/extension")
    text = (
        "The licensee has no right of first refusal."
        if refusal is None
        else f"From {counted(refusal['from_days'], 'day')} until {counted(refusal['until_days'], 'day')} before "
        "the end, the licensor bargains about a renewal with nobody but the licensee."
    )
    yield Row("First refusal", text, "/first_refusal")
    yield Row("Assignment", _assignment(terms["assignment"]), "/assignment")


def law_rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    law, warranties = terms["governing_law"], terms["warranties"]
    if law is None:
        yield Row("Governing law", "The parties have not chosen a law.", "/governing_law")
    else:
        yield Row("Governing law", f"The law of {_place(law['law'])}.", "/governing_law/law")
        yield Row("Forum", law["forum"] or "None is agreed.", "/governing_law/forum")
    if warranties:
        named = "; ".join(_WARRANTIES[Warranty(code)] for code in warranties)
        yield Row("Warranties", f"Warranted is this: {named}.", "/warranties")
    else:
        yield Row("Warranties", "None are given beyond those of the law.", "/warranties")


def _tolling(tolling: Mapping[str, Any]) -> str:
    if not tolling["is_allowed"]:
        return "Days of suspension are not added to the term."
    most = tolling["most_days"]
    limit = "without a limit" if most is None else f"at most {counted(most, 'day')} in all"
    return f"Days of suspension can be added to the term, computed and agreed each time, {limit}."


def _breach(cure_days: int) -> str:
    if not cure_days:
        return "No time to cure a breach is agreed beyond what the law gives."
    return f"The licensee has at least {counted(cure_days, 'day')} to cure a breach before an end for it."


def _strike(strike: Mapping[str, Any]) -> str:
    suspends = "suspends" if strike["suspends"] else "does not suspend"
    tolls = "can be added" if strike["tolls"] else "are not added"
    return f"A strike of a performers' union {suspends} new performances; its days {tolls} to the term."


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
    if Assignment(rule) is Assignment.NONE:
        return "The licensee may not hand the license to anybody else."
    return "The licensee may hand the license to another if the licensor consents to that very party."


def _place(code: str) -> str:
    country = formats.territory(f"+{code[:2]}")
    return f"{country} ({code})" if len(code) == 2 else f"{code}, in {country}"
