"""Routes of tax forms."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.paging import PageArgs
from app.parties.tax_forms import queries, schemas, service
from app.parties.tax_forms.models import TaxForm

tax_forms = api_blueprint("tax_forms", "/v1", "The tax forms of those who are paid")


@tax_forms.route("/parties/<party_id>/tax-forms")
class TaxForms(MethodView):
    @tax_forms.arguments(PageArgs, location="query")
    @tax_forms.response(200, schemas.TaxFormPageOut)
    def get(self, page: dict[str, Any], party_id: str) -> Any:
        """List the tax forms of your party, newest first"""
        found = queries.tax_forms_page(session(), actor(), party_id, cursor=page.get("cursor"), limit=page["limit"])
        return found, found.headers

    @tax_forms.arguments(schemas.TaxFormIn)
    @tax_forms.response(201, schemas.TaxFormOut)
    def post(self, form: dict[str, Any], party_id: str) -> TaxForm:
        """Record a tax form of your party

        It counts once an administrator has confirmed it. A W-9 holds until something on it changes, a W-8 until
        31 December of the third year after it was signed. Without a form that holds, money waits.
        """
        return service.record_tax_form(session=session(), actor=actor(), at=now(), party_id=party_id, **form)


@tax_forms.route("/tax-forms")
@tax_forms.arguments(schemas.TaxFormsArgs, location="query")
@tax_forms.response(200, schemas.TaxFormPageOut)
def get_tax_forms(args: dict[str, Any]) -> Any:
    """List your tax forms, newest first; an administrator sees all, and with `is_waiting` those to be confirmed"""
    found = queries.all_tax_forms_page(session(), actor(), **({"cursor": None} | args))
    return found, found.headers


@tax_forms.route("/tax-forms/<tax_form_id>/confirmation", methods=["POST"])
@tax_forms.response(200, schemas.TaxFormOut)
def post_confirmation(tax_form_id: str) -> TaxForm:
    """Confirm, as an administrator, that the signed form was seen and is complete

    Money that waited for it goes out by itself.
    """
    return service.confirm_tax_form(session=session(), actor=actor(), at=now(), tax_form_id=tax_form_id)


@tax_forms.route("/tax-forms/<tax_form_id>/revocation", methods=["POST"])
@tax_forms.arguments(schemas.TaxFormRevocationIn)
@tax_forms.response(200, schemas.TaxFormOut)
def post_revocation(why: dict[str, Any], tax_form_id: str) -> TaxForm:
    """End a tax form of your party before its time, because something on it changed or was wrong"""
    return service.revoke_tax_form(session=session(), actor=actor(), at=now(), tax_form_id=tax_form_id, **why)
