from __future__ import annotations

import random

from og_edge.bounded_cache import BoundedCache


def test_the_longest_unused_make_room() -> None:
    cache: BoundedCache[str, str] = BoundedCache(30)
    for key in "abc":
        cache.put(key, key.upper(), 10)
    assert cache.get("a") == "A"
    cache.put("d", "D", 10)
    assert [cache.get(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_what_is_larger_than_everything_is_not_kept_and_drives_nothing_out() -> None:
    cache: BoundedCache[str, str] = BoundedCache(30)
    cache.put("a", "A", 10)
    cache.put("huge", "", 31)
    assert (cache.get("a"), cache.get("huge")) == ("A", None)


def test_without_room_nothing_is_kept() -> None:
    cache: BoundedCache[str, str] = BoundedCache(0)
    cache.put("a", "A", 1)
    assert cache.get("a") is None


def test_it_never_holds_more_than_it_may(rng: random.Random) -> None:
    cache: BoundedCache[int, int] = BoundedCache(1_000)
    sizes: dict[int, int] = {}
    for _ in range(5_000):
        key = rng.randrange(40)
        if rng.random() < 0.2:
            cache.drop(key)
            assert cache.get(key) is None
        else:
            sizes[key] = rng.randrange(1, 200)
            cache.put(key, sizes[key], sizes[key])
        kept = [cache.get(each) for each in range(40)]
        assert sum(size for size in kept if size) == cache.size_bytes <= 1_000
        assert all(size in {None, sizes.get(each)} for each, size in enumerate(kept))
