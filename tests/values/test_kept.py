"""Values kept up to a number."""

from concurrent.futures import ThreadPoolExecutor

from app.values.kept import Kept


def test_the_first_goes_first_when_there_is_no_more_room() -> None:
    kept = Kept[str, int](2)
    assert [kept.keep(key, number) for number, key in enumerate("abc")] == [0, 1, 2]
    assert kept == {"b": 1, "c": 2}
    assert kept.get("a") is None
    kept.keep("b", 3)
    assert kept == {"b": 3, "c": 2}


def test_many_threads_keep_no_more_than_there_is_room_for() -> None:
    kept = Kept[int, int](8)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: kept.keep(number, number), range(20_000)))
    assert len(kept) == 8
    assert all(key == value for key, value in kept.items())
