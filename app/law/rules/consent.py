"""What the rules on consent say about a use, when it is listed, asked about or signed.

Each rule that the product can judge has an evaluator; the others are listed as information. A rule blocks only when
it is law within the time of the use and the case is certain, or when an administrator made it block with a reason.
"""

from collections.abc import Iterator

from app.law.rules.book import ConsentRule, LawBook
from app.law.rules.case import Case, Evaluator, Judgement
from app.law.rules.facts import ConsentFacts
from app.law.rules.findings import Finding
from app.law.rules.judging import holders, signers, statutes, uses
from app.law.rules.statute import StatuteClock, statute_clocks
from app.values.law.vocabulary import Enforcement

EVALUATORS: dict[str, Evaluator] = {
    **holders.EVALUATORS,
    **signers.EVALUATORS,
    **uses.EVALUATORS,
    **statutes.EVALUATORS,
}
"""By rule id: everything that can be judged when a package is listed or a deal signed."""

HELD_EVERYWHERE = frozenset({"AUTH-LETTERS", "AUTH-LETTERS-FRESH", "AUTH-TRUST", "AUTH-POA"})
"""Rules on proof that the marketplace asks wherever the use is, whatever place the row cites."""

AT_PAYOUT = frozenset({"TAX-W9", "TAX-30", "TAX-W8-FORM", "TAX-W8-EXPIRY", "TAX-CLASS"})
"""Judged when a royalty is paid: see `withholding`."""

INFORMATION = frozenset(
    {
        *("CA-33441-INTESTATE", "FL-ANYONE", "AUTH-REG", "MINOR-CA-15", "TAX-1099"),
        *("NF-PM-RENEW", "NF-AFTERLIFE", "EU-50-2", "CA-22757-PROVIDER", "CA-22757-PLATFORM"),
        *("SAG23-NOTICE48", "SAG23-CONSENT", "SAG23-OTHERPROJ", "SAG23-PAY", "SAG23-ICDR", "SAG23-DEATH"),
        *("SAG23-ALTER", "SAG26-SECURITY", "SAG26-TRANSFER", "SAG26-BIOMETRIC", "SAG26-MINOR", "SAG26-STRIKE"),
        *("SAG26-DUB", "SAG26-REASON", "SAG26-ICDR-PAY", "SAG26-TRAIN", "IMA-CONSENT", "IMA-DEVIATION"),
        *("IMA-STRIKE", "IMA-RTG", "IMA-REPORT", "IMA-VOICEPAY", "IMA-SECONDARY", "IMA-TRIGGER"),
        *("COMM25-CONSENT", "REPLICA24", "NARRATIV24"),
    }
)
"""What these ask is not recorded here, so they can only be read: they stand in the list of the table."""

_ORDER = (Enforcement.BLOCK, Enforcement.WARN, Enforcement.RECORD)


def findings(*, facts: ConsentFacts, book: LawBook) -> tuple[Finding, ...]:
    """Return every rule that a use does not meet: what blocks first, then warnings, then what is to be known."""
    case = case_of(facts=facts, book=book)
    rules = book.consent_rules(
        performer_id=facts.performer.performer_id, first_day=facts.today, last_day=case.last_day
    )
    found = [*_judged(case, rules), *_outlived(case)]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.enforcement)))


def case_of(*, facts: ConsentFacts, book: LawBook) -> Case:
    """Return the facts with the clocks of every law that may protect the performer after death."""
    death = facts.performer.death
    if death is None:
        return Case(facts, {})
    clocks = statute_clocks(
        terms=book.term_rules(performer_id=facts.performer.performer_id),
        death=death,
        used_in=facts.use.territory.codes,
        today=facts.today,
        evidence=facts.evidence,
        registrations=facts.registrations,
    )
    return Case(facts, {clock.jurisdiction: clock for clock in clocks})


def _judged(case: Case, rules: Iterator[ConsentRule]) -> Iterator[Finding]:
    for rule in rules:
        judge = EVALUATORS.get(rule.row.rule_id)
        if judge is None or not (rule.row.rule_id in HELD_EVERYWHERE or case.concerns(rule.row)):
            continue
        judgement = judge(case, rule.row)
        if judgement is not None:
            yield Finding(
                rule_id=rule.row.rule_id,
                enforcement=_enforcement(rule, judgement),
                sentence=f"{judgement.sentence} ({note})" if (note := rule.row.status.note) else judgement.sentence,
                remedy=judgement.remedy,
                citation=rule.row.citation,
                override_reason=rule.override_reason,
            )


def _enforcement(rule: ConsentRule, judgement: Judgement) -> Enforcement:
    if rule.enforcement is Enforcement.BLOCK and not judgement.is_certain and rule.override_reason is None:
        return Enforcement.WARN
    return rule.enforcement


def _outlived(case: Case) -> Iterator[Finding]:
    """Warn of each law whose protection ends before the license does: what is licensed then is a question."""
    for clock in case.clocks.values():
        if clock.phase.protects and clock.ends_on and (case.last_day is None or case.last_day > clock.ends_on):
            yield _outliving(case, clock)


def _outliving(case: Case, clock: StatuteClock) -> Finding:
    end = f"until {case.last_day}" if case.last_day else "without an end"
    return Finding(
        rule_id=clock.citation.rule_id,
        enforcement=Enforcement.WARN,
        sentence=f"The license would run {end}; under {clock.jurisdiction} the right ends on {clock.ends_on}.",
        remedy="End the license earlier, or agree on what is owed afterwards. The end of one law clears nothing.",
        citation=clock.citation,
        override_reason=clock.override_reason,
    )
