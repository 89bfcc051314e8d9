"""Who holds what of the licensor's, until when: a line for each license, next end first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.licensing.standing.overview import Holding, Shown, holdings_page
from app.web.visitor import Audience, require

WIDTH = 1000
PER_PAGE = 50
_MARGIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Bar:
    """A license on the line, from 0 to `WIDTH`, and how much of that is gone."""

    x: int
    width: int
    gone: int
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The time that all bars of a page lie on."""

    first: datetime
    last: datetime
    now_x: int | None

    def x(self, at: datetime) -> int:
        share = (at - self.first) / (self.last - self.first)
        return round(min(max(share, 0.0), 1.0) * WIDTH)

    def bar(self, holding: Holding, at: datetime) -> Bar:
        starts, ends = self.x(holding.view.license.starts_at), self.x(holding.ends_at)
        width = max(ends - starts, 4)
        gone = min(max(self.x(at) - starts, 0), width)
        return Bar(starts, width, gone, is_stopped=holding.standing.value in {"SUSPENDED", "TERMINATED", "EXPIRED"})


def show() -> str:
    actor = require(Audience.LICENSOR).actor
    shown = _shown()
    licensee = request.args.get("licensee") or None
    page = holdings_page(
        session(),
        actor,
        at=now(),
        shown=shown,
        licensee_party_id=licensee,
        cursor=request.args.get("cursor"),
        limit=PER_PAGE,
    )
    line = line_of(page.items, now())
    return render_template(
        "licensor/holdings.html",
        holdings=[(holding, line.bar(holding, now())) for holding in page.items] if line else [],
        line=line,
        shown=shown,
        choices=list(Shown),
        licensee=licensee,
        next_url=_next_url(page.next_cursor, shown, licensee),
    )


def _next_url(cursor: str | None, shown: Shown, licensee: str | None) -> str | None:
    return url_for(".holdings", cursor=cursor, shown=shown.value, licensee=licensee) if cursor else None


def line_of(holdings: Sequence[Holding], at: datetime) -> Line | None:
    """Return the line on which these licenses lie; nothing where there are none."""
    if not holdings:
        return None
    first = min(holding.view.license.starts_at for holding in holdings) - _MARGIN
    last = max(holding.ends_at for holding in holdings) + _MARGIN
    line = Line(first, last, None)
    return Line(first, last, line.x(at) if first <= at <= last else None)


def _shown() -> Shown:
    """Return what is asked for; what nobody offers to choose shows what runs."""
    wanted = request.args.get("shown", "")
    return Shown(wanted) if wanted in set(Shown) else Shown.RUNNING
