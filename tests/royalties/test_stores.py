"""Reading a store's export: exact sums, any order of columns, and every problem with its line and column."""

import gzip
import io
import tracemalloc
from datetime import date
from typing import Any

import pytest

from app.royalties.errors import ReportRefused
from app.royalties.stores.known import LAYOUTS
from app.royalties.stores.layout import UsageRow
from app.royalties.stores.lines import LINES_PER_ROW, LONGEST_LINE
from app.royalties.stores.reading import PROBLEMS_SHOWN, ReportReader
from tests.factories.royalties import SALE, STEAM_COLUMNS, quarter_export, quarter_totals, steam_file

STEAM = LAYOUTS["steam"]
PRODUCTS = ("701001", "701002", "701003", "701004")
RETAIL_MONEY = {"Type": "Retail"}


def read(content: bytes, **options: Any) -> list[UsageRow]:
    return list(reader(content, **options))


def reader(content: bytes, **options: Any) -> ReportReader:
    quarter = {"first_day": date(2026, 7, 1), "last_day": date(2026, 9, 30), "products": PRODUCTS}
    return ReportReader(io.BytesIO(content), layout=STEAM, **(quarter | options))


def refusal(content: bytes) -> tuple[str, int, str | None]:
    """Return code, line and column of the first problem."""
    with pytest.raises(ReportRefused) as caught:
        read(content)
    assert "Nothing was stored" in caught.value.detail
    return caught.value.problems[0].code, caught.value.extra["line"], caught.value.extra["column"]


def test_a_quarter_as_the_store_exports_it_adds_up_exactly() -> None:
    whole = reader(quarter_export())
    sums: dict[str, list[int]] = {product: [0, 0, 0] for product in PRODUCTS}
    for row in whole:
        if row.channel == "steam":
            for place, amount in enumerate((row.units, row.gross_minor, row.net_minor)):
                sums[row.product][place] += amount
        else:
            assert row.gross_minor == row.deductions_minor == row.net_minor == 0
    expected = quarter_totals()
    assert whole.rows == 40_000
    assert {product: tuple(amounts) for product, amounts in sums.items()} == expected


def test_a_row_is_read_with_its_line() -> None:
    assert read(steam_file(SALE)) == [
        UsageRow(5, date(2026, 7, 1), "701002", "DE", "steam", units=5, gross_minor=7495, deductions_minor=1424,
                 net_minor=6071)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "order", [sorted(STEAM_COLUMNS), list(reversed(STEAM_COLUMNS)), [*STEAM_COLUMNS, "Something new"]]
)
def test_columns_are_found_by_name_in_any_order(order: list[str]) -> None:
    assert read(steam_file(SALE, columns=order)) == read(steam_file(SALE))


@pytest.mark.parametrize(
    "change",
    [
        lambda file: b"\xef\xbb\xbf" + file,
        lambda file: file.replace(b"\r\n", b"\n"),
        lambda file: file + b"\r\n\r\n",
        lambda file: file.removesuffix(b"\r\n"),
        lambda file: file.replace(b",Country Code,", b", Country Code ,"),
    ],
    ids=["byte order mark", "plain line ends", "empty lines", "no last line end", "spaces"],
)
def test_harmless_differences(change: Any) -> None:
    assert read(change(steam_file(SALE))) == read(steam_file(SALE))


def test_the_banner_may_be_missing() -> None:
    assert [row.line_number for row in read(steam_file(SALE, banner=""))] == [2]


def test_negative_zero_is_nothing_and_returns_are_negative_units() -> None:
    taken_back = {
        "Gross Units Sold": "0", "Chargeback/Returns": "-2", "Net Units Sold": "-2", "VAT/Tax (USD)": "-0.00",
        "Gross Steam Sales (USD)": "0.00", "Chargeback/Returns (USD)": "-29.98", "Net Steam Sales (USD)": "-29.98",
    }  # fmt: skip
    row = read(steam_file(taken_back))[0]
    assert (row.units, row.gross_minor, row.deductions_minor, row.net_minor) == (-2, -2998, 0, -2998)


def test_a_quoted_cell_may_run_over_lines_and_the_row_is_where_it_starts() -> None:
    rows = read(steam_file({"Product Name": "two\r\nlines"}, SALE))
    assert [row.line_number for row in rows] == [5, 7]


