import hashlib
import subprocess
import sys
from importlib.resources import files

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.errors import InvalidValue
from app.values.territory import GROUPS, Territory, world

bounded = settings(max_examples=200, deadline=None)

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EUROZONE = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
NOT_ASSIGNED_BY_ISO = {"AC", "CP", "CQ", "DG", "EA", "IC", "TA", "XK"}


def codes(expression: str) -> frozenset[str]:
    return Territory.parse(expression).codes


def test_the_world_is_every_assigned_code() -> None:
    named = {code for code in Locale("en").territories if len(code) == 2}
    beside_countries = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    assert world() == named - beside_countries - NOT_ASSIGNED_BY_ISO
    assert len(world()) == 249


@pytest.mark.parametrize("code", sorted(NOT_ASSIGNED_BY_ISO | {"UK", "EL", "AN", "SU", "YU", "ZZ", "QU"}))
def test_codes_that_iso_has_not_assigned_are_refused(code: str) -> None:
    with pytest.raises(InvalidValue, match=f"'\\+{code}'"):
        Territory.parse(f"+{code}")


def test_the_five_continents_divide_the_world() -> None:
    continents = [codes(f"+{name}") for name in ("AFRICA", "AMERICAS", "ASIA", "EUROPE", "OCEANIA")]
    assert frozenset().union(*continents) == world()
    assert sum(map(len, continents)) == len(world())


def test_the_world_without_the_us_keeps_what_has_a_code_of_its_own() -> None:
    rest = codes("+WORLD -US")
    assert rest == world() - {"US"}
    assert rest >= {"PR", "GU", "VI", "AS", "MP", "UM"}


def test_the_eu_is_not_inside_europe() -> None:
    assert codes("+EU") == set(EU.split())
    assert codes("+EU") - codes("+EUROPE") == {"CY"}
    assert "CY" in codes("+ASIA")
    assert {"GB", "CH", "NO"} <= codes("+EUROPE -EU")


def test_the_euro_area_has_its_newest_members() -> None:
    assert codes("+EUROZONE") == codes("+EZ") == set(EUROZONE.split())


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("NORTH_AMERICA", {"US", "CA", "MX", "PA", "JM", "GL"}, {"CO", "BR"}),
        ("SOUTH_AMERICA", {"BR", "CO", "FK"}, {"PA", "MX"}),
        ("CENTRAL_AMERICA", {"MX", "PA"}, {"US", "CO", "JM"}),
        ("LATIN_AMERICA", {"MX", "BR", "CU", "PR"}, {"US", "CA"}),
        ("CARIBBEAN", {"CU", "JM", "PR"}, {"MX"}),
        ("AFRICA", {"ZA", "EG", "RE"}, {"YE"}),
        ("ASIA", {"JP", "TR", "IL", "TW"}, {"RU"}),
        ("EUROPE", {"RU", "GB", "UA"}, {"TR"}),
        ("OCEANIA", {"AU", "GU", "AQ"}, {"ID"}),
        ("021", {"US", "CA", "BM", "GL", "PM"}, {"MX"}),
    ],
)
def test_groups_hold_what_the_containment_data_says(name: str, inside: set[str], outside: set[str]) -> None:
    group = codes(f"+{name}")
    assert inside <= group
    assert group.isdisjoint(outside)


def test_every_group_can_be_named() -> None:
    for name, code in GROUPS.items():
        assert codes(f"+{name}") == codes(f"+{code}")


def test_terms_are_read_from_left_to_right() -> None:
    assert codes("+EUROPE -EU +DE") == codes("+EUROPE -EU") | {"DE"}
    assert codes("+DE -EU +FR") == {"FR"}


def test_the_expression_is_kept_in_one_spelling() -> None:
    territory = Territory.parse("  +world\t-us   -Ca ")
    assert territory.expression == "+WORLD -US -CA"
    assert territory == Territory.parse("+WORLD -CA -US")
    assert hash(territory) == hash(Territory.parse("+WORLD -CA -US"))


@pytest.mark.parametrize(
    ("expression", "named"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("+DE -EU", "empty"),
        ("+", "'\\+' stands alone"),
        ("+ DE", "'\\+' stands alone"),
        ("+DE -", "'-' stands alone"),
        ("-US", "'-US'"),
        ("DE", "'DE'"),
        ("+DE FR", "'FR'"),
        ("+DE+FR", "'\\+DE\\+FR'"),
        ("+DE,-FR", "'\\+DE,-FR'"),
        ("+ATLANTIS", "'\\+ATLANTIS'"),
        ("+WORLD -ATLANTIS", "'-ATLANTIS'"),
        ("+999", "'\\+999'"),
        ("+001-STATUS-GROUPING", "STATUS"),
        ("\u2212US", "\u2212US"),
    ],
)
def test_what_is_no_territory_is_refused_by_the_word_at_fault(expression: str, named: str) -> None:
    with pytest.raises(InvalidValue, match=named):
        Territory.parse(expression)


def test_a_refusal_stays_short() -> None:
    with pytest.raises(InvalidValue) as refusal:
        Territory.parse("+" + "X" * 100_000)
    assert len(str(refusal.value)) < 200


@bounded
@given(st.lists(st.tuples(st.sampled_from("+-"), st.sampled_from([*GROUPS, "US", "DE", "CY", "PR"])), min_size=1))
def test_the_last_term_that_names_a_code_decides(terms: list[tuple[str, str]]) -> None:
    expression = " ".join(sign + name for sign, name in terms)
    expected = set()
    for code in world():
        signs = [sign for sign, name in terms if code in codes(f"+{name}")]
        if signs and signs[-1] == "+":
            expected.add(code)
    if not expected or terms[0][0] == "-":
        with pytest.raises(InvalidValue):
            Territory.parse(expression)
    else:
        assert codes(expression) == expected


some_codes = st.frozensets(st.sampled_from(["DE", "FR", "US", "CA"]), min_size=1)


@bounded
@given(ours=some_codes, theirs=some_codes)
def test_territories_are_sets(ours: frozenset[str], theirs: frozenset[str]) -> None:
    one, other = Territory.of(ours), Territory.of(theirs)
    shared, rest = one.intersection(other), one.minus(other)
    assert (shared.codes if shared else frozenset()) == {code for code in ours if code in theirs}
    assert (rest.codes if rest else frozenset()) == {code for code in ours if code not in theirs}
    assert one.overlaps(other) == any(code in other for code in ours)
    assert one.covers(other) == all(code in one for code in theirs)
    assert one.sorted_codes == tuple(sorted(ours))
    assert Territory.parse(one.expression) == one


def test_a_list_of_codes_is_checked() -> None:
    with pytest.raises(InvalidValue, match="'UK'"):
        Territory.of(["DE", "UK"])
    with pytest.raises(InvalidValue, match="empty"):
        Territory.of([])


def test_frozen_codes_outlive_the_list_they_were_checked_against() -> None:
    signed = Territory(frozenset({"AN"}), "+AN")
    assert "AN" in signed
    assert "AN" not in world()


def test_nothing_is_read_at_import() -> None:
    program = "import app.values.territory as t; print(t._containment.cache_info().currsize)"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "0"


def test_the_vendored_files_are_the_ones_listed() -> None:
    folder = files("app.values").joinpath("data")
    listed = dict(reversed(line.split()) for line in folder.joinpath("SHA256SUMS").read_text().splitlines())
    assert listed.keys() == {entry.name for entry in folder.iterdir()} - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == digest
