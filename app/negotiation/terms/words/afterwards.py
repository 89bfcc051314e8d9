"""What remains of a license after its end."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.negotiation.terms.words.section import Row, counted, sentence
from app.values import formats
from app.values.survival import PRESETS, Action, Phase, read_matrix

_COVERED = {
    "delivered_copies": "the copies that were delivered",
    "derived_models": "whatever was trained, tuned or converted from them",
}


def rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    survival = terms["survival"]
    preset = PRESETS.get(survival["preset"])
    named = survival["preset"] if preset is None else preset.label
    text = f"What may go on is agreed action by action; made from the preset “{named}”."
    yield Row("Survival", text, "/survival/preset")
    matrix = read_matrix(survival["matrix"])
    for action in Action:
        text = "; ".join(f"{phase.label.lower()}: {matrix[action][phase].label.lower()}" for phase in Phase)
        yield Row(action.label, f"{sentence(text)}.", f"/survival/matrix/{action.value}")
    yield from _wind_down(terms["wind_down"])
    yield Row("Sell-off", _sell_off(terms["sell_off"]), "/sell_off")
    yield Row("Destruction", _deletion(terms["deletion"]), "/deletion")


def _wind_down(plan: Mapping[str, Any]) -> Iterator[Row]:
    days = plan["days"]
    text = (
        f"{counted(days, 'day')} after the end to take down and finish what the matrix allows while winding down."
        if days
        else "No time after the end is given to wind down."
    )
    yield Row("Winding down", text, "/wind_down")
    for index, step in enumerate(plan["steps"]):
        evidence = "with evidence" if step["needs_evidence"] else "no evidence is needed"
        text = f"{step['step']} (within {counted(step['within_days'], 'day')} after the end; {evidence})"
        yield Row(f"Step {index + 1}", text, f"/wind_down/steps/{index}")


def _sell_off(agreed: Mapping[str, Any] | None) -> str:
    if agreed is None:
        return "Stock may not be sold off beyond what the matrix allows."
    recoups = "earns back an advance" if agreed["recoups"] else "does not earn back an advance"
    return (
        f"For {counted(agreed['days'], 'day')} after the end the licensee may sell what is in stock then. It lists "
        f"what it has {counted(agreed['inventory_days_before_end'], 'day')} before the end. These sales earn "
        f"royalty as before, which {recoups}."
    )


def _deletion(duty: Mapping[str, Any]) -> str:
    if not duty["covers"]:
        return "No duty to destroy anything is agreed."
    covered = formats.listed(_COVERED.get(code, formats.words(code)) for code in duty["covers"])
    certificate = "an officer of it signs" if duty["needs_certificate"] else "nobody need sign"
    return (
        f"Within {counted(duty['within_days'], 'day')} after the end of the license, or of its winding down, the "
        f"licensee destroys {covered}; {certificate} that it was done."
    )
