"""How much United States tax to hold back from a royalty: the default, wherever a lower rate is not proven."""

from dataclasses import dataclass

from app.law.rules.book import LawBook
from app.values.law.citation import Citation
from app.values.rounding import percent

UNITED_STATES = "US"
BACKUP_RULE, DEFAULT_RULE, CLASS_RULE = "TAX-W9", "TAX-30", "TAX-CLASS"
BACKUP_BPS = 2400


@dataclass(frozen=True, slots=True)
class Withholding:
    """A rate in basis points, why it is that one, and on whose authority."""

    rate_bps: int
    sentence: str
    citation: Citation
    override_reason: str | None = None


def rate_for(*, country: str, has_valid_form: bool, claims_treaty: bool, book: LawBook) -> Withholding:
    """Return what is withheld from a payee of a country.

    `has_valid_form`: a form of the right kind, signed and not expired. `claims_treaty`: it claims a treaty rate,
    and the category of the payment has been confirmed. The rate used is the conservative one of the table.
    """
    rules = book.tables.consent
    if country == UNITED_STATES:
        if has_valid_form:
            return Withholding(0, "A W-9 is on file: nothing is withheld.", rules[BACKUP_RULE].citation)
        sentence = "No valid W-9 is on file: 24 % backup withholding."
        return Withholding(BACKUP_BPS, sentence, rules[BACKUP_RULE].citation)
    default = book.rate_rule("*")
    if not has_valid_form:
        sentence = f"No valid W-8 is on file: {percent(default.treaty_rate_bps)} of gross."
        return Withholding(default.treaty_rate_bps, sentence, rules[DEFAULT_RULE].citation, default.override_reason)
    if not claims_treaty:
        sentence = f"No treaty rate is claimed and confirmed: {percent(default.treaty_rate_bps)} of gross."
        return Withholding(default.treaty_rate_bps, sentence, rules[DEFAULT_RULE].citation, default.override_reason)
    rule = book.rate_rule(country)
    sentence = f"Treaty rate for {country}, the safe figure of the table: {percent(rule.treaty_rate_bps)} of gross."
    if rule.row.country == "*":
        sentence = f"No treaty with {country} is known: {percent(rule.treaty_rate_bps)} of gross."
    return Withholding(rule.treaty_rate_bps, sentence, rule.row.citation, rule.override_reason)
