"""All that is kept of an account, in one JSON document that is written as it is read."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, Protocol

from og_edge.deadline import Deadline
from og_edge.errors import OverloadedError
from og_edge.streams import begun

FORMAT_VERSION: Final = 1
PAGE_ROWS: Final = 500
MAX_EXPORTS: Final = 4
"""Written at the same time by one edge."""
EXPORT_TIMEOUT_S: Final = 600.0
"""What takes longer ends unfinished, as one whose client is too slow."""
BEGIN_TIMEOUT_S: Final = 10.0
_TOO_MANY: Final = "Others download their data right now. Try again in a minute."


class Records(Protocol):
    """What other services keep of accounts; lists come in pages, newest first."""

    async def all_but_lists(self, account_id: str, deadline: Deadline) -> Mapping[str, Any]:
        """Give all that is of a bounded size, by name."""

    def ledger(self, account_id: str) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Give what happened to its credits."""

    def daily_spending(self, account_id: str) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Give what was spent through what on which day."""

    def notices(self, account_id: str) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Give what it was told."""


class Rows(Protocol):
    """What the edge keeps of accounts: pages of rows, each written as JSON already."""

    def generations(self, account_id: str, page_rows: int) -> AsyncIterator[Sequence[str]]:
        """Give the history, newest first, each with its card as it is now."""

    def page_looks(self, account_id: str, page_rows: int) -> AsyncIterator[Sequence[str]]:
        """Give what looks at its sites' pages showed."""

    def brand_cards(self, account_id: str, page_rows: int) -> AsyncIterator[Sequence[str]]:
        """Give what is kept of its brand cards."""


class Exports:
    """Writes accounts out."""

    def __init__(self, records: Records, rows: Rows) -> None:
        self._records = records
        self._rows = rows
        self._under_way = 0

    async def begin(self, account_id: str) -> AsyncIterator[bytes]:
        """Read what is small and give the document's parts.

        Raises OverloadedError, RemoteError and TimeoutError; what fails later raises amid the
        parts, so that a document which is not whole has no end.
        """
        return await begun(self._written(account_id))

    async def _written(self, account_id: str) -> AsyncIterator[bytes]:
        if self._under_way >= MAX_EXPORTS:
            raise OverloadedError(_TOO_MANY)
        self._under_way += 1
        try:
            head = await self._records.all_but_lists(account_id, Deadline.after(BEGIN_TIMEOUT_S))
            until_s = time.monotonic() + EXPORT_TIMEOUT_S
            async for part in self._parts(account_id, head):
                if time.monotonic() > until_s:
                    raise TimeoutError(f"export: over {EXPORT_TIMEOUT_S:g} s")
                yield part.encode()
        finally:
            self._under_way -= 1

    async def _parts(self, account_id: str, head: Mapping[str, Any]) -> AsyncIterator[str]:
        begun = {"format": FORMAT_VERSION, "exported_at": dt.datetime.now(dt.UTC).isoformat()}
        yield _document({**begun, **head})[:-1]
        records, rows = self._records, self._rows
        for name, documents in (
            ("ledger", records.ledger(account_id)),
            ("daily_spending", records.daily_spending(account_id)),
            ("notices", records.notices(account_id)),
        ):
            async for part in _listed(name, _as_text(documents)):
                yield part
        for name, texts in (
            ("generations", rows.generations(account_id, PAGE_ROWS)),
            ("page_looks", rows.page_looks(account_id, PAGE_ROWS)),
            ("brand_cards", rows.brand_cards(account_id, PAGE_ROWS)),
        ):
            async for part in _listed(name, texts):
                yield part
        yield ',\n"is_complete": true}\n'


async def _as_text(
    pages: AsyncIterator[Sequence[Mapping[str, Any]]],
) -> AsyncIterator[Sequence[str]]:
    async for page in pages:
        yield [_document(each) for each in page]


async def _listed(name: str, pages: AsyncIterator[Sequence[str]]) -> AsyncIterator[str]:
    """Write a member whose value is a list, a line for each of its items."""
    yield f',\n"{name}": ['
    before = "\n"
    async for page in pages:
        if page:
            yield before + ",\n".join(page)
            before = ",\n"
    yield "]"


def _document(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
