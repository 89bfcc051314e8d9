"""What goes in and out of the question for avails over the whole catalog."""

import marshmallow as ma

from app.catalog.schemas import FoundPackageOut
from app.infrastructure.http.fields import Instant, WholeNumber, plain_text
from app.infrastructure.http.paging import LARGEST_PAGE
from app.rights.schemas import AvailsIn, FreePartOut, WindowOut


class CatalogAvailsIn(AvailsIn):
    """The question for one package, asked of all; a package must give every component asked for."""

    text = ma.fields.Str(
        load_default="",
        validate=plain_text(200, shortest=0),
        metadata={"description": "Words of the title, summary, tags or performer's name, or how they begin"},
    )
    performer_is_living = ma.fields.Bool(
        load_default=None,
        allow_none=True,
        truthy={True},
        falsy={False},
        metadata={"description": "Null for both the living and the dead"},
    )
    cursor = ma.fields.Str(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Regexp(r"pkg_[0-9A-Z]{26}\Z"),
        metadata={"description": "`next_cursor` of the page before; null begins with the newest package"},
    )
    limit = WholeNumber(load_default=25, validate=ma.validate.Range(1, LARGEST_PAGE))


class FreePackageOut(ma.Schema):
    """A package that matches, with when and where all that was asked for is free of it."""

    package = ma.fields.Nested(FoundPackageOut, required=True, attribute="found")
    windows = ma.fields.List(
        ma.fields.Nested(WindowOut),
        required=True,
        metadata={
            "description": "When all of it is free: within the term for `cover`, from today on for any other match"
        },
    )
    free = ma.fields.List(
        ma.fields.Nested(FreePartOut),
        required=True,
        metadata={"description": "The same country by country; a country that is missing is never free"},
    )


class CatalogAvailsOut(ma.Schema):
    """One page. Ask again with `next_cursor` until it is null: a short or empty page need not be the last."""

    items = ma.fields.List(ma.fields.Nested(FreePackageOut), required=True)
    looked_at = ma.fields.Int(
        required=True, metadata={"description": "How many listed packages were decided about for this page"}
    )
    matching = ma.fields.Int(required=True, metadata={"description": "How many of them match: those on this page"})
    next_cursor = ma.fields.Str(required=True, allow_none=True)
    asked_at = Instant(required=True, metadata={"description": "The answer is of this instant; nothing is kept"})
