"""What a license says about royalties, taken from its deal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.royalties.rules.calculation import RoyaltyTerms
from app.royalties.rules.coverage import Coverage


@dataclass(frozen=True, slots=True)
class AgreedRoyalty:
    """The royalty of a deal, and what sales it covers."""

    terms: RoyaltyTerms
    is_earned_on_sale: bool
    coverage: Coverage


def agreed_royalty(document: Mapping[str, Any]) -> AgreedRoyalty:
    """Read the royalty from the document of a deal's terms."""
    royalty, days = document["royalty"], document["term"]
    return AgreedRoyalty(
        terms=RoyaltyTerms(
            is_on_net=royalty["basis"] == "net_receipts",
            rate_bps=royalty["rate_bps"],
            platform_fee_bps=document["platform_fee_bps"],
            currency=royalty["currency"],
        ),
        is_earned_on_sale=royalty["trigger"] == "sale_date",
        coverage=Coverage.of(
            first_day=date.fromisoformat(days["first_day"]),
            last_day=date.fromisoformat(days["last_day"]),
            grants=[(grant["media"], grant["territory"]["codes"]) for grant in document["grants"]],
        ),
    )
