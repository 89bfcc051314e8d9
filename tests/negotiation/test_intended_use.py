"""What counts as a reasonably specific description of the intended use."""

import pytest

from app.negotiation.errors import IntendedUseNotSpecific
from app.negotiation.rules.intended_use import BOILERPLATE, RULE, SOURCES, missing_in
from app.values.law.tables import law_tables

HARBOR = "The voice of the harbor master in Harbor Lights: about forty scripted lines in two story chapters."


@pytest.mark.parametrize(
    "text",
    [
        HARBOR,
        f"{HARBOR} In any and all media, now known or hereafter devised, throughout the universe.",
        "港の灯台守の声として、第二章と第五章であらかじめ書かれた台詞を約四十行、日本語の吹き替えで使用します。",
        "Ein gealterter Leuchtturmwärter spricht etwa vierzig vorher geschriebene Sätze in zwei Kapiteln.",
    ],
)
def test_a_description_of_what_the_likeness_will_do_is_enough(text: str) -> None:
    assert missing_in(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Any and all media, now known or hereafter devised, throughout the universe, in perpetuity.",
        "ANY  AND ALL\nPURPOSES — in any manner whatsoever, to be determined!",
        "\uff21\uff4e\uff59 purpose, general use, as needed, as required, various uses, to be confirmed.",
        "Use of the likeness in connection with the production, throughout the world, for promotional purposes.",
        "To be determined to be determined to be determined to be determined to be determined.",
        "!!! ??? ... --- ,,, ;;; ::: ((( ))) [[[ ]]] {{{ }}} ~~~ ### $$$ %%% ^^^ &&& *** +++ ===",
        "",
    ],
)
def test_boilerplate_describes_nothing(text: str) -> None:
    assert "boilerplate" in (missing_in(text) or "")


@pytest.mark.parametrize(
    "text",
    [
        "A role in our next game.",
        "voice voice voice voice voice voice voice voice voice voice voice",
        "Characterization internationalization of an extraordinarily long kind",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f",
        "12345 67890 12345 67890 12345 67890 12345 67890 12345 67890",
    ],
)
def test_a_few_words_are_not_specific(text: str) -> None:
    assert missing_in(text)


def test_the_limits_are_forty_characters_and_eight_different_words() -> None:
    eight_words = "abcd bcde cdef defg efgh fghi ghij hijk"
    assert len(eight_words) == 39
    assert missing_in(eight_words) is not None
    assert missing_in(eight_words + "l") is None
    assert missing_in("abcdefghij bcdefghijk cdefghijkl defghijklm efghijklmn abc bcd") is not None


@pytest.mark.parametrize("phrase", BOILERPLATE)
def test_every_known_phrase_is_spelled_as_it_is_looked_for(phrase: str) -> None:
    assert "boilerplate" in (missing_in(phrase) or "")


def test_the_refusal_cites_the_rule_and_the_statutes_it_follows() -> None:
    rows = law_tables().consent
    refusal = IntendedUseNotSpecific.because("Say more.", [rows[key].citation for key in (RULE, *SOURCES)])
    assert (refusal.status, refusal.code, refusal.problems[0].pointer) == (
        422, "intended_use_not_specific", "/intended_use",
    )  # fmt: skip
    house, california, new_york = refusal.extra["citations"]
    assert [entry["rule_id"] for entry in refusal.extra["citations"]] == [RULE, "CA-927", "NY-5-302"]
    assert "Cal. Lab. Code 927" in california["citation"]
    assert "Gen. Oblig. Law 5-302" in new_york["citation"]
    assert (house["lawyer_confirm"], california["lawyer_confirm"]) == (False, True)
