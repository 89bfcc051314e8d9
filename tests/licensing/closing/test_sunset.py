"""The text for players: what ends when and what stays, in the zone of the deal, and nothing else of it."""

from datetime import timedelta
from typing import Any

import pytest

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.rules.calendar import End
from app.licensing.closing.sunset import SunsetNotice, sunset_notice
from app.licensing.queries import license_of
from app.licensing.states import LicenseAction
from app.licensing.terms import compile_document
from app.values.errors import InvalidInput
from app.values.survival import PRESETS
from app.values.term import parse_instant
from tests.factories.closing import CLOSING, change
from tests.factories.licensing import ENDS_AT, TICK, Callers, Licensed, make_license
from tests.support.clock import FrozenClock

DAY = timedelta(days=1)


@pytest.fixture
def written(database: Database, services: Services) -> Any:
    """Write the notice of the usual license, with some of its terms replaced, at an instant."""
    with database.write() as session:
        made = make_license(session, services.store)
        document = dict(license_of(session, made.id).latest.terms.document)

    def write(at: Any = ENDS_AT - DAY, *, ask: dict[str, Any] | None = None, **terms: Any) -> SunsetNotice:
        compiled = compile_document(document | terms)
        end = End(compiled.ends_at, compiled.winds_down_until)
        return sunset_notice(compiled, end=end, at=at, **(ask or {}))

    return write


def granted(medium: str) -> list[dict[str, Any]]:
    codes = {"expression": "+DE", "codes": ["DE"]}
    block = {"component": "voice", "axes": ["scripted"], "media": [medium], "territory": codes, "languages": ["*"]}
    return [block | {"categories": ["*"], "exclusivity": "non_exclusive", "exclusive_until": None}]


def test_a_game_says_what_stops_and_what_keeps_working(written: Any) -> None:
    notice = written(ask={"title": "Harbor Lights"})
    assert notice.ends_at == ENDS_AT
    assert "That time ends on December 31, 2026, at the end of the day (America/New_York)." in notice.text
    assert "New performances: anything newly made stops then." in notice.text
    assert "Sales: offering it anew stops then." in notice.text
    assert "What you already own keeps working" in notice.text
    assert "An update may change or remove it." in notice.text


def test_at_the_exact_end_it_is_over(written: Any) -> None:
    assert "is licensed" in written(ENDS_AT - TICK).text
    over = written(ENDS_AT).text
    assert "was licensed for a limited time. That time ended on December 31, 2026" in over
    assert "has stopped" in over


@pytest.mark.parametrize(
    ("preset", "medium", "says", "says_not"),
    [
        ("film", "film.streaming", "can still be watched", "keeps working"),
        ("brand", "brand_ambassador.social_post", "is taken down", "keeps working"),
    ],
)
def test_other_presets_say_what_theirs_is(written: Any, preset: str, medium: str, says: str, says_not: str) -> None:
    survival = {"preset": preset, "matrix": PRESETS[preset].document}
    text = written(survival=survival, grants=granted(medium)).text
    assert says in text
    assert says_not not in text


def test_the_time_to_sell_off_is_named_with_its_end(written: Any) -> None:
    assert "may still be sold until March 31, 2027" in written(**CLOSING).text
    assert "may still be sold" not in written(ENDS_AT + 200 * DAY, **CLOSING).text


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("en", "December 31, 2026"),
        ("en-GB", "31 December 2026"),
        ("de", "31. Dezember 2026"),
        ("es-MX", "31 de diciembre de 2026"),
        ("ja", "2026年12月31日"),
        ("zh-Hant", "2026年12月31日"),
    ],
)
def test_dates_are_written_as_is_usual_in_a_language(written: Any, language: str, date: str) -> None:
    assert date in written(ask={"language": language}).text


@pytest.mark.parametrize("language", ["xx", "en-en-en", "q-", "zz-ZZ"])
def test_a_language_without_dates_is_refused(written: Any, language: str) -> None:
    with pytest.raises(InvalidInput):
        written(ask={"language": language})


def test_nothing_of_the_deal_is_told(callers: Callers, closing: Licensed) -> None:
    shown = callers.licensee.get(f"/v1/licenses/{closing.id}/sunset-notice").get_json()
    terms = callers.licensee.get(f"/v1/licenses/{closing.id}").get_json()["terms"]
    for kept_back in (
        terms["licensor"]["name"], terms["licensee"]["name"], "12,500", "1250000", "250", "royalt", "fee",
        terms["production"]["intended_use"], "Take the voice pack", closing.id,
    ):  # fmt: skip
        assert kept_back not in shown["text"] + shown["markdown"], kept_back


def test_the_performer_is_named_only_where_the_audience_reads_the_name_anyway(written: Any) -> None:
    assert "The voice of a performer" in written(credit_line="").text
    assert "The voice of a performer" not in written().text
    assert "of a performer" not in written(credit_line="", public_record=["performer"]).text


def test_titles_are_text_and_no_markup(written: Any) -> None:
    notice = written(ask={"title": "*Harbor* <b>[Lights](x)"})
    assert "*Harbor* <b>[Lights](x)" in notice.text
    assert r"\*Harbor\* \<b\>\[Lights\](x)" in notice.markdown


def test_a_termination_speaks_of_its_own_day(
    database: Database, callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    at = clock.move_to(parse_instant("2026-09-10T20:30:00Z"))
    with database.write() as session:
        change(session, closing, LicenseAction.TERMINATE, at=at)
    text = callers.licensee.get(f"/v1/licenses/{closing.id}/sunset-notice").get_json()["text"]
    assert "That time ended on September 10, 2026, 4:30\u202fPM (America/New_York)" in text
    assert "may still be sold" not in text


@pytest.mark.parametrize("query", ["language=xx", "language=not%20a%20tag", "title=" + "x" * 121, "tone=sad"])
def test_nonsense_is_refused(callers: Callers, closing: Licensed, query: str) -> None:
    assert callers.licensee.get(f"/v1/licenses/{closing.id}/sunset-notice?{query}").status_code == 422
