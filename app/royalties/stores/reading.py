"""Read an export row by row: one pass, bounded memory, every problem with its line and column."""

import csv
from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import BinaryIO, TypeVar

from app.royalties.errors import CellProblem, ReportRefused
from app.royalties.stores import cells
from app.royalties.stores.cells import Unreadable, shown
from app.royalties.stores.layout import Channel, StoreLayout, UsageRow
from app.royalties.stores.lines import Lines
from app.values.territory import world

BANNER_LINES = 20
"""How far down the column names may stand."""

PROBLEMS_SHOWN = 20

_ValueT = TypeVar("_ValueT")


class ReportReader:
    """The rows of one file. Iterate once; the hash and the row count are right when the iteration is over."""

    def __init__(
        self,
        stream: BinaryIO,
        *,
        layout: StoreLayout,
        products: Collection[str],
        first_day: date,
        last_day: date,
    ) -> None:
        self._layout = layout
        self._products = products
        self._first_day, self._last_day = first_day, last_day
        self._lines = Lines(stream)
        self._places: dict[str, int] = {}
        self._width = 0
        self._days: dict[str, date] = {}
        self._line = 0
        self.rows = 0

    @property
    def sha256(self) -> str:
        return self._lines.sha256

    def __iter__(self) -> Iterator[UsageRow]:
        """Give the rows that can be read.

        Raises: ReportRefused, at once where the file as a whole is wrong, and for wrong rows after `PROBLEMS_SHOWN`
        of them or at the end: whoever stores rows as they come must undo that then.
        """
        problems: list[CellProblem] = []
        records = self._records()
        self._find_columns(records)
        for record in records:
            self.rows += 1
            try:
                yield self._row(record)
            except CellProblem as problem:
                problems.append(problem)
                if len(problems) == PROBLEMS_SHOWN:
                    raise ReportRefused.because(problems, more=True) from problem
        if problems:
            raise ReportRefused.because(problems)

    def _records(self) -> Iterator[list[str]]:
        """Give the filled records of the file, noting on which line each starts."""
        records = csv.reader(self._lines, delimiter=self._layout.delimiter, strict=True)
        while True:
            self._line = self._lines.row_starts_on
            try:
                record = next(records, None)
            except csv.Error as error:
                raise self._broken(error) from error
            self._lines.end_row()
            if record is None:
                return
            if record:
                yield record

    def _broken(self, error: csv.Error) -> ReportRefused:
        if "unexpected end of data" in str(error):
            return self._refusal("truncated", "the file ends in the middle of this row; export it again.")
        return self._refusal("not_csv", f"the row cannot be taken apart ({error}).")

    def _find_columns(self, records: Iterator[list[str]]) -> None:
        """Go past the banner to the row that names most of the columns. Raises: ReportRefused."""
        wanted = self._layout.columns
        for record in records:
            if self._line > BANNER_LINES:
                break
            names = [name.strip() for name in record]
            present = set(wanted) & set(names)
            if 2 * len(present) > len(wanted):
                self._take_columns(names)
                return
        raise self._refusal(
            "no_column_names",
            f"no row so far names the columns of a {self._layout.label}, such as {', '.join(wanted[:4])}.",
        )

    def _take_columns(self, names: list[str]) -> None:
        problems = [
            self._problem(name, code, detail)
            for name in self._layout.columns
            for code, detail, is_wrong in (
                ("missing_column", "this column is missing.", names.count(name) == 0),
                ("doubled_column", "this column is there more than once.", names.count(name) > 1),
            )
            if is_wrong
        ]
        if problems:
            raise ReportRefused.because(problems)
        self._places = {name: names.index(name) for name in self._layout.columns}
        self._width = len(names)

    def _row(self, record: list[str]) -> UsageRow:
        layout = self._layout
        if len(record) != self._width:
            raise self._wrong_width(len(record))
        channel = self._read(record, layout.channel, self._channel)
        units = self._sum(record, layout.units, cells.whole_number)
        gross = self._sum(record, layout.gross, self._amount)
        deductions = -self._sum(record, layout.deductions, self._amount)
        net = self._read(record, layout.net, self._amount)
        row = UsageRow(
            line_number=self._line,
            sold_on=self._read(record, layout.sold_on, self._day),
            product=self._read(record, layout.product, self._product),
            territory=self._read(record, layout.territory, _country),
            channel=channel.key,
            units=units,
            gross_minor=gross,
            deductions_minor=deductions,
            net_minor=net,
        )
        if self._read(record, layout.net_units, cells.whole_number) != units:
            raise self._problem(layout.net_units, "does_not_add_up", f"{' and '.join(layout.units)} give {units}.")
        if net != gross - deductions:
            parts = ", ".join((*layout.gross, *layout.deductions))
            raise self._problem(layout.net, "does_not_add_up", f"it is not the sum of {parts}.")
        if not channel.has_money and (gross or deductions):
            raise self._problem(layout.net, "unexpected_money", f"rows of {channel.label!r} carry no money.")
        return row

    def _wrong_width(self, width: int) -> CellProblem:
        if width < self._width and self._lines.is_cut:
            return self._problem(None, "truncated", "the file ends in the middle of this row; export it again.")
        return self._problem(None, "wrong_cell_count", f"it has {width} cells, the column names are {self._width}.")

    def _read(self, record: list[str], column: str, reads: Callable[[str], _ValueT]) -> _ValueT:
        try:
            return reads(record[self._places[column]].strip())
        except Unreadable as error:
            raise self._problem(column, error.code, error.detail) from error

    def _sum(self, record: list[str], columns: tuple[str, ...], reads: Callable[[str], int]) -> int:
        return sum(self._read(record, column, reads) for column in columns)

    def _amount(self, text: str) -> int:
        return cells.amount_minor(text, self._layout.currency)

    def _day(self, text: str) -> date:
        found = self._days.get(text)
        if found is None:
            found = cells.day(text)
            if not self._first_day <= found <= self._last_day:
                raise Unreadable(
                    "outside_period", f"{text} lies outside the reported {self._first_day} to {self._last_day}."
                )
            self._days[text] = found
        return found

    def _product(self, text: str) -> str:
        if text not in self._products:
            raise Unreadable(
                "unknown_product", f"{shown(text)} is not in the mapping; map it to an item, or leave it out there."
            )
        return text

    def _channel(self, text: str) -> Channel:
        try:
            return self._layout.channels[text]
        except KeyError:
            known = ", ".join(self._layout.channels)
            raise Unreadable("unknown_channel", f"{shown(text)} is none of {known}.") from None

    def _problem(self, column: str | None, code: str, detail: str) -> CellProblem:
        return CellProblem(line=self._line, column=column, code=code, detail=detail)

    def _refusal(self, code: str, detail: str) -> ReportRefused:
        return ReportRefused.because([self._problem(None, code, detail)])


def _country(text: str) -> str:
    if text not in world():
        raise Unreadable("unknown_country", f"{shown(text)} is not an ISO 3166-1 country code such as DE.")
    return text
