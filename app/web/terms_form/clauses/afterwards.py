"""What happens when the license ends."""

from app.negotiation.terms.vocabulary import DeletionScope
from app.web.terms_form.parts import YES, Clause, Field, Kind, Rows, named

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
                choices=named(DeletionScope),
            ),
            Field("within_days", "Within, days", Kind.WHOLE, "30"),
            Field("needs_certificate", "An officer signs that it was done", Kind.FLAG, YES),
        ),
    ),
)
