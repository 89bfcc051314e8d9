"""Who signs, on which proof: letters, certifications, powers of attorney, guardians."""

from app.law.rules.case import Case, Evaluator, Judgement
from app.law.rules.facts import AuthorityLack, SignerFacts
from app.values.law.rows import ConsentRow

_LETTERS = {"letters_testamentary", "letters_of_administration"}
_ORDER = "court_order"


def letters(case: Case, row: ConsentRow) -> Judgement | None:
    """An executor or administrator shows letters, or the order of a court that stands for them."""
    if all(_shows(signer, *_LETTERS, _ORDER) for signer in _signers(case, "executor", "administrator")):
        return None
    return Judgement(
        "An executor or administrator would sign without certified letters or an order of the court.",
        "Attach the letters testamentary or of administration, and have the authority verified again.",
    )


def fresh_letters(case: Case, row: ConsentRow) -> Judgement | None:
    limit = case.facts.letters_stale_days
    for signer in _signers(case, "executor", "administrator"):
        newest = max((proof.dated_on for proof in signer.proofs if proof.kind in _LETTERS), default=None)
        if newest is not None and (case.facts.today - newest).days > limit:
            return Judgement(
                f"The newest letters of the estate are of {newest}, more than {limit} days ago.",
                "Ask for a fresh certificate of the appointment and attach it.",
            )
    return None


def trust(case: Case, row: ConsentRow) -> Judgement | None:
    if all(_shows(signer, "certification_of_trust", _ORDER) for signer in _signers(case, "trustee")):
        return None
    return Judgement(
        "A trustee would sign without a certification of trust or an order of the court.",
        "Attach the certification, signed by all acting trustees, and have the authority verified again.",
    )


def power_of_attorney(case: Case, row: ConsentRow) -> Judgement | None:
    ended = AuthorityLack.ENDED_AT_DEATH in case.facts.lacks
    if case.is_living or not (ended or case.has_signer("attorney")):
        return None
    return Judgement(
        "A power of attorney, like everything the performer could sign alone, ended with the performer's death.",
        "Have the authority of the executor, or of whoever the right passed to, recorded and verified.",
    )


def guardian(case: Case, row: ConsentRow) -> Judgement | None:
    """A minor needs a guardian; of somebody whose age nobody recorded, that cannot be told."""
    if not case.is_living:
        return None
    if case.adult_on is None:
        return Judgement(
            "The performer's date of birth is not recorded, so nobody can tell whether a guardian must consent.",
            "Record the date of birth.",
            is_certain=False,
        )
    guardians = _signers(case, "guardian")
    if not case.is_minor or any(_shows(signer, "guardianship_order", _ORDER) for signer in guardians):
        return None
    return Judgement(
        "The performer is a minor, and no parent or guardian with proof of it consents.",
        "Have the parent's or guardian's authority verified with its proof.",
    )


def court_approval(case: Case, row: ConsentRow) -> Judgement | None:
    if not case.is_minor or any(_shows(signer, _ORDER) for signer in case.facts.signers):
        return None
    return Judgement(
        "The performer is a minor and no court has approved: the contract can be disaffirmed for minority.",
        "Have the superior court approve it and attach the order.",
    )


def no_assignment(case: Case, row: ConsentRow) -> Judgement | None:
    if not case.is_living or not case.has_signer("assignee"):
        return None
    return Judgement(
        "The right of a living performer would be licensed by somebody it was assigned to.",
        "Let the performer sign, or have counsel confirm the assignment.",
    )


def _signers(case: Case, *capacities: str) -> list[SignerFacts]:
    return [signer for signer in case.facts.signers if signer.capacity in capacities]


def _shows(signer: SignerFacts, *kinds: str) -> bool:
    return any(proof.kind in kinds for proof in signer.proofs)


EVALUATORS: dict[str, Evaluator] = {
    "AUTH-LETTERS": letters,
    "AUTH-LETTERS-FRESH": fresh_letters,
    "AUTH-TRUST": trust,
    "AUTH-POA": power_of_attorney,
    "HOUSE-MINOR": guardian,
    "MINOR-CA-DISAFFIRM": court_approval,
    "NF-NOASSIGN": no_assignment,
}
