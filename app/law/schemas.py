"""What goes in and out of the routes about the law."""

from datetime import date
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import (
    Bps,
    Instant,
    Line,
    Paragraphs,
    TerritoryExpression,
    WholeNumber,
    plain_text,
)
from app.infrastructure.http.paging import LARGEST_PAGE, PageArgs, page_schema
from app.law.rules.listing import JudgedWhen
from app.law.states import Applies, LawTable, Phase, RegistrationState
from app.values.law.vocabulary import (
    AppliesBy,
    Category,
    Confidence,
    ConsentThreshold,
    Enforcement,
    LawStatus,
    RegistrationDuty,
    TermKind,
)
from app.values.territory import Territory

_DAYS = ma.validate.Range(date(1850, 1, 1), date(2999, 12, 31))
_KEY = plain_text(40)


class CitationOut(ma.Schema):
    rule_id = ma.fields.Str(required=True)
    jurisdiction = ma.fields.Str(required=True)
    citation = ma.fields.Str(required=True)
    source_url = ma.fields.Str(required=True)
    confidence = ma.fields.Str(required=True, validate=ma.validate.OneOf(list(Confidence)))
    lawyer_confirm = ma.fields.Bool(
        required=True, metadata={"description": "Have counsel confirm it before anyone relies on it"}
    )


class FindingOut(ma.Schema):
    """One rule that a use does not meet, from its JSON form."""

    rule_id = ma.fields.Str(required=True)
    enforcement = ma.fields.Str(required=True, validate=ma.validate.OneOf(list(Enforcement)))
    sentence = ma.fields.Str(required=True)
    remedy = ma.fields.Str(required=True)
    citation = ma.fields.Nested(CitationOut, required=True)
    override_reason = ma.fields.Str(required=True, allow_none=True)


class LawPageArgs(ma.Schema):
    """Query arguments of a table of law."""

    class Meta:
        unknown = ma.RAISE

    cursor = ma.fields.Str(load_default=None, validate=_KEY, metadata={"description": "Key of the last row seen"})
    limit = ma.fields.Int(load_default=25, validate=ma.validate.Range(1, LARGEST_PAGE))
    jurisdiction = ma.fields.Str(
        load_default=None,
        validate=_KEY,
        metadata={"description": "A code such as US-CA; a country's code also finds its states", "example": "US"},
    )


class ConsentPageArgs(LawPageArgs):
    category = ma.fields.Enum(Category, by_value=True, load_default=None)


class PostmortemRuleOut(ma.Schema):
    jurisdiction = ma.fields.Str(required=True, attribute="row.jurisdiction")
    term_kind = ma.fields.Enum(TermKind, by_value=True, required=True, attribute="row.term_kind")
    years = ma.fields.Int(required=True, allow_none=True, metadata={"description": "As they count today"})
    max_years = ma.fields.Int(required=True, allow_none=True, attribute="row.max_years")
    protects_voice = ma.fields.Bool(required=True, allow_none=True, attribute="row.protects_voice")
    protects_mannerisms = ma.fields.Bool(required=True, allow_none=True, attribute="row.protects_mannerisms")
    applies_by = ma.fields.Enum(AppliesBy, by_value=True, required=True, attribute="row.applies_by")
    death_on_or_after = ma.fields.Date(required=True, allow_none=True, attribute="row.death_on_or_after")
    registration = ma.fields.Enum(RegistrationDuty, by_value=True, required=True, attribute="row.registration")
    consent_threshold = ma.fields.Enum(
        ConsentThreshold, by_value=True, required=True, attribute="row.consent_threshold"
    )
    status = ma.fields.Enum(LawStatus, by_value=True, required=True, attribute="row.status")
    in_force_from = ma.fields.Date(required=True, allow_none=True, attribute="row.in_force_from")
    conditions = ma.fields.Str(required=True, attribute="row.conditions")
    notes = ma.fields.Str(required=True, attribute="row.notes")
    citation = ma.fields.Nested(CitationOut, required=True, attribute="row.citation")
    override_reason = ma.fields.Str(required=True, allow_none=True)


