"""The readable file of a contract: the same bytes each time, whole, and deaf to whatever the texts in it say."""

import hashlib
import json
import re
import subprocess
import sys
import zlib
from typing import Any
from unicodedata import is_normalized

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.negotiation.contract import reading, shown
from app.negotiation.contract.layout import layout
from app.negotiation.contract.reading import read_file
from app.values.components import Axis
from app.values.media import MEDIA
from app.values.product_categories import PRODUCT_CATEGORIES
from app.values.territory import world
from tests.factories.contracts import CHECK_URL, contract_bytes, contract_pdf
from tests.negotiation.examples import document
from tests.negotiation.full_terms import bare_terms, full_grant, full_terms, territory

HOSTILE = {
    "markup": '#panic("x") $x$ *b* _i_ [a] <l> @r // c /* d */ \\ #{1+1} `raw` ~ -- "',
    "right to left": "العربية و עברית",
    "turned around": "\u202elive\u202c \u2066x\u2069",
    "signs the fonts lack": "漢字 한국어 नमस्ते",
    "pictures": "😀👩‍👩‍👧 \U0010ffff\ue000",
    "marks": "a\u0301b\u0327\u0308 e\u0334 a\u05b0 \u0627\u064e\u0651",
    "controls": "x\x07\u200b\u00ad\u2028y\tz",
    "one long word": "W" * 4000,
    "lines": "= h1\n- item\n+ num\n/ t: d\r\n",
}


def layout_of(content: bytes) -> dict[str, Any]:
    return layout(json.loads(content), contract_sha256="ab" * 32, check_url=CHECK_URL)


def everywhere(text: str) -> dict[str, Any]:
    """Terms with a text in every place that a person can fill."""
    terms = full_terms()
    for place in ("licensor", "licensee", "performer", "end_user", "agency"):
        terms[place] = terms[place] | {"name": text}
    return terms | {
        "package": terms["package"] | {"title": text},
        "production": terms["production"] | {"title": text, "intended_use": text},
        "disclosure_label": text,
        "credit_line": text,
        "royalty": terms["royalty"] | {"recoupment_group": text},
        "governing_law": terms["governing_law"] | {"forum": text},
        "wind_down": {"days": 9, "steps": [{"step": text, "within_days": 3, "needs_evidence": True}]},
    }


def test_two_processes_make_the_same_bytes() -> None:
    content = contract_bytes(full_terms())
    program = "import sys, hashlib; from tests.factories.contracts import contract_pdf; "
    program += "print(hashlib.sha256(contract_pdf(sys.stdin.buffer.read())).hexdigest())"
    other = subprocess.run([sys.executable, "-c", program], input=content, capture_output=True, check=True)
    assert other.stdout.decode().strip() == hashlib.sha256(contract_pdf(content)).hexdigest()


def test_the_file_is_tagged_dated_by_the_contract_and_names_its_hash() -> None:
    content = contract_bytes(full_terms())
    made = contract_pdf(content)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"<pdfaid:part>3</pdfaid:part>" in made
    assert b"/Lang(en)" in made
    assert b"/CreationDate(D:20261120" in made
    assert set(re.findall(rb"D:(\d{8})", made)) == {b"20261120"}
    keywords = f"{hashlib.sha256(content).hexdigest()}, {json.loads(content)['terms_sha256']}"
    assert f"<pdf:Keywords>{keywords}</pdf:Keywords>".encode() in made


def test_the_document_is_attached_byte_for_byte() -> None:
    content = contract_bytes(everywhere(HOSTILE["signs the fonts lack"]))
    made = contract_pdf(content)
    assert b"/AFRelationship/Source" in made
    assert read_file(made).attached == (hashlib.sha256(content).hexdigest(),)
    assert content in [zlib.decompress(part) for part in compressed(made)]


def compressed(made: bytes) -> list[bytes]:
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    return [part for part in parts if part[:1] == b"\x78"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_is_evaluated_and_every_text_can_be_set(text: str) -> None:
    content = contract_bytes(everywhere(text), co_holder=text)
    assert contract_pdf(content).startswith(b"%PDF-1.7")


def test_fifty_grants_and_a_document_in_which_nothing_is_agreed() -> None:
    grants = [full_grant(territory=territory("+EUROPE -BE")) for _ in range(50)]
    assert contract_pdf(contract_bytes(full_terms(grants=grants)))
    assert contract_pdf(contract_bytes(bare_terms()))
    assert contract_pdf(contract_bytes(document()))


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], max_codepoint=0x3100), min_size=1, max_size=300))
def test_any_text_can_be_set(text: str) -> None:
    assert contract_pdf(contract_bytes(full_terms(credit_line=text)))


def test_every_character_said_to_be_shown_is_in_the_fonts() -> None:
    """The strict standards refuse a file with a character that its fonts lack."""
    composed = [chr(code) for code in sorted(shown.characters()) if is_normalized("NFC", chr(code))]
    text = " ".join(composed).replace(shown.MISSING, "")
    assert len(composed) > 3_000
    assert shown.MISSING not in shown.showable(text)
    assert contract_pdf(contract_bytes(full_terms(credit_line=text)))


