"""What may become of the deal, who else is concerned, and the law it stands under."""

from app.negotiation.terms.vocabulary import Warranty
from app.web.terms_form.parts import Clause, Field, Kind, named

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
        "breach",
        "Breach",
        "The least time to cure a breach before the license is ended for it.",
        fields=(Field("cure_days", "To cure it, days", Kind.WHOLE, "30"),),
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
                choices={"none": "to nobody", "with_consent": "with the licensor's consent to that very party"},
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
                choices={"licensee": "the licensee", "licensor": "the licensor"},
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
        fields=(Field("warranties", "It is warranted", Kind.CODES, choices=named(Warranty)),),
    ),
)
