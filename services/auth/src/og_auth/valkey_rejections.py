"""Pages that were just seen without their tag, so that nobody has them fetched again at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from redis.asyncio import Redis

from og_auth.sites import Page
from og_auth.valkey import Valkey, ValkeyAwayError

REMEMBERED_S: Final = 120


class ValkeyRejections:
    """Remembered in Valkey, which forgets by itself.

    While Valkey is away nothing is remembered: the limit on failed attempts still bounds how
    often a client makes us look.
    """

    def __init__(self, valkey: Valkey, remembered_s: float = REMEMBERED_S) -> None:
        self._valkey = valkey
        self._remembered_ms = round(remembered_s * 1000)

    async def remember(self, page: Page) -> None:
        """See decisions.Rejections."""

        async def work(client: Redis) -> None:
            await client.set(_key(page), b"", px=self._remembered_ms)

        try:
            await self._valkey.run(work)
        except ValkeyAwayError:
            return

    async def find(self, pages: Sequence[Page]) -> set[Page]:
        """See decisions.Rejections."""
        if not pages:
            return set()
        try:
            found = await self._valkey.run(partial(_exist, pages))
        except ValkeyAwayError:
            return set()
        return {page for page, exists in zip(pages, found, strict=True) if exists}


async def _exist(pages: Sequence[Page], client: Redis) -> list[int]:
    async with client.pipeline(transaction=False) as pipeline:
        for page in pages:
            pipeline.exists(_key(page))
        return await pipeline.execute()


def _key(page: Page) -> str:
    return f"auth:rejected:{{{page.site_id}}}:{page.digest.hex()}"
