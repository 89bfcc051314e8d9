"""Deal terms as a form: for the first request, and for a counteroffer that starts from the latest offer.

A form is a flat mapping from field to texts, the same shape whether it comes from a package, from an offer's
document or from what somebody typed. Reading gives the very input the API takes, checked by the same schema.
`clauses` says what can be filled in beside the plain fields; begin, write, read and places all follow it.
"""

from app.web.terms_form.begin import of_declarations, of_document, of_offer, of_package
from app.web.terms_form.choices import ZONES, shown
from app.web.terms_form.read import grant_typed, included_grants, read_offer, typed
from app.web.terms_form.values import Values, one, percent

__all__ = [
    "ZONES",
    "Values",
    "grant_typed",
    "included_grants",
    "of_declarations",
    "of_document",
    "of_offer",
    "of_package",
    "one",
    "percent",
    "read_offer",
    "shown",
    "typed",
]
