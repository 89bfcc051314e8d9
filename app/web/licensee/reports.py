"""Report what was sold: a store's export as it is, with its products mapped to the items of the license."""

import json
from typing import Any

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.infrastructure.http.fields import file_name
from app.licensing import queries as licensing
from app.royalties import queries
from app.royalties.models import UsageReport
from app.royalties.schemas import UsageReportIn
from app.royalties.service.reports import ReportUpload, upload_report
from app.royalties.states import ReportKind
from app.royalties.stores.known import LAYOUTS
from app.values.errors import DomainError, InvalidInput
from app.web import forms
from app.web.visitor import Audience, require

ROWS = 6
"""Rows for products on an empty form."""


def show(license_id: str, refusal: DomainError | None = None) -> str:
    actor = require(Audience.LICENSEE).actor
    view = licensing.license_view(session(), actor, license_id)
    reports = queries.reports_page(session(), actor, license_id, cursor=None, limit=25).items
    return render_template(
        "licensee/report.html",
        view=view,
        media=sorted({leaf for grant in view.terms_at(now()).grants for leaf in grant.media}),
        reports=reports,
        rows=_typed_rows() if request.method == "POST" else _rows_of(reports[0] if reports else None),
        kinds=list(ReportKind),
        layouts=LAYOUTS,
        typed=request.form,
        refusal=refusal,
    )


def upload(license_id: str) -> forms.Answer:
    actor = require(Audience.LICENSEE).actor

    def work() -> str:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise InvalidInput.at("/file", "Choose the store's export to send.")
        form = UsageReportIn().load(
            {
                "file": file,
                "period_first_day": forms.day("period_first_day", "The first day").isoformat(),
                "period_last_day": forms.day("period_last_day", "The last day").isoformat(),
                "kind": forms.text("kind"),
                "layout": forms.text("layout"),
                "mapping": json.dumps(_mapping()),
            }
        )
        upload_report(
            session=session(),
            actor=actor,
            at=now(),
            license_id=license_id,
            upload=ReportUpload(
                first_day=form["period_first_day"],
                last_day=form["period_last_day"],
                kind=form["kind"],
                layout=form["layout"],
                mapping=form["mapping"],
                filename=file_name(form["file"]),
            ),
            stream=form["file"].stream,
        )
        return url_for(".report", license_id=license_id)

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def _mapping() -> dict[str, dict[str, str] | None]:
    """Return the mapping as the API takes it: product to item and medium, or to nothing where it is left out."""
    mapping: dict[str, dict[str, str] | None] = {}
    for row in _typed_rows():
        if not row["product"]:
            continue
        if row["product"] in mapping:
            raise InvalidInput.at("/mapping", f"The product {row['product']} is there twice.")
        mapping[row["product"]] = {"item": row["item"], "media": row["media"]} if row["item"] else None
    return mapping


def _typed_rows() -> list[dict[str, str]]:
    columns = (request.form.getlist(name) for name in ("product", "item", "media"))
    return [
        {"product": product.strip(), "item": item.strip(), "media": medium}
        for product, item, medium in zip(*columns, strict=False)
    ]


def _rows_of(report: UsageReport | None) -> list[dict[str, str]]:
    """Begin with the products of the last report."""
    rows = []
    mapping: dict[str, Any] = dict(report.mapping) if report else {}
    for product, mapped in mapping.items():
        known = mapped if isinstance(mapped, dict) else {}
        rows.append({"product": product, "item": known.get("item", ""), "media": known.get("media", "")})
    return rows + [{"product": "", "item": "", "media": ""}] * max(2, ROWS - len(rows))