class ConsentRuleOut(ma.Schema):
    rule_id = ma.fields.Str(required=True, attribute="rule.row.rule_id")
    jurisdiction = ma.fields.Str(required=True, attribute="rule.row.jurisdiction")
    applies_when = ma.fields.Str(required=True, attribute="rule.row.applies_when")
    requirement = ma.fields.Str(required=True, attribute="rule.row.requirement")
    consequence_if_missing = ma.fields.Str(required=True, attribute="rule.row.consequence_if_missing")
    category = ma.fields.Enum(Category, by_value=True, required=True, attribute="rule.row.category")
    suggested_enforcement = ma.fields.Enum(
        Enforcement, by_value=True, required=True, attribute="rule.row.suggested_enforcement"
    )
    enforcement = ma.fields.Enum(
        Enforcement,
        by_value=True,
        required=True,
        attribute="rule.enforcement",
        metadata={"description": "Today: what is not law never blocks by itself, and an override goes first"},
    )
    is_law = ma.fields.Bool(required=True, attribute="rule.is_law", metadata={"description": "In force today"})
    judged = ma.fields.Enum(
        JudgedWhen,
        by_value=True,
        required=True,
        metadata={"description": "When the marketplace judges it, or that it can only be read"},
    )
    status = ma.fields.Enum(LawStatus, by_value=True, required=True, attribute="rule.row.status")
    in_force_from = ma.fields.Date(required=True, allow_none=True, attribute="rule.row.in_force_from")
    in_force_until = ma.fields.Date(required=True, allow_none=True, attribute="rule.row.in_force_until")
    notes = ma.fields.Str(required=True, attribute="rule.row.notes")
    citation = ma.fields.Nested(CitationOut, required=True, attribute="rule.row.citation")
    override_reason = ma.fields.Str(required=True, allow_none=True, attribute="rule.override_reason")


class WithholdingRuleOut(ma.Schema):
    country = ma.fields.Str(required=True, attribute="row.country")
    treaty_rate_bps = ma.fields.Int(
        required=True, metadata={"description": "What counts under a confirmed treaty claim: the safe figure"}
    )
    rate_bps = ma.fields.Int(required=True, attribute="row.rate_bps")
    rate_industrial_bps = ma.fields.Int(required=True, allow_none=True, attribute="row.rate_industrial_bps")
    rate_film_bps = ma.fields.Int(required=True, allow_none=True, attribute="row.rate_film_bps")
    rate_copyright_older_bps = ma.fields.Int(
        required=True, allow_none=True, attribute="row.rate_copyright_older_bps"
    )
    tables_conflict = ma.fields.Bool(required=True, allow_none=True, attribute="row.tables_conflict")
    notes = ma.fields.Str(required=True, attribute="row.notes")
    citation = ma.fields.Nested(CitationOut, required=True, attribute="row.citation")
    override_reason = ma.fields.Str(required=True, allow_none=True)


def _table_page(name: str, item: type[ma.Schema]) -> type[ma.Schema]:
    version = ma.fields.Str(required=True, metadata={"description": "SHA-256 of the tables"})
    return type(name, (page_schema(item),), {"version": version})


PostmortemPageOut = _table_page("PostmortemTableOut", PostmortemRuleOut)
ConsentPageOut = _table_page("ConsentTableOut", ConsentRuleOut)
WithholdingPageOut = _table_page("WithholdingTableOut", WithholdingRuleOut)


class WithholdingOut(ma.Schema):
    rate_bps = ma.fields.Int(required=True)
    sentence = ma.fields.Str(required=True)
    citation = ma.fields.Nested(CitationOut, required=True)
    override_reason = ma.fields.Str(required=True, allow_none=True)


class LawOverrideIn(ma.Schema):
    """`enforcement` for a row of consent, `years` for one of postmortem, `rate_bps` for one of withholding."""

    table = ma.fields.Enum(LawTable, by_value=True, required=True)
    row_key = Line(40, required=True, metadata={"description": "Rule id, jurisdiction or country"})
    performer_id = Line(32, load_default=None, allow_none=True, metadata={"description": "For this one only"})
    enforcement = ma.fields.Enum(Enforcement, by_value=True, load_default=None, allow_none=True)
    years = WholeNumber(load_default=None, allow_none=True, validate=ma.validate.Range(1, 999))
    rate_bps = Bps(load_default=None, allow_none=True)
    reason = Paragraphs(2000, required=True, metadata={"description": "Kept, and shown wherever it counts"})


class LawOverrideOut(ma.Schema):
    id = ma.fields.Str(required=True)
    table = ma.fields.Enum(LawTable, by_value=True, required=True, attribute="law_table")
    row_key = ma.fields.Str(required=True)
    performer_id = ma.fields.Str(required=True, allow_none=True)
    enforcement = ma.fields.Enum(Enforcement, by_value=True, required=True, allow_none=True)
    years = ma.fields.Int(required=True, allow_none=True)
    rate_bps = ma.fields.Int(required=True, allow_none=True)
    reason = ma.fields.Str(required=True)
    tables_version = ma.fields.Str(required=True)
    recorded_at = Instant(required=True)
    recorded_by = ma.fields.Str(required=True)
    ended_at = Instant(required=True, allow_none=True)
    ended_reason = ma.fields.Str(required=True, allow_none=True)


