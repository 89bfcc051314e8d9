"""How much may be made, in which contexts never, and what is approved first."""

from app.negotiation.terms.vocabulary import GuardContext
from app.values.components import Component
from app.web.terms_form.parts import Clause, Field, Kind, Rows, named

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
                        choices={
                            "lines": "lines of dialogue",
                            "words": "words",
                            "minutes": "finished minutes",
                            "renders": "renders",
                            "units": "units sold",
                            "concurrent_titles": "titles at the same time",
                        },
                    ),
                    Field(
                        "per",
                        "in",
                        Kind.CHOICE,
                        choices={"term": "the whole term", "year": "each year", "month": "each month"},
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
        fields=(Field("guard_list", "Never in the context of", Kind.CODES, choices=named(GuardContext)),),
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
                        choices={"refused": "refused", "approved": "approved"},
                    ),
                ),
                3,
            ),
        ),
    ),
    Clause(
        "check_in",
        "Check-in",
        "How often game servers and other systems say that they are there. Use stops where one is missed.",
        fields=(
            Field("every_hours", "At least every, hours", Kind.WHOLE),
            Field("grace_hours", "It may be late by, hours", Kind.WHOLE, hint="0"),
        ),
        may_be_missing=True,
    ),
    Clause(
        "",
        "Public record",
        "What anybody may read about the license. That it stands, or is over, can always be looked up.",
        fields=(
            Field(
                "public_record",
                "Anybody may read",
                Kind.CODES,
                choices={
                    "performer": "the performer",
                    "production": "the production",
                    "licensee": "the licensee",
                    "licensor": "the licensor",
                    "term": "from when until when it runs",
                    "scope": "components, media and territories",
                },
            ),
        ),
    ),
)
