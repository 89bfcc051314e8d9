"""Facts for the rules on consent: an estate in order, and whatever a test wants to be otherwise."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from app.law.rules.book import LawBook, Override
from app.law.rules.consent import findings
from app.law.rules.facts import ConsentFacts, PerformerFacts, ProofFacts, ProposedUse, SignerFacts
from app.law.rules.findings import Finding
from app.law.states import LawTable
from app.parties.states import Capacity, DocumentKind
from app.values.components import Axis, Component
from app.values.law.tables import law_tables
from app.values.law.vocabulary import Enforcement
from app.values.rounding import BASIS_POINTS
from app.values.term import Term
from app.values.territory import Territory

TODAY = date(2026, 9, 1)
BOOK = LawBook(law_tables())

DEAD = PerformerFacts(
    performer_id="prf_dead",
    is_living=False,
    born_on=date(1931, 3, 4),
    died_on=date(2009, 11, 2),
    domicile="US-CA",
)
LIVING = PerformerFacts(
    performer_id="prf_living", is_living=True, born_on=date(1980, 3, 4), died_on=None, domicile="US-CA"
)
MINOR = replace(LIVING, performer_id="prf_minor", born_on=date(2012, 3, 4))


def proof(kind: DocumentKind, dated_on: date = date(2026, 6, 1)) -> ProofFacts:
    return ProofFacts(kind.value, dated_on)


def signer(
    capacity: Capacity,
    *proofs: DocumentKind | ProofFacts,
    share_bps: int | None = BASIS_POINTS,
    components: frozenset[Component] = frozenset(Component),
) -> SignerFacts:
    """Somebody who signs on these proofs; on the ones that prove the capacity, unless said."""
    shown = proofs or tuple(capacity.proofs)
    return SignerFacts(
        representation_id=f"rep_{capacity.value}",
        capacity=capacity.value,
        share_bps=None if capacity.is_delegated else share_bps,
        components=components,
        proofs=tuple(entry if isinstance(entry, ProofFacts) else proof(entry) for entry in shown),
    )


EXECUTOR = signer(Capacity.EXECUTOR, DocumentKind.LETTERS_TESTAMENTARY)
PERFORMER = signer(Capacity.PERFORMER)


def term(first: date = date(2027, 1, 1), last: date = date(2027, 12, 31)) -> Term:
    return Term.of_days(first, last, "UTC")


USE = ProposedUse(
    components=frozenset({Component.VOICE}),
    axes=frozenset({Axis.SCRIPTED}),
    media=frozenset({"game.scripted_performance"}),
    territory=Territory.parse("+WORLD"),
    term=term(),
    has_disclosure=True,
)


def facts(performer: PerformerFacts = DEAD, **changes: Any) -> ConsentFacts:
    """A use that nothing blocks: `use_...` changes the use, everything else the facts."""
    use = {name.removeprefix("use_"): value for name, value in changes.items() if name.startswith("use_")}
    rest = {name: value for name, value in changes.items() if not name.startswith("use_")}
    if "territory" in use:
        use["territory"] = Territory.parse(use["territory"])
    signers = {"signers": (PERFORMER if performer.is_living else EXECUTOR,)}
    return ConsentFacts(**(signers | {"today": TODAY, "performer": performer, "use": replace(USE, **use)} | rest))


def judge(performer: PerformerFacts = DEAD, *, book: LawBook = BOOK, **changes: Any) -> dict[str, Finding]:
    return {finding.rule_id: finding for finding in findings(facts=facts(performer, **changes), book=book)}


def blocking(found: dict[str, Finding]) -> set[str]:
    return {rule_id for rule_id, finding in found.items() if finding.blocks}


def overriding(row_key: str, enforcement: Enforcement, performer_id: str | None = None) -> LawBook:
    override = Override(
        table=LawTable.CONSENT,
        row_key=row_key,
        performer_id=performer_id,
        enforcement=enforcement,
        years=None,
        rate_bps=None,
        reason="Counsel has looked at it.",
    )
    return LawBook(law_tables(), (override,))


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
