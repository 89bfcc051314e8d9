"""Duties that go with a right after death: registering a claim, showing use."""

from app.law.rules.anniversary import anniversary
from app.law.rules.case import Case, Evaluator, Judgement
from app.law.states import RegistrationState
from app.values.law.rows import ConsentRow


def registration(case: Case, row: ConsentRow) -> Judgement | None:
    clock = case.protection(row.place)
    if clock is None or clock.registration is not RegistrationState.MISSING:
        return None
    return Judgement(
        f"No claim registered in {clock.jurisdiction} is recorded. Without one: {row.consequence_if_missing}.",
        f"Register the claim in {clock.jurisdiction} and record its number and date.",
    )


def first_year(case: Case, row: ConsentRow) -> Judgement | None:
    """In Texas nobody exercises the right in the first year without a registered claim."""
    clock, died_on = case.clocks.get(row.place or ""), case.facts.performer.died_on
    if clock is None or case.is_living or clock.registration is RegistrationState.REGISTERED:
        return None
    if died_on is not None and case.facts.today >= anniversary(died_on, 1):
        return None
    if died_on is None:
        return Judgement(
            "The day of death is not recorded; in the first year after it a registered claim would be needed.",
            "Record the day of death.",
            is_certain=False,
        )
    return Judgement(
        f"Until {anniversary(died_on, 1)} the right can be exercised only under a registered claim; there is none.",
        "Register the claim with the Secretary of State of Texas and record its number and date, or wait.",
        is_certain=case.is_sure_of(row.place),
    )


def non_use(case: Case, row: ConsentRow) -> Judgement | None:
    clock = case.protection(row.place)
    if clock is None or clock.evidence is None:
        return None
    warnings = list(clock.evidence.warnings(case.facts.today))
    if not warnings:
        return None
    return Judgement(" ".join(warnings), "Record dated evidence of commercial use.")


EVALUATORS: dict[str, Evaluator] = {
    "CA-33441-REGISTER": registration,
    "NY-50F-REGISTER": registration,
    "OK-REGISTER": registration,
    "NV-REGISTER": registration,
    "SD-REGISTER": registration,
    "TX-YEAR1": first_year,
    "TN-NONUSE": non_use,
    "LA-NONUSE": non_use,
}
