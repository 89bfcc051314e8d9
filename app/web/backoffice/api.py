"""The demo clock for programs: the walk through one deal moves it this way."""

from datetime import datetime
from typing import Any

import marshmallow as ma
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import services, session
from app.infrastructure.http.fields import Instant
from app.web.backoffice.moving import demo_clock, move_clock

demo = api_blueprint("demo", "/v1/demo", "Only where the service runs as a demonstration")


class ClockOut(ma.Schema):
    now = Instant(required=True, metadata={"description": "Business time"})


class ClockIn(ma.Schema):
    move_to = Instant(required=True, metadata={"description": "An instant in the future of business time"})


@demo.route("/clock")
class Clock(MethodView):
    @demo.response(200, ClockOut)
    def get(self) -> dict[str, datetime]:
        """Return business time. Administrators only"""
        return {"now": demo_clock(services().clock, actor()).now()}

    @demo.arguments(ClockIn)
    @demo.response(200, ClockOut)
    def post(self, body: dict[str, Any]) -> dict[str, datetime]:
        """Move business time forward, for everybody. Administrators only"""
        moved = move_clock(session=session(), actor=actor(), clock=services().clock, move_to=body["move_to"])
        return {"now": moved}
