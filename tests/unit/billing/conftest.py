from __future__ import annotations

from tests.support.seeds import rng

__all__ = ["rng"]
