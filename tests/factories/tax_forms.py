"""Tax forms, made through the services."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.identity.states import Role
from app.parties.models import Party
from app.parties.tax_forms import service
from app.parties.tax_forms.models import TaxForm
from app.parties.tax_forms.states import TaxFormKind
from tests.support.clock import START

_BOOTSTRAP = Actor(user_id="usr_bootstrap", party_id="", role=Role.ADMINISTRATOR)


def make_tax_form(
    session: Session, party: Party, *, is_confirmed: bool = True, at: datetime = START, **changes: Any
) -> TaxForm:
    """The form of a party taxed where it is established, signed three days ago and confirmed."""
    declared: dict[str, Any] = {
        "kind": TaxFormKind.W9 if party.country == "US" else TaxFormKind.W8BEN_E,
        "country": party.country,
        "signed_on": date.fromordinal(at.toordinal() - 3),
    }
    form = service.record_tax_form(
        session=session, actor=_BOOTSTRAP, at=at, party_id=party.id, **(declared | changes)
    )
    if is_confirmed:
        confirm_tax_form(session, form, at=at)
    return form


def confirm_tax_form(session: Session, form: TaxForm, *, at: datetime = START) -> None:
    service.confirm_tax_form(session=session, actor=_BOOTSTRAP, at=at, tax_form_id=form.id)
