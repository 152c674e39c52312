"""What queries ask for: each read once, and kept for whoever sends the same."""

from __future__ import annotations

from typing import Final

from og_edge.bounded_cache import BoundedCache
from og_edge.card_path import API_PATH, EXTENSIONS, FILES_PATH, options_in_path
from og_edge.card_request import CardRequest, parse_card_request
from og_edge.cards import CardName
from og_edge.errors import UnknownPathError
from og_edge.templates import Template

MAX_KEPT_BYTES: Final = 32 * 1024 * 1024
ENTRY_BYTES: Final = 4_096
BYTES_PER_QUERY_BYTE: Final = 8
"""An entry takes so much at most: 2.5 kB for a short query, and of a long one its text, decoded (4
bytes a character) and in its card's name."""

_UNKNOWN_PATH: Final = (
    f"Nothing is here; ask {API_PATH}?template=… or {FILES_PATH}/<template>.<extension>, the "
    f"extension being one of {', '.join(EXTENSIONS)}."
)


class Wanted:
    """One query as it was read, and its card's name, which follows from that and its template."""

    __slots__ = ("_name", "_template", "request")

    def __init__(self, request: CardRequest) -> None:
        self.request = request
        self._template: Template | None = None
        self._name: CardName

    def name(self, template: Template) -> CardName:
        """Give the card's name as template, the request's own, draws it."""
        if template is not self._template:  # the templates were listed anew
            self._template, self._name = template, CardName.of(self.request, template)
        return self._name


class QueryReader:
    """Reads paths and queries, and keeps what it read: a function of nothing else."""

    def __init__(self, loopback_targets: frozenset[str], max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._loopback_targets = loopback_targets
        self._kept: BoundedCache[tuple[str, bytes], Wanted] = BoundedCache(max_bytes)

    def read(self, path: str, query: bytes) -> Wanted:
        """Read a decoded path and a query string.

        Raises UnknownPathError, and as parse_card_request does.
        """
        if (kept := self._kept.get((path, query))) is not None:
            return kept
        in_path = options_in_path(path)
        if in_path is None:
            raise UnknownPathError(_UNKNOWN_PATH)
        wanted = Wanted(
            parse_card_request(query, in_path=in_path, loopback_targets=self._loopback_targets)
        )
        size_bytes = ENTRY_BYTES + BYTES_PER_QUERY_BYTE * (len(path) + len(query))
        self._kept.put((path, query), wanted, size_bytes)
        return wanted
