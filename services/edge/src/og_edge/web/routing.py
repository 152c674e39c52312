"""Which pages there are, and who may ask for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from starlette.responses import Response

if TYPE_CHECKING:
    from og_edge.web.visit import Visit

Method: TypeAlias = Literal["GET", "POST"]
Handler: TypeAlias = Callable[["Visit"], Awaitable[Response]]
_MARK: Final = "og_page"


class Access(Enum):
    """Who may ask for a page.

    PUBLIC: everybody. SIGNED_IN: who is signed in; others are sent to sign in first. MACHINE:
    programs that prove by themselves who they are; no session, no CSRF token. Everything that a
    person posts carries a CSRF token and comes from our own origin.
    """

    PUBLIC = auto()
    SIGNED_IN = auto()
    MACHINE = auto()


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its method, its path with `{parameters}`, who may have it, and what answers."""

    method: Method
    path: str
    access: Access
    name: str

    @property
    def names_object(self) -> bool:
        """Whether it is about something that belongs to one account."""
        return self.access is Access.SIGNED_IN and "{" in self.path


def page(method: Method, path: str, *, access: Access = Access.SIGNED_IN) -> Callable[[Any], Any]:
    """Mark a method of a class of pages as what answers `method path`."""

    def mark(handler: Any) -> Any:
        handler.__dict__.setdefault(_MARK, []).append((method, path, access))
        return handler

    return mark


def pages_of(kind: type) -> Iterator[Page]:
    """List the pages of a class, in the order in which they are written."""
    for name, member in vars(kind).items():
        for method, path, access in getattr(member, _MARK, ()):
            yield Page(method, path, access, name)
