"""The description of a store's export: what its columns are called and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Channel:
    """A way of selling that the store keeps apart."""

    key: str
    label: str
    has_money: bool = True
    """False where the store books units without money: a row with an amount is refused."""


@dataclass(frozen=True, slots=True)
class StoreLayout:
    """One kind of export. Columns are found by name, in any order; columns not named here are left unread."""

    key: str
    label: str
    currency: str
    """The currency of all amounts read; what buyers paid in is not looked at."""
    delimiter: str
    sold_on: str
    product: str
    territory: str
    channel: str
    channels: Mapping[str, Channel]
    """The store's word to the channel it means."""
    units: tuple[str, ...]
    """These add up to `net_units`."""
    net_units: str
    gross: tuple[str, ...]
    """These add up to the gross less returns."""
    deductions: tuple[str, ...]
    """What the store took off before paying out, negative as the store writes it."""
    net: str
    """Gross less returns and deductions, as the store says: a row that does not add up is refused."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the reader needs, in the order in which a missing one is named."""
        where = (self.sold_on, self.product, self.territory, self.channel)
        return (*where, *self.units, self.net_units, *self.gross, *self.deductions, self.net)


class UsageRow(NamedTuple):
    """One row of an export. `gross_minor` is less returns; `net_minor = gross_minor - deductions_minor`."""

    line_number: int
    """The physical line of the file on which the row starts, the first line being 1."""
    sold_on: date
    product: str
    territory: str
    channel: str
    units: int
    gross_minor: int
    deductions_minor: int
    net_minor: int
