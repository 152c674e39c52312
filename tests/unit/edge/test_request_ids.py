from __future__ import annotations

import time
import uuid

from og_edge.request_ids import new_request_id


def test_ids_begin_with_the_time_and_differ() -> None:
    before_ms = time.time_ns() // 1_000_000
    ids = [uuid.UUID(new_request_id()) for _ in range(1_000)]
    after_ms = time.time_ns() // 1_000_000
    assert len(set(ids)) == 1_000
    assert {(each.version, each.variant) for each in ids} == {(7, uuid.RFC_4122)}
    times_ms = [each.int >> 80 for each in ids]
    assert times_ms == sorted(times_ms)
    assert before_ms <= times_ms[0]
    assert times_ms[-1] <= after_ms


def test_all_other_bits_are_drawn() -> None:
    drawn = fixed = 0
    for _ in range(200):
        value = uuid.UUID(new_request_id()).int & ((1 << 80) - 1)
        drawn |= value
        fixed |= ~value & ((1 << 80) - 1)
    assert (drawn & fixed).bit_count() == 74
