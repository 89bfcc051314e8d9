"""Consent of proven holders, and of enough of them."""

from collections.abc import Callable
from typing import Final

from app.law.rules.case import Case, Evaluator, Judgement
from app.law.rules.facts import AuthorityLack
from app.values.law.rows import ConsentRow
from app.values.rounding import BASIS_POINTS, percent

_OFFICES: Final = ("executor", "administrator")
_RELATIVES: Final = ("heir", *_OFFICES)


def _no_holder(case: Case) -> bool:
    return not case.facts.signers or AuthorityLack.NO_PROVEN_HOLDER in case.facts.lacks


def _missing_consent(row: ConsentRow) -> Judgement:
    return Judgement(
        f"{row.requirement}: no proven right holder consents to all of this use.",
        "Have the authority over every component, medium and country of it verified with its documents.",
    )


def anybodys_consent(case: Case, row: ConsentRow) -> Judgement | None:
    return _missing_consent(row) if _no_holder(case) else None


def living_consent(case: Case, row: ConsentRow) -> Judgement | None:
    return _missing_consent(row) if case.is_living and _no_holder(case) else None


def living_advertising_consent(case: Case, row: ConsentRow) -> Judgement | None:
    return living_consent(case, row) if case.facts.use.is_advertising else None


def consent_after_death(case: Case, row: ConsentRow) -> Judgement | None:
    return _missing_consent(row) if case.protection(row.place) and _no_holder(case) else None


def advertising_consent_after_death(case: Case, row: ConsentRow) -> Judgement | None:
    return consent_after_death(case, row) if case.facts.use.is_advertising else None


def expressive_consent_after_death(case: Case, row: ConsentRow) -> Judgement | None:
    return consent_after_death(case, row) if case.facts.use.is_expressive else None


def consent_in_life_and_after(case: Case, row: ConsentRow) -> Judgement | None:
    return living_consent(case, row) or consent_after_death(case, row)


def advertising_consent_in_life_and_after(case: Case, row: ConsentRow) -> Judgement | None:
    return consent_in_life_and_after(case, row) if case.facts.use.is_advertising else None


def quorum(case: Case, row: ConsentRow) -> Judgement | None:
    if AuthorityLack.QUORUM_NOT_MET not in case.facts.lacks:
        return None
    return Judgement(
        "Not as many right holders license this use through the licensor as the quorum rule asks; "
        "where no rule is recorded, all must.",
        "Have the other holders consent, or the quorum rule recorded with its reason.",
    )


def at_least(share_bps: int) -> Evaluator:
    """Return the evaluator of laws that ask for the consent of holders of so great a share."""

    def judge(case: Case, row: ConsentRow) -> Judgement | None:
        if case.protection(row.place) is None or _no_holder(case) or _bound_share(case) >= share_bps:
            return None
        return Judgement(
            f"{row.requirement}: those who license hold {percent(_bound_share(case))} of the right.",
            "Have further holders consent.",
            is_certain=case.is_sure_of(row.place),
        )

    return judge


def executor(case: Case, row: ConsentRow) -> Judgement | None:
    if case.protection(row.place) is None or _no_holder(case) or case.has_signer(*_OFFICES):
        return None
    return Judgement(
        f"{row.requirement}: neither an executor nor an administrator licenses this use.",
        "Have the office verified with its letters and let it license, or consent.",
        is_certain=case.is_sure_of(row.place),
    )


def relatives(case: Case, row: ConsentRow) -> Judgement | None:
    """Relatives' consent is not recorded as such: say so wherever no heir or office of the estate licenses."""
    if case.is_living or case.has_signer(*_RELATIVES) or not _may_need_relatives(case, row):
        return None
    return Judgement(
        f"{row.requirement}. No heir, executor or administrator is among those who license.",
        "Clear the use with the relatives as well, and keep their written consent with the deal.",
        is_certain=False,
    )


def relatives_for_images(case: Case, row: ConsentRow) -> Judgement | None:
    """German law asks for relatives and heirs both, so an heir's signature alone does not settle it."""
    if case.is_living or not _may_need_relatives(case, row):
        return None
    return Judgement(
        f"{row.requirement}. Relatives' consent is not recorded here as such.",
        "Ask for the written consent of relatives and heirs both, and keep it with the deal.",
        is_certain=False,
    )


def _may_need_relatives(case: Case, row: ConsentRow) -> bool:
    """Where a right has years, only within them; where none is reported, relatives may act at any time."""
    clock = case.clocks.get(row.place or "")
    return clock is not None and (clock.phase.protects or clock.ends_on is None)


def _bound_share(case: Case) -> int:
    """Return the share of the component least bound; who administers an estate stands for all of it."""
    if case.has_signer(*_OFFICES):
        return BASIS_POINTS
    return min(
        sum(signer.share_bps or 0 for signer in case.facts.signers if component in signer.components)
        for component in case.facts.use.components
    )


EVALUATORS: dict[str, Callable[[Case, ConsentRow], Judgement | None]] = {
    "HOUSE-CONSENT": anybodys_consent,
    "HOUSE-QUORUM": quorum,
    "CA-3344": living_advertising_consent,
    "IL-1075-30-LIVE": living_consent,
    "IL-1075-30-REPLICA": anybodys_consent,
    "TN-ELVIS-TOOL": anybodys_consent,
    "VA-WRITTEN": advertising_consent_in_life_and_after,
    "NV-WRITTEN": consent_in_life_and_after,
    "AR-AI": consent_in_life_and_after,
    "CA-33441-GOODS": advertising_consent_after_death,
    "CA-33441-REPLICA": expressive_consent_after_death,
    "NY-50F-CONSENT": consent_after_death,
    "IL-1075-30-DEAD": consent_after_death,
    "NF-PM-FORM": consent_after_death,
    "CA-33441-MAJORITY": at_least(5_001),
    "NY-50F-MAJORITY": at_least(5_100),
    "OK-MAJORITY": at_least(5_001),
    "PA-HALF": at_least(5_000),
    "KY-EXECUTOR": executor,
    "DE-RELATIVES": relatives_for_images,
    "ES-DESIGNEE": relatives,
    "FR-RELATIVES": relatives,
    "CN-RELATIVES": relatives,
    "BR-RELATIVES": relatives,
}
