from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

_ENDS = ("", "/", "?")
"""What may follow an address in a URL that is at it or below it."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses such as "https://instantog.com/api/og", each with all that is below it."""

    urls: tuple[str, ...] = ()

    def hold(self, url: str) -> bool:
        """Tell whether a URL in normal form, without a fragment, is one of these or below it.

        By http as by https; percent-encoding of the path hides nothing.
        """
        place = _place(url)
        return any(
            place.startswith(own) and place[len(own) :][:1] in _ENDS
            for own in map(_place, self.urls)
        )


NOWHERE = Addresses()


def _place(url: str) -> str:
    path, question_mark, query = url.partition("://")[2].partition("?")
    return unquote(path).rstrip("/") + question_mark + query
