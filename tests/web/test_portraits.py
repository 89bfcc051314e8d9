"""Portraits are the same each time, well formed, and carry no style."""

from xml.etree import ElementTree

from app.web.portraits import portrait


def _draw(seed: str, *, scene: str = "screen") -> str:
    return portrait(seed=seed, scene=scene, title="Abstract portrait")


def test_the_same_words_give_the_same_drawing() -> None:
    assert _draw("Marlowe Quist") == _draw("Marlowe Quist")


def test_people_and_scenes_differ() -> None:
    assert len({_draw(f"Performer {n}") for n in range(60)}) > 55
    assert len({_draw("Marlowe Quist", scene=f"Scene {n}") for n in range(60)}) > 40


def test_every_drawing_is_well_formed_and_needs_no_style() -> None:
    for number in range(200):
        root = ElementTree.fromstring(_draw(f"Performer {number}", scene=f"Scene {number}"))  # noqa: S314
        names = {name for element in root.iter() for name in element.attrib}
        assert not names & {"style", "onload", "href"}


def test_a_title_cannot_break_out() -> None:
    drawing = portrait(seed="x", scene="y", title="</title><script>alert(1)</script>")
    assert "<script>" not in drawing