def test_no_sales_at_all_is_a_report_too() -> None:
    assert read(steam_file()) == []


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"Product(ID#)": "999"}, "unknown_product", "Product(ID#)"),
        ({"Country Code": "XX"}, "unknown_country", "Country Code"),
        ({"Country Code": "de"}, "unknown_country", "Country Code"),
        ({"Country Code": ""}, "unknown_country", "Country Code"),
        ({"Type": "Gift"}, "unknown_channel", "Type"),
        (RETAIL_MONEY, "unexpected_money", "Net Steam Sales (USD)"),
        ({"Gross Steam Sales (USD)": "n/a"}, "not_a_number", "Gross Steam Sales (USD)"),
        ({"Gross Steam Sales (USD)": ""}, "not_a_number", "Gross Steam Sales (USD)"),
        ({"Gross Steam Sales (USD)": "1,119.92"}, "not_a_number", "Gross Steam Sales (USD)"),
        ({"Gross Steam Sales (USD)": "1e2"}, "not_a_number", "Gross Steam Sales (USD)"),
        ({"Gross Steam Sales (USD)": "١١٩.٩٢"}, "not_a_number", "Gross Steam Sales (USD)"),
        ({"Gross Steam Sales (USD)": "9" * 5000}, "not_a_number", "Gross Steam Sales (USD)"),
        ({"Gross Steam Sales (USD)": "10000000000.00"}, "too_large", "Gross Steam Sales (USD)"),
        ({"VAT/Tax (USD)": "-14.240"}, "too_many_decimals", "VAT/Tax (USD)"),
        ({"Gross Units Sold": "8.0"}, "not_a_number", "Gross Units Sold"),
        ({"Gross Units Sold": "8000000000"}, "too_large", "Gross Units Sold"),
        ({"Net Units Sold": "6"}, "does_not_add_up", "Net Units Sold"),
        ({"Net Steam Sales (USD)": "60.72"}, "does_not_add_up", "Net Steam Sales (USD)"),
        ({"Date": "2026-06-30"}, "outside_period", "Date"),
        ({"Date": "2026-10-01"}, "outside_period", "Date"),
        ({"Date": "2026-02-30"}, "not_a_date", "Date"),
        ({"Date": "07/01/2026"}, "not_a_date", "Date"),
    ],
)
def test_a_wrong_cell_is_named_with_line_and_column(change: dict[str, str], code: str, column: str) -> None:
    assert refusal(steam_file(SALE, SALE, change, SALE)) == (code, 7, column)


@pytest.mark.parametrize("column", STEAM.columns)
def test_a_missing_column_is_named(column: str) -> None:
    file = steam_file(SALE, columns=[name for name in STEAM_COLUMNS if name != column])
    assert refusal(file) == ("missing_column", 4, column)


def test_a_column_that_is_there_twice_is_refused() -> None:
    assert refusal(steam_file(SALE, columns=[*STEAM_COLUMNS, "Date"])) == ("doubled_column", 4, "Date")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "no_column_names"),
        (b"\r\n" * 30, "no_column_names"),
        (b"a,b,c\r\n1,2,3\r\n" * 30, "no_column_names"),
        (gzip.compress(steam_file(SALE)), "not_text"),
        (steam_file(SALE).decode().encode("utf-16"), "not_text"),
        (b"PK\x03\x04" + bytes(100), "not_text"),
        (b"a\0b", "not_text"),
        (b"x" * (LONGEST_LINE + 1), "line_too_long"),
        (b"a" * (2 * LONGEST_LINE) + b"\n", "line_too_long"),
    ],
)
def test_what_is_no_export_at_all(file: bytes, code: str) -> None:
    assert refusal(file)[0] == code


def test_bytes_that_are_no_text_are_named_with_their_line() -> None:
    file = steam_file(SALE, SALE, SALE).split(b"\r\n")
    file[5] = file[5].replace(b"Germany", b"Germ\xe4ny")
    assert refusal(b"\r\n".join(file)) == ("not_text", 6, None)


def test_a_file_cut_anywhere_in_its_last_row_is_refused() -> None:
    whole = steam_file(SALE, SALE)
    last_row = whole.rindex(b"\r\n", 0, -2) + 2
    for cut in range(last_row + 1, len(whole) - 2):
        assert refusal(whole[:cut])[1] == 6
    assert refusal(whole[:-40])[0] == "truncated"
    assert len(read(whole[:last_row])) == 1


def test_a_row_with_too_few_or_too_many_cells() -> None:
    rows = steam_file(SALE, SALE).split(b"\r\n")
    for wrong in (rows[4] + b",", rows[4].removesuffix(b",")):
        assert refusal(b"\r\n".join([*rows[:4], wrong, *rows[5:]])) == ("wrong_cell_count", 5, None)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b'"never closed,' + b"\r\n" * (LINES_PER_ROW + 1), "open_quote"),
        (b'"closed" too early,', "not_csv"),
        (b'"never closed,', "truncated"),
        (b'"' + (b"x" * 60_000 + b"\r\n") * 3, "not_csv"),
    ],
)
def test_rows_that_cannot_be_taken_apart(row: bytes, code: str) -> None:
    assert refusal(steam_file(SALE) + row)[:2] == (code, 6)


def test_several_problems_are_told_at_once_but_not_all_of_many() -> None:
    wrong = {"Country Code": "XX"}
    for count, shown in ((3, 3), (PROBLEMS_SHOWN + 5, PROBLEMS_SHOWN)):
        with pytest.raises(ReportRefused) as caught:
            read(steam_file(*[wrong] * count))
        assert [problem.pointer for problem in caught.value.problems] == [
            f"/file/{5 + number}/Country Code" for number in range(shown)
        ]


def test_columns_in_pointers_are_escaped() -> None:
    with pytest.raises(ReportRefused) as caught:
        read(steam_file({"VAT/Tax (USD)": "?"}))
    assert caught.value.problems[0].pointer == "/file/5/VAT~1Tax (USD)"


def test_memory_does_not_grow_with_the_file() -> None:
    row = steam_file(SALE).split(b"\r\n")[4] + b"\r\n"
    peaks = []
    for count in (2_000, 20_000):
        content = steam_file() + row * count
        tracemalloc.start()
        assert sum(1 for _ in reader(content)) == count
        peaks.append(tracemalloc.get_traced_memory()[1] - len(content))
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 100_000
