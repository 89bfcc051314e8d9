"""The use itself: how specifically it is described, whether it is disclosed, how long it lasts."""

from datetime import datetime, timedelta

from app.law.rules.anniversary import anniversary
from app.law.rules.case import Case, Evaluator, Judgement
from app.values.components import Axis
from app.values.law.rows import ConsentRow

_LONGEST_ADULT_YEARS, _LONGEST_MINOR_YEARS = 10, 5


def specific_use(case: Case, row: ConsentRow) -> Judgement | None:
    problem = case.facts.use.intended_use_problem
    return None if problem is None else Judgement(problem, "Describe the use reasonably specifically.")


def specific_use_in_life(case: Case, row: ConsentRow) -> Judgement | None:
    return specific_use(case, row) if case.is_living else None


def three_part_test(case: Case, row: ConsentRow) -> Judgement | None:
    """It fails only if all three parts do: own work replaced, no specific use, neither counsel nor union cover."""
    use = case.facts.use
    fails = (
        case.is_living
        and use.replaces_own_work is not False
        and use.intended_use_problem is not None
        and not use.has_counsel
        and not use.has_union_cover
    )
    if not fails:
        return None
    return Judgement(
        "The replica clause would be unenforceable: it replaces the performer's own work, the use is not described "
        "reasonably specifically, and neither counsel nor a union agreement stands behind the performer.",
        "Meet one of the three: describe the use, have the performer's counsel negotiate it, or show union cover.",
        is_certain=None not in (use.replaces_own_work, use.has_counsel, use.has_union_cover),
    )


def disclosure(case: Case, row: ConsentRow) -> Judgement | None:
    """Whoever publishes a replica in the European Union tells people that it is one."""
    has_disclosure = case.facts.use.has_disclosure
    if has_disclosure:
        return None
    if has_disclosure is None:
        return Judgement(
            "A release in the European Union needs a disclosure that the content is artificial.",
            "Agree on the disclosure label before signing.",
            is_certain=False,
        )
    return Judgement(
        "A release in the European Union is planned, but no disclosure is recorded.",
        "Agree on a disclosure label, shown clearly at first exposure, or leave the Union out of the territory.",
    )


def interactive_disclosure(case: Case, row: ConsentRow) -> Judgement | None:
    is_interactive = Axis.REALTIME in case.facts.use.axes or any(
        leaf.endswith(".realtime_character") for leaf in case.facts.use.media
    )
    return disclosure(case, row) if is_interactive else None


def synthetic_performer(case: Case, row: ConsentRow) -> Judgement | None:
    """A blend that nobody can be recognized in is a synthetic performer; advertising must say so in New York."""
    use = case.facts.use
    if Axis.BLEND not in use.axes or not use.is_advertising or use.has_disclosure:
        return None
    return Judgement(
        "Advertising with a blend in which no real person is recognizable must disclose it conspicuously.",
        "Agree on a disclosure label.",
    )


def adult_term(case: Case, row: ConsentRow) -> Judgement | None:
    is_adult = case.is_living and not case.is_minor
    if not is_adult or case.facts.use.has_union_cover or not _lasts_longer(case, _LONGEST_ADULT_YEARS):
        return None
    return Judgement(
        f"The license would outlast the {_LONGEST_ADULT_YEARS} years that a bill would allow for a living adult.",
        "Prefer a shorter term with a renewal.",
    )


def minor_term(case: Case, row: ConsentRow) -> Judgement | None:
    if not case.is_minor or case.adult_on is None:
        return None
    is_beyond_minority = case.last_day is None or case.last_day > case.adult_on
    if not (is_beyond_minority or _lasts_longer(case, _LONGEST_MINOR_YEARS)):
        return None
    longest = anniversary(case.facts.use.term.starts_at.date(), _LONGEST_MINOR_YEARS) - timedelta(days=1)
    return Judgement(
        f"The license would last longer than the {_LONGEST_MINOR_YEARS} years, or beyond the eighteenth birthday, "
        "that a bill would allow for a minor.",
        f"Prefer a term that ends by {min(longest, case.adult_on)}.",
    )


def _lasts_longer(case: Case, years: int) -> bool:
    """Say whether the term is longer than so many years, to the instant; perpetuity always is."""
    term = case.facts.use.term
    limit = datetime.combine(anniversary(term.starts_at.date(), years), term.starts_at.timetz())
    return term.ends_at is None or term.ends_at > limit


EVALUATORS: dict[str, Evaluator] = {
    "HOUSE-SPECIFIC-USE": specific_use,
    "NF-FORM": specific_use_in_life,
    "CA-927": three_part_test,
    "NY-5-302": three_part_test,
    "IL-HB4762": three_part_test,
    "EU-50-4": disclosure,
    "EU-50-1": interactive_disclosure,
    "NY-396B": synthetic_performer,
    "NF-TERM-ADULT": adult_term,
    "NF-MINOR": minor_term,
}
