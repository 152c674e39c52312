"""How many values of each field are the ones expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.extract.corpus import Entry, looked_for
from bench.extract.levelling import matches

FIELDS = (
    *("title", "description", "siteName", "author", "publishedAt", "image", "logo", "lang"),
    *("language", "price", "currency", "rating", "ratingCount", "url", "brand", "availability"),
)
"""As in results; "language" is "lang" without script and region."""
MAY_BE_FALSE = ("author", "publishedAt")
_KEYS = {"language": "lang"}

Values = Mapping[str, Mapping[str, Any]]
"""By the page's id, what was found on it."""


@dataclass(frozen=True)
class Score:
    """Of so many values expected, so many found as such."""

    hits: int
    pages: int

    @property
    def percent(self) -> float:
        """Hits in percent; 0 where nothing is expected."""
        return 100 * self.hits / self.pages if self.pages else 0.0


@dataclass(frozen=True)
class Miss:
    """A value that is not the one expected."""

    id: str
    expected: Any
    found: Any


def score(entries: Sequence[Entry], values: Values, field: str) -> Score:
    """Count the values of a field that are the ones expected."""
    missed = sum(1 for _ in misses(entries, values, field))
    pages = sum(key_of(field) in entry.expected for entry in entries)
    return Score(pages - missed, pages)


def misses(entries: Sequence[Entry], values: Values, field: str) -> Iterator[Miss]:
    """List the values of a field that are not the ones expected."""
    key = key_of(field)
    for entry in entries:
        found = values[entry.id].get(key)
        if key in entry.expected and not matches(field, entry.expected[key], found):
            yield Miss(entry.id, entry.expected[key], found)


def false_score(
    corpus: Sequence[Entry], entries: Sequence[Entry], values: Values, field: str
) -> Score:
    """Count the values where none is expected, and the pages where that is so."""
    found = sum(1 for _ in false_values(corpus, entries, values, field))
    return Score(found, len(_without(corpus, entries, field)))


def false_values(
    corpus: Sequence[Entry], entries: Sequence[Entry], values: Values, field: str
) -> Iterator[Miss]:
    """List the values where none is expected, of pages whose collection has the field at all.

    Some may be right: what people did not note need not be absent.
    """
    for entry in _without(corpus, entries, field):
        if found := values[entry.id].get(field):
            yield Miss(entry.id, None, found)


def _without(corpus: Sequence[Entry], entries: Sequence[Entry], field: str) -> list[Entry]:
    looked = {it.id for it in looked_for(corpus, field)}
    return [it for it in entries if it.id in looked and it.expected.get(field) is None]


def key_of(field: str) -> str:
    """Give the key of results and expectations that a field is taken from."""
    return _KEYS.get(field, field)