def test_what_cannot_be_shown_is_said_and_what_turns_text_around_is_taken_out() -> None:
    data = layout_of(contract_bytes(full_terms(credit_line="漢字 \u202elive")))
    shown_credit = next(
        row["text"] for section in data["sections"] for row in section["rows"] if row["label"] == "Credit"
    )
    assert shown_credit == "“▯▯ ▯live”"
    assert data["has_missing"]
    assert not layout_of(contract_bytes(full_terms()))["has_missing"]


def test_signatures_stand_in_their_order_with_both_times() -> None:
    signatures = layout_of(contract_bytes(full_terms()))["signatures"]
    assert [signed["side"] for signed in signatures] == ["Licensee", "Co-holder of the rights", "Licensor"]
    assert signatures[2]["at"].replace("\N{NO-BREAK SPACE}", " ") == "20 November 2026, 16:04:05 UTC"
    assert signatures[2]["local"].replace("\N{NO-BREAK SPACE}", " ") == "20 November 2026, 11:04 America/New_York"


def test_the_matrix_stands_in_the_order_of_a_life() -> None:
    matrix = layout_of(contract_bytes(full_terms()))["matrix"]
    assert [row["label"] for row in matrix["rows"]][:2] == ["Make something new", "Release or sell"]
    assert [answer["kind"] for answer in matrix["rows"][0]["answers"]] == ["allow", *["deny"] * 4]


def test_a_small_file_that_unpacks_to_a_large_one_is_read_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    named = "cd" * 32
    parts = b"".join(b"stream\n" + zlib.compress(part) + b"\nendstream\n" for part in (b"\0" * 900, named.encode()))
    assert read_file(parts).named == (named,)
    monkeypatch.setattr(reading, "MOST_UNPACKED", 900)
    assert read_file(parts).named == ()
    monkeypatch.setattr(reading, "MOST_UNPACKED", 30)
    whole = b"stream\n" + zlib.compress(b"\0" * 900 + named.encode()) + b"\nendstream\n"
    assert read_file(whole).named == ()


def test_only_a_whole_file_is_parsed_and_only_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []
    monkeypatch.setattr(reading, "_parsed", lambda content: parsed.append(len(content)))
    document = b'{"contract_version":1,"a":[' + b"[]," * 300_000 + b"1]}"
    many = b"".join(b"stream\n" + zlib.compress(document + b" " * n) + b"\nendstream\n" for n in range(4))
    read_file(b"%PDF-1.7\n" + many)
    read_file(document + b" " * reading.MOST_DOCUMENT)
    assert [length for length in parsed if length > len(many) + 9] == []
    read_file(document)
    assert parsed[-1] == len(document)


def test_no_more_streams_are_opened_than_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    unpacker = zlib.decompressobj
    monkeypatch.setattr(zlib, "decompressobj", lambda: opened.append(1) or unpacker())
    read_file((b"stream\n" + zlib.compress(b"") + b"endstream") * (reading.MOST_STREAMS + 9))
    assert len(opened) == reading.MOST_STREAMS


def test_the_largest_contract_is_far_from_the_limits() -> None:
    everything = full_grant(
        axes=sorted(Axis),
        media=sorted(code for code in MEDIA if "." in code),
        territory=territory("+WORLD") | {"expression": "+" + " +".join(sorted(world()))},
        languages=["de-Latn-AT", "en-Latn-US", "fr-Latn-CA", "zh-Hant-TW"] * 25,
        categories=sorted(PRODUCT_CATEGORIES),
    )
    content = contract_bytes(full_terms(grants=[everything] * 50))
    assert len(content) < reading.MOST_DOCUMENT / 2
    made = contract_pdf(content)
    assert made.count(b"endstream") < reading.MOST_STREAMS / 2
    assert read_file(made).attached == (hashlib.sha256(content).hexdigest(),)
    assert (
        read_file(json.dumps(json.loads(content), indent=1).encode()).document_sha256 == read_file(content).sha256
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\nstream\nnot packed\nendstream", b"stream\n", b'{"contract_version":1.5}',
     b'{"contract_version"',
     b'{"contract_version":1,"contract_version":1}', b'{"contract_version":[{"a":1,"a":1}]}',
     b'{"contract_version":NaN}', b'{"contract_version":1e0}', b'{"contract_version":-Infinity}',
     b'{"contract_version":' + b"[" * 100_000, b'{"contract_version":1' + b"0" * 5000 + b"}", b"[1]"],
)  # fmt: skip
def test_whatever_is_sent_is_read_without_harm(content: bytes) -> None:
    read = read_file(content)
    assert read.sha256 == hashlib.sha256(content).hexdigest()
    assert (read.document_sha256, read.attached) == (None, ())