class LawOverridesArgs(PageArgs):
    table = ma.fields.Enum(LawTable, by_value=True)
    in_force = ma.fields.Bool()


class LawOverrideEndIn(ma.Schema):
    reason = Paragraphs(2000, required=True)


class TerritoryInAddress(TerritoryExpression):
    """A territory expression in an address, where `+` arrives as a blank: a name without a sign is included."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Territory:
        if isinstance(value, str):
            value = " ".join(token if token[0] in "+-" else f"+{token}" for token in value.split())
        return super()._deserialize(value, attr, data, **kwargs)


class StatuteClockArgs(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    used_in = TerritoryInAddress(
        load_default=lambda: Territory.parse("+WORLD"),
        metadata={"description": "Where it would be used; everywhere unless said", "example": "+EU +US"},
    )


class EvidenceGapOut(ma.Schema):
    from_on = ma.fields.Date(required=True)
    until_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": "Nothing while it lasts"})


class EvidenceClockOut(ma.Schema):
    counts_from = ma.fields.Date(required=True)
    last_used_on = ma.fields.Date(required=True, allow_none=True)
    due_on = ma.fields.Date(required=True)
    gaps = ma.fields.List(ma.fields.Nested(EvidenceGapOut), required=True)


class StatuteClockOut(ma.Schema):
    """One law that may protect the likeness. No phase means that the likeness is free to use."""

    jurisdiction = ma.fields.Str(required=True)
    applies = ma.fields.Enum(Applies, by_value=True, required=True)
    applies_because = ma.fields.Str(required=True)
    phase = ma.fields.Enum(Phase, by_value=True, required=True)
    ends_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": "The last protected day"})
    first_tier_ends_on = ma.fields.Date(required=True, allow_none=True)
    evidence = ma.fields.Nested(EvidenceClockOut, required=True, allow_none=True)
    registration = ma.fields.Enum(RegistrationState, by_value=True, required=True)
    protects_voice = ma.fields.Bool(required=True, allow_none=True)
    protects_mannerisms = ma.fields.Bool(required=True, allow_none=True)
    sentence = ma.fields.Str(required=True)
    warnings = ma.fields.List(ma.fields.Str(), required=True)
    citation = ma.fields.Nested(CitationOut, required=True)
    override_reason = ma.fields.Str(required=True, allow_none=True)


class StatuteClocksOut(ma.Schema):
    performer_id = ma.fields.Str(required=True)
    is_living = ma.fields.Bool(required=True)
    used_in = ma.fields.Str(required=True)
    sentence = ma.fields.Str(required=True)
    clocks = ma.fields.List(ma.fields.Nested(StatuteClockOut), required=True)
    version = ma.fields.Str(required=True, metadata={"description": "SHA-256 of the tables"})


class ClaimRegistrationIn(ma.Schema):
    jurisdiction = Line(6, required=True, metadata={"example": "US-CA"})
    registered_on = ma.fields.Date(required=True, validate=_DAYS)
    number = Line(80, required=True)


class ClaimRegistrationOut(ma.Schema):
    id = ma.fields.Str(required=True)
    performer_id = ma.fields.Str(required=True)
    jurisdiction = ma.fields.Str(required=True)
    registered_on = ma.fields.Date(required=True)
    number = ma.fields.Str(required=True)
    recorded_at = Instant(required=True)


class UseEvidenceIn(ma.Schema):
    used_on = ma.fields.Date(required=True, validate=_DAYS)
    territory = Line(6, load_default=None, allow_none=True, metadata={"example": "US-TN"})
    description = Paragraphs(2000, required=True)
    sha256 = ma.fields.Str(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Regexp(r"[0-9a-f]{64}\Z"),
        metadata={"description": "Of the document you keep"},
    )


class UseEvidenceOut(ma.Schema):
    id = ma.fields.Str(required=True)
    performer_id = ma.fields.Str(required=True)
    used_on = ma.fields.Date(required=True)
    territory = ma.fields.Str(required=True, allow_none=True)
    description = ma.fields.Str(required=True)
    sha256 = ma.fields.Str(required=True, allow_none=True)
    recorded_at = Instant(required=True)


LawOverridePageOut = page_schema(LawOverrideOut)
ClaimRegistrationPageOut = page_schema(ClaimRegistrationOut)
UseEvidencePageOut = page_schema(UseEvidenceOut)
