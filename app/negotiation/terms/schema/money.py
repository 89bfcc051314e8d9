"""What is paid whatever sells: the fee, advances, minimum guarantees, and what late payment costs."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import AmountMinor, Bps, WholeNumber
from app.negotiation.terms.checks import money as checks
from app.negotiation.terms.fields import Day
from app.negotiation.terms.schema.told import BPS, DAYS, MINOR, currency, refuse, told
from app.negotiation.terms.vocabulary import Remainder

MOST_PARTS = 24
HIGHEST_INTEREST_BPS = 3_000


class InstalmentIn(ma.Schema):
    """One part of an amount that is paid in several."""

    amount_minor = AmountMinor(minimum=1, required=True, metadata=told("How much", unit=MINOR))
    due_on = Day(
        load_default=None,
        allow_none=True,
        metadata=told("The day, in the zone of the term, on which it falls due; nothing: at signature"),
    )


def _instalments(**kwargs: Any) -> ma.fields.List[Any]:
    return ma.fields.List(ma.fields.Nested(InstalmentIn), validate=ma.validate.Length(max=MOST_PARTS), **kwargs)


class FeeIn(ma.Schema):
    """Paid for the license, whatever is sold. 0 is a license without a fee."""

    amount_minor = AmountMinor(required=True, metadata=told("The whole fee", unit=MINOR))
    currency = currency(required=True)
    instalments = _instalments(
        load_default=list, metadata=told("Parts that add up to the fee, in order; none: all of it at signature")
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.instalment_problems(data["instalments"], data["amount_minor"], "the fee"))


class AdvanceIn(ma.Schema):
    """Royalties paid before they are earned, in the currency of the royalty. Royalties earn it back."""

    amount_minor = AmountMinor(minimum=1, required=True, metadata=told("The whole advance", unit=MINOR))
    instalments = _instalments(
        load_default=list, metadata=told("Parts that add up to the advance; none: all of it at signature")
    )
    remainder = ma.fields.Enum(
        Remainder,
        by_value=True,
        load_default=Remainder.GUARANTEED,
        metadata=told("What becomes of what royalties have not earned back at the end"),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.instalment_problems(data["instalments"], data["amount_minor"], "the advance"))


class GuaranteeTestIn(ma.Schema):
    """One day on which earnings are held against a floor."""

    test_on = Day(required=True, metadata=told("Earnings after the test before, up to this day, count"))
    amount_minor = AmountMinor(minimum=1, required=True, metadata=told("The floor for that time", unit=MINOR))


class GuaranteeIn(ma.Schema):
    """A floor on what the licensor earns, in the currency of the royalty; what is missing is paid at each test."""

    amount_minor = AmountMinor(minimum=1, required=True, metadata=told("All floors together", unit=MINOR))
    schedule = ma.fields.List(
        ma.fields.Nested(GuaranteeTestIn),
        required=True,
        validate=ma.validate.Length(1, MOST_PARTS),
        metadata=told("Tests in order, whose floors add up to the guarantee: one a year, or one for the term"),
    )
    advances_count = ma.fields.Bool(
        load_default=True,
        truthy={True},
        falsy={False},
        metadata=told("Whether advances that fell due count as earned"),
    )
    shortfall_recoupable = ma.fields.Bool(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata=told("Whether what was paid to reach a floor is earned back by later royalties"),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.guarantee_problems(data["schedule"], data["amount_minor"]))


class LateInterestIn(ma.Schema):
    """What late payment costs."""

    annual_bps = Bps(
        maximum=HIGHEST_INTEREST_BPS, required=True, metadata=told("Simple interest for a year", unit=BPS)
    )
    grace_days = WholeNumber(
        load_default=0,
        validate=ma.validate.Range(0, 180),
        metadata=told("Days after the due day from which it runs", unit=DAYS),
    )
