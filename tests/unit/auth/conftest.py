from tests.support.seeds import rng

__all__ = ["rng"]
