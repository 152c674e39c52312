"""What a fetch is for, and why nothing came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from og_extract.fetch.addresses import NOWHERE, Addresses


class FetchError(Exception):
    """Nothing could be had; status is set where a server answered in the end."""

    def __init__(self, cause: str, *, status: int | None = None) -> None:
        super().__init__(cause)
        self.status = status


class DeadlineError(FetchError):
    """It took too long."""

    def __init__(self) -> None:
        super().__init__("deadline")


class IgnoredAddressError(FetchError):
    """What is wanted is at an address that was to be ignored."""


class TooManyRedirectsError(FetchError):
    """Each of the hops that are allowed leads on."""

    def __init__(self) -> None:
        super().__init__("too many redirects")


class UnwantedTypeError(FetchError):
    """A server answered with something that is not wanted; its body was left there."""

    def __init__(self, content_type: str) -> None:
        super().__init__("unwanted type")
        self.content_type = content_type


class TooLargeError(FetchError):
    """It has more bytes than are wanted: so many where its server says how many, else 0."""

    def __init__(self, size_bytes: int = 0) -> None:
        super().__init__("too large")
        self.size_bytes = size_bytes


class PausedError(FetchError):
    """A host asked to be left alone and was not asked."""

    def __init__(self, left_s: float) -> None:
        super().__init__("asked to wait")
        self.left_s = left_s


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a fetch is for."""

    accept: str
    """The Accept header."""
    accept_encoding: str
    max_bytes: int
    """Of the body as sent. A longer body is cut where may_be_cut, else refused."""
    may_be_cut: bool
    """Also lets a deadline, or a server that falls silent, cut a body that has begun."""
    ignored: Addresses = NOWHERE
    """Nothing is fetched from there."""
    refusal_bytes: int = 0
    """Of the body of a refusal, which says what it is for; 0: a refusal is an error."""
    refusal_s: float = 0.0
    """How long that body is waited for."""
    is_wanted_type: Callable[[str], bool] = bool
    """Judges the Content-Type where there is one."""
    user_agent: str = ""
    """As whom to ask: it stands before our own, which is honest."""
