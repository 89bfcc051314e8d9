"""Every clause that the form shows beside the plain fields, in groups, said in plain words."""

from collections.abc import Mapping

from app.web.terms_form.clauses.afterwards import AFTERWARDS
from app.web.terms_form.clauses.later import LATER
from app.web.terms_form.clauses.paid import PAID
from app.web.terms_form.clauses.scope import SCOPE
from app.web.terms_form.parts import Clause

GROUPS: Mapping[str, tuple[Clause, ...]] = {"scope": SCOPE, "paid": PAID, "afterwards": AFTERWARDS, "later": LATER}
CLAUSES = tuple(clause for group in GROUPS.values() for clause in group)
"""All of them, in the order of the form. What the form asks for plainly (term, grants, fee, rate) is not here."""
