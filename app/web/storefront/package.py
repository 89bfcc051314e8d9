"""One package: what may be done with each component, where, at what price, and whether it is free."""

from datetime import timedelta
from typing import Any

import marshmallow as ma
from flask import g, render_template, request

from app.catalog import queries
from app.catalog.presets import PRESETS
from app.catalog.queries import PackageView
from app.infrastructure.http.context import now, session
from app.rights.answers import answer_document
from app.rights.schemas import AvailsIn
from app.rights.service import ask_avails
from app.values.errors import InvalidValue
from app.values.term import add_months
from app.values.territory import Territory
from app.web import forms
from app.web.visitor import Audience, visitor

LISTS = ("components", "axes", "media", "categories")
WORDS = ("territory", "first_day", "last_day", "zone", "exclusivity")


def show(package_id: str) -> str:
    actor = g.get("actor")
    if actor is None:
        view = queries.public_package_view(session(), package_id)
    else:
        view = queries.package_view(session(), actor, package_id)
    guest = visitor()
    answer, complaint = _answer(package_id) if guest is not None else (None, "")
    return render_template(
        "storefront/package.html",
        view=view,
        presets=PRESETS,
        may_ask=guest is not None and view.components,
        may_request=guest is not None and guest.audience is Audience.LICENSEE and view.package.status.is_public,
        asked=_asked(view),
        answer=answer,
        complaint=complaint,
    )


def _asked(view: PackageView) -> dict[str, Any]:
    """Return the question in the address; before anybody asked, a common one."""
    if "territory" in request.args:
        lists: dict[str, Any] = {name: request.args.getlist(name) for name in LISTS}
        return lists | {name: request.args.get(name, "") for name in WORDS}
    first_day = now().date() + timedelta(days=14)
    offered = [part.component for part in view.components]
    return {
        "components": [row.component.value for row in offered[:1]],
        "axes": offered[0].axes[:1] if offered else [],
        "media": offered[0].media[:1] if offered else [],
        "categories": [],
        "territory": offered[0].territory_expression if offered else "",
        "first_day": first_day.isoformat(),
        "last_day": (add_months(first_day, 12) - timedelta(days=1)).isoformat(),
        "zone": "UTC",
        "exclusivity": "non_exclusive",
    }


def _answer(package_id: str) -> tuple[dict[str, Any] | None, str]:
    """Ask whether the use in the address is free, if one is asked about; or say what cannot be read."""
    if "territory" not in request.args:
        return None, ""
    given: dict[str, Any] = {name: request.args.getlist(name) for name in LISTS if request.args.get(name)}
    given |= {name: request.args[name].strip() for name in WORDS if request.args.get(name)}
    try:
        question = AvailsIn().load(given)
        territory: Territory = question.pop("territory")
        answer = ask_avails(
            session=session(),
            actor=g.actor,
            at=now(),
            package_id=package_id,
            territory=territory.codes,
            **question,
        )
    except ma.ValidationError as error:
        return None, forms.first_complaint(error)
    except InvalidValue as error:
        return None, str(error)
    return answer_document(answer, territory=territory.expression), ""
