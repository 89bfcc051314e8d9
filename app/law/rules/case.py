"""One use of one performer's likeness as the evaluators of rules see it, and what an evaluator answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from app.law.rules.anniversary import anniversary
from app.law.rules.facts import ConsentFacts
from app.law.rules.statute import StatuteClock
from app.law.states import Applies
from app.values.law.places import country_of, reaches
from app.values.law.rows import ConsentRow

ADULT_AT = 18


@dataclass(frozen=True, slots=True)
class Judgement:
    """Why a rule is not met. Where it is not certain, because something is not recorded, it warns at most."""

    sentence: str
    remedy: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """Facts, and the statute clocks of a dead performer by jurisdiction."""

    facts: ConsentFacts
    clocks: Mapping[str, StatuteClock]

    @property
    def is_living(self) -> bool:
        return self.facts.performer.is_living

    @property
    def adult_on(self) -> date | None:
        """The eighteenth birthday; nothing where the date of birth is not recorded."""
        born_on = self.facts.performer.born_on
        return None if born_on is None else anniversary(born_on, ADULT_AT)

    @property
    def is_minor(self) -> bool:
        return self.is_living and self.adult_on is not None and self.facts.today < self.adult_on

    @property
    def last_day(self) -> date | None:
        """The last day of the use, in UTC; nothing for perpetuity."""
        ends_at = self.facts.use.term.ends_at
        return None if ends_at is None else (ends_at.astimezone(UTC) - timedelta(microseconds=1)).date()

    def concerns(self, row: ConsentRow) -> bool:
        """Say whether a place's rule reaches this use: by where it is, or by the performer's domicile."""
        place = row.place
        if place is None:
            return False
        domicile = self.facts.performer.domicile
        lived = domicile in {place, country_of(place)} or country_of(domicile) == place
        return lived or reaches(place, self.facts.use.territory.codes)

    def protection(self, place: str | None) -> StatuteClock | None:
        """Return the law of a place where it protects the dead performer today."""
        clock = self.clocks.get(place or "")
        return clock if clock is not None and clock.phase.protects else None

    def is_sure_of(self, place: str | None) -> bool:
        clock = self.protection(place)
        return clock is not None and clock.applies is Applies.YES

    def has_signer(self, *capacities: str) -> bool:
        return any(signer.capacity in capacities for signer in self.facts.signers)


Evaluator = Callable[[Case, ConsentRow], Judgement | None]
"""Judges one rule, which is known to concern the case; nothing where the rule is met or does not apply."""
