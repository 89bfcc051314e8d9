"""What goes into the route about a death."""

import marshmallow as ma

from app.infrastructure.http.fields import Paragraphs


class DeathIn(ma.Schema):
    died_on = ma.fields.Date(required=True)
    reason = Paragraphs(2000, required=True, metadata={"description": "What proves it, such as a certificate"})
