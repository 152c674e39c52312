"""Randomness that can be had again."""

from __future__ import annotations

import os
import random

import pytest


@pytest.fixture
def rng() -> random.Random:
    """A generator whose seed a failing test's output shows; OG_TEST_SEED sets it."""
    seed = int(os.environ.get("OG_TEST_SEED", random.randrange(2**32)))
    print(f"OG_TEST_SEED={seed}")  # noqa: T201 - pytest shows it where a test fails
    return random.Random(seed)
