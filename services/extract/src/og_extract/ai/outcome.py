from __future__ import annotations

from enum import Enum


class AiOutcome(Enum):
    """How a language model did with a page."""

    DELIVERED = "delivered"
    """Its title or its description, or both, passed the checks."""
    FAILED = "failed"
    """The endpoint could not be reached, refused, or answered nonsense."""
    TIMEOUT = "timeout"
    """It did not answer in time."""
    REJECTED = "rejected"
    """It answered, but neither title nor description passed the checks."""


class AiError(Exception):
    """The endpoint gave no answer that could be read; the text says why, without its words."""
