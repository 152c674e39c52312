"""What is kept of answers stays within its bounds."""

from __future__ import annotations

from og_extract.ai.kept import Kept


async def test_the_least_recently_used_is_dropped_first() -> None:
    kept: Kept[str] = Kept(len, max_entries=2)
    kept.put(b"a", "1")
    kept.put(b"b", "2")
    assert kept.get(b"a") == "1"
    kept.put(b"c", "3")
    assert [kept.get(key) for key in (b"a", b"b", b"c")] == ["1", None, "3"]


async def test_bytes_are_bounded() -> None:
    kept: Kept[str] = Kept(len, max_bytes=10)
    kept.put(b"a", "12345")
    kept.put(b"b", "12345")
    assert [kept.get(b"a"), kept.get(b"b")] == [None, "12345"]
    kept.put(b"b", "1")
    kept.put(b"c", "12345")
    assert [kept.get(b"b"), kept.get(b"c")] == ["1", "12345"]
    kept.put(b"d", "too long for all")
    assert [kept.get(key) for key in (b"b", b"c", b"d")] == [None, None, None]


async def test_what_is_old_is_forgotten() -> None:
    kept: Kept[str] = Kept(len, keep_s=-1)
    kept.put(b"a", "1")
    assert kept.get(b"a") is None
