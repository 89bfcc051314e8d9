"""Every clause that the form shows beside the plain fields, in groups, said in plain words."""

from collections.abc import Mapping

from app.negotiation.terms.vocabulary import DeletionScope, GuardContext, Warranty
from app.values import formats
from app.values.components import Component
from app.web.terms_form.parts import Clause, Field, Kind, Rows

YES = "yes"
_PARTS = (
    Field("amount_minor", "Amount", Kind.FEE),
    Field("due_on", "Due on", Kind.DAY, hint="empty: at signature"),
)
_SHARES = (Field("amount_minor", "Amount", Kind.SHARE), _PARTS[1])


def _labels(**codes: str) -> Mapping[str, str]:
    return codes


def _words(codes: type[DeletionScope] | type[GuardContext] | type[Warranty]) -> Mapping[str, str]:
    return {code.value: formats.capitalize_first(formats.words(code.value)) for code in codes}


SCOPE = (
    Clause(
        "",
        "Caps",
        "The most that may be made, sold or run at once. Without one, only the grants are the limit.",
        rows=(
            Rows(
                "caps",
                "Cap",
                (
                    Field("most", "At most", Kind.WHOLE),
                    Field(
                        "unit",
                        "of",
                        Kind.CHOICE,
                        choices=_labels(
                            lines="lines of dialogue",
                            words="words",
                            minutes="finished minutes",
                            renders="renders",
                            units="units sold",
                            concurrent_titles="titles at the same time",
                        ),
                    ),
                    Field(
                        "per",
                        "in",
                        Kind.CHOICE,
                        choices=_labels(term="the whole term", year="each year", month="each month"),
                    ),
                    Field(
                        "component",
                        "for",
                        Kind.CHOICE,
                        choices={"": "everything together"} | {c.value: f"the {c.value}" for c in Component},
                    ),
                ),
                20,
            ),
        ),
    ),
    Clause(
        "",
        "Guard list",
        "Contexts in which the likeness never appears, whatever is granted. Game clients read these codes.",
        fields=(Field("guard_list", "Never in the context of", Kind.CODES, choices=_words(GuardContext)),),
    ),
    Clause(
        "",
        "Approvals",
        "What the licensor sees and answers before you go on.",
        rows=(
            Rows(
                "approvals",
                "Approval",
                (
                    Field(
                        "stage",
                        "Of",
                        Kind.CHOICE,
                        choices={
                            "": "nothing",
                            "script": "the script",
                            "sample": "a sample",
                            "final": "the final work",
                        },
                    ),
                    Field("days", "Days to answer", Kind.WHOLE, hint="10"),
                    Field("rounds", "Rounds of changes", Kind.WHOLE, hint="2"),
                    Field(
                        "silence",
                        "No answer means",
                        Kind.CHOICE,
                        choices=_labels(refused="refused", approved="approved"),
                    ),
                ),
                3,
            ),
        ),
    ),
)

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
                choices=_labels(guaranteed="stays with the licensor", repayable="goes back to the licensee"),
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
                choices=_labels(
                    cumulative_marginal="only what lies above it",
                    per_period="what lies above it, anew each period",
                    whole_slab="everything so far",
                ),
            ),
            Field(
                "scope",
                "Counted for",
                Kind.CHOICE,
                "license",
                choices=_labels(item="each item", license="this license", deal_group="the group of licenses"),
            ),
            Field(
                "tally",
                "What is counted",
                Kind.CHOICE,
                choices=_labels(basis="receipts, in minor units", units="units sold"),
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
                choices=_labels(before_calculation="the receipts", after_calculation="the royalty"),
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

AFTERWARDS = (
    Clause(
        "wind_down",
        "Wind-down",
        "Time after the end in which what is out is brought home, and the plan for it.",
        fields=(Field("days", "Lasts, days", Kind.WHOLE, "0"),),
        rows=(
            Rows(
                "steps",
                "Step",
                (
                    Field("step", "What is done", Kind.LINE),
                    Field("within_days", "Within, days", Kind.WHOLE),
                    Field("needs_evidence", "Proof is filed", Kind.FLAG),
                ),
                30,
            ),
        ),
    ),
    Clause(
        "sell_off",
        "Sell-off",
        "Time after the end in which goods already made may be sold; they earn royalty as before.",
        fields=(
            Field("days", "Lasts, days", Kind.WHOLE),
            Field("inventory_days_before_end", "Stock is listed before the end, days", Kind.WHOLE, hint="30"),
            Field("recoups", "These royalties earn back an advance", Kind.FLAG),
        ),
        may_be_missing=True,
    ),
    Clause(
        "deletion",
        "Deletion",
        "What the licensee destroys after the end, or after the wind-down.",
        fields=(
            Field(
                "covers",
                "What",
                Kind.CODES,
                "delivered_copies derived_models",
                choices=_words(DeletionScope),
            ),
            Field("within_days", "Within, days", Kind.WHOLE, "30"),
            Field("needs_certificate", "An officer signs that it was done", Kind.FLAG, YES),
        ),
    ),
)

LATER = (
    Clause(
        "tolling",
        "Tolling",
        "Whether days of suspension are added to the term. Each time it is computed and agreed.",
        fields=(
            Field("is_allowed", "Days of suspension can be added", Kind.FLAG),
            Field("most_days", "At most, days", Kind.WHOLE, hint="no limit"),
        ),
    ),
    Clause(
        "strike",
        "Strike",
        "What a strike of a performers' union does to the license.",
        fields=(
            Field("suspends", "It suspends new performances", Kind.FLAG),
            Field("tolls", "Its days can be added to the term", Kind.FLAG),
        ),
    ),
    Clause(
        "extension",
        "Option to extend",
        "The licensee's option to go on under the same terms.",
        fields=(
            Field("months", "Months each time", Kind.WHOLE),
            Field("most_times", "How often", Kind.WHOLE, hint="1"),
            Field("exercise_from_days", "From, days before the end", Kind.WHOLE, hint="180"),
            Field("exercise_until_days", "Until, days before the end", Kind.WHOLE, hint="30"),
            Field("fee_minor", "Fee each time", Kind.FEE, hint="none"),
        ),
        may_be_missing=True,
    ),
    Clause(
        "first_refusal",
        "First refusal",
        "A window before the end in which the licensor bargains about a renewal with nobody else.",
        fields=(
            Field("from_days", "Opens, days before the end", Kind.WHOLE, hint="120"),
            Field("until_days", "Closes, days before the end", Kind.WHOLE, hint="60"),
        ),
        may_be_missing=True,
    ),
    Clause(
        "",
        "Assignment",
        "Whether the licensee may hand the license on to another.",
        fields=(
            Field(
                "assignment",
                "The license can be handed on",
                Kind.CHOICE,
                "none",
                choices=_labels(none="to nobody", with_consent="with the licensor's consent to that very party"),
            ),
        ),
    ),
    Clause(
        "end_user",
        "End user",
        "Who uses the likeness, where that is not the licensee.",
        fields=(
            Field("name", "Name", Kind.LINE),
            Field("country", "Country", Kind.PLACE, hint="FR"),
        ),
        may_be_missing=True,
    ),
    Clause(
        "agency",
        "Agency",
        "An agency that is named in the deal and is no party to it.",
        fields=(
            Field("name", "Name", Kind.LINE),
            Field(
                "acts_for",
                "Acts for",
                Kind.CHOICE,
                choices=_labels(licensee="the licensee", licensor="the licensor"),
            ),
        ),
        may_be_missing=True,
    ),
    Clause(
        "governing_law",
        "Governing law",
        "By which law the deal is read, and who decides.",
        fields=(
            Field("law", "Law of", Kind.PLACE, hint="US-NY"),
            Field("forum", "Court or arbitration", Kind.LINE, hint="Courts of New York County"),
        ),
        may_be_missing=True,
    ),
    Clause(
        "",
        "Warranties",
        "What the sides stand for.",
        fields=(Field("warranties", "It is warranted", Kind.CODES, choices=_words(Warranty)),),
    ),
)

GROUPS: Mapping[str, tuple[Clause, ...]] = {"scope": SCOPE, "paid": PAID, "afterwards": AFTERWARDS, "later": LATER}
CLAUSES = tuple(clause for group in GROUPS.values() for clause in group)
"""All of them, in the order of the form. What the form asks for plainly (term, grants, fee, rate) is not here."""
