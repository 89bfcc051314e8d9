"""What is paid, when, and what changes it."""

from app.web.terms_form.parts import YES, Clause, Field, Kind, Rows

_PARTS = (
    Field("amount_minor", "Amount", Kind.FEE),
    Field("due_on", "Due on", Kind.DAY, hint="empty: at signature"),
)
_SHARES = (Field("amount_minor", "Amount", Kind.SHARE), _PARTS[1])

PAID = (
    Clause(
        "fee",
        "Fee in instalments",
        "Parts that add up to the fee, in order. Without any, all of it is due at signature.",
        rows=(Rows("instalments", "Part", _PARTS, 24),),
    ),
    Clause(
        "advance",
        "Advance",
        "Royalties paid before they are earned; later royalties earn it back.",
        fields=(
            Field("amount_minor", "Advance", Kind.SHARE),
            Field(
                "remainder",
                "What is not earned back in the end",
                Kind.CHOICE,
                choices={"guaranteed": "stays with the licensor", "repayable": "goes back to the licensee"},
            ),
        ),
        rows=(Rows("instalments", "Part", _SHARES, 24),),
        may_be_missing=True,
    ),
    Clause(
        "guarantee",
        "Minimum guarantee",
        "A floor on what the licensor earns. On each test day what is missing is paid; the floors add up to it.",
        fields=(
            Field("amount_minor", "Guarantee", Kind.SHARE),
            Field("advances_count", "Advances count as earned", Kind.FLAG, YES),
            Field("shortfall_recoupable", "What was paid to reach a floor is earned back later", Kind.FLAG),
        ),
        rows=(
            Rows(
                "schedule",
                "Test",
                (Field("test_on", "Test on", Kind.DAY), Field("amount_minor", "Floor", Kind.SHARE)),
                24,
            ),
        ),
        may_be_missing=True,
    ),
    Clause(
        "royalty",
        "Rates for some sales",
        "A rate for one medium, territory or channel, or from a month on. The most specific rule counts.",
        rows=(
            Rows(
                "rules",
                "Rule",
                (
                    Field("rate_bps", "Rate, %", Kind.PERCENT),
                    Field("territory", "Territory", Kind.TERRITORY, hint="anywhere"),
                    Field("channels", "Channels", Kind.WORDS, hint="any, or steam, console"),
                    Field("from_day", "From", Kind.DAY, hint="the first of a month"),
                    Field("media", "Media", Kind.MEDIA),
                ),
                40,
            ),
        ),
    ),
    Clause(
        "royalty.escalator",
        "Escalator",
        "Rates that change with success. Exactly at a limit the lower band still holds.",
        fields=(
            Field(
                "mode",
                "A new band changes",
                Kind.CHOICE,
                choices={
                    "cumulative_marginal": "only what lies above it",
                    "per_period": "what lies above it, anew each period",
                    "whole_slab": "everything so far",
                },
            ),
            Field(
                "scope",
                "Counted for",
                Kind.CHOICE,
                "license",
                choices={"item": "each item", "license": "this license", "deal_group": "the group of licenses"},
            ),
            Field(
                "tally",
                "What is counted",
                Kind.CHOICE,
                choices={"basis": "receipts, in minor units", "units": "units sold"},
            ),
            Field("starts_at", "Counting starts at", Kind.WHOLE, hint="0"),
        ),
        rows=(
            Rows(
                "bands",
                "Band",
                (Field("above", "Above", Kind.WHOLE), Field("rate_bps", "Rate, %", Kind.PERCENT)),
                12,
            ),
        ),
        may_be_missing=True,
    ),
    Clause(
        "royalty.reserve",
        "Reserve against returns",
        "Kept back and set free later; the parts add up to 100 %.",
        fields=(
            Field("rate_bps", "Kept back, %", Kind.PERCENT),
            Field(
                "timing",
                "From",
                Kind.CHOICE,
                "after_calculation",
                choices={"before_calculation": "the receipts", "after_calculation": "the royalty"},
            ),
        ),
        rows=(
            Rows(
                "release",
                "Release",
                (
                    Field("after_periods", "After, periods", Kind.WHOLE),
                    Field("share_bps", "Part, %", Kind.PERCENT),
                ),
                24,
            ),
        ),
        may_be_missing=True,
    ),
    Clause(
        "royalty",
        "Deductions and recoupment",
        "How much may be deducted before the royalty, and which other licenses earn back together with this one.",
        fields=(
            Field("deductions_cap_bps", "Deductions, at most % of gross", Kind.PERCENT, hint="no limit"),
            Field("recoupment_group", "Recoups together with, by name", Kind.LINE, hint="nothing"),
        ),
    ),
    Clause(
        "audit",
        "Audit",
        "The licensor's right to look into the books.",
        fields=(
            Field("notice_days", "Notice, days", Kind.WHOLE, hint="30"),
            Field("every_months", "At most once in, months", Kind.WHOLE, hint="12"),
            Field("look_back_months", "Reaching back, months", Kind.WHOLE, hint="36"),
            Field("cost_shift_bps", "Licensee pays from an underpayment of, %", Kind.PERCENT, hint="5"),
        ),
        may_be_missing=True,
    ),
    Clause(
        "late_interest",
        "Late payment",
        "Simple interest on what is paid late.",
        fields=(
            Field("annual_bps", "Interest for a year, %", Kind.PERCENT),
            Field("grace_days", "Running from, days after the due day", Kind.WHOLE, hint="0"),
        ),
        may_be_missing=True,
    ),
)
