"""What a side of a license can do about its deal now."""

from dataclasses import dataclass
from datetime import date

from app.infrastructure.http.context import now
from app.licensing.queries import LicenseView
from app.negotiation.deals.rules.effect import today_of
from app.negotiation.deals.rules.options import extended_last_day, judge_exercise


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a side of a license can do about its deal at this instant, by the terms signed last."""

    option_sentence: str
    """Why the option cannot be used now; empty when it can."""
    option_last_day: date | None
    """Until when it would go on; nothing where the deal gives no option."""
    can_assign: bool
    is_over: bool
    today: date


def of(view: LicenseView) -> Outlook:
    terms = view.latest.terms.document
    option = terms["extension"]
    return Outlook(
        option_sentence=judge_exercise(terms, at=now()).sentence,
        option_last_day=None if option is None else extended_last_day(terms["term"], option["months"]),
        can_assign=terms["assignment"] == "with_consent",
        is_over=now() >= view.license.ends_at,
        today=today_of(terms, at=now()),
    )
