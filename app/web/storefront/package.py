"""One package: what may be done with each component, where, at what price, and whether it is free."""

from datetime import timedelta
from functools import partial
from typing import Any

import marshmallow as ma
from flask import g, render_template, url_for

from app.catalog import queries
from app.catalog.presets import PRESETS
from app.catalog.queries import PackageView
from app.infrastructure.http.context import now, session
from app.rights.answers import answer_document
from app.rights.schemas import AvailsIn
from app.rights.service import ask_avails
from app.rights.states import MatchMode
from app.values.errors import InvalidInput, InvalidValue
from app.values.term import add_months
from app.values.territory import Territory
from app.web import forms
from app.web.storefront import asking
from app.web.visitor import Audience, visitor


def show(package_id: str) -> str:
    actor = g.get("actor")
    if actor is None:
        view = queries.public_package_view(session(), package_id)
    else:
        view = queries.package_view(session(), actor, package_id)
    guest = visitor()
    answer, complaint = _answer(package_id) if guest is not None else (None, "")
    asked = _asked(view)
    page = partial(url_for, ".package", package_id=package_id, _anchor="free")
    return render_template(
        "storefront/package.html",
        view=view,
        presets=PRESETS,
        may_ask=guest is not None and view.components,
        may_request=guest is not None and guest.audience is Audience.LICENSEE and view.package.status.is_public,
        is_own=guest is not None and view.package.licensor_party_id == guest.party.id,
        asked=asked,
        answer=answer,
        ways=asking.ways(asked, answer, page) if answer else [],
        chart=asking.chart(asked, answer) if answer else None,
        match_modes=list(MatchMode),
        complaint=complaint,
    )


def _asked(view: PackageView) -> asking.Asked:
    """Return the question in the address; before anybody asked, a common one."""
    if asking.is_asked():
        return asking.in_address()
    first_day = now().date() + timedelta(days=14)
    offered = [part.component for part in view.components]
    return {
        "components": [row.component.value for row in offered[:1]],
        "axes": offered[0].axes[:1] if offered else [],
        "media": offered[0].media[:1] if offered else [],
        "categories": [],
        "languages": "",
        "territory": offered[0].territory_expression if offered else "",
        "first_day": first_day.isoformat(),
        "last_day": (add_months(first_day, 12) - timedelta(days=1)).isoformat(),
        "zone": "UTC",
        "exclusivity": "non_exclusive",
        "match": "cover",
        "minimum_days": "",
    }


def _answer(package_id: str) -> tuple[dict[str, Any] | None, str]:
    """Ask whether the use in the address is free, if one is asked about; or say what cannot be read."""
    if not asking.is_asked():
        return None, ""
    try:
        question = asking.loaded(AvailsIn())
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
    except (InvalidValue, InvalidInput) as error:
        return None, str(error)
    return answer_document(answer, territory=territory.expression), ""
