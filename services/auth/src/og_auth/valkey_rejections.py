"""Pages that were just seen without their tag, so that nobody has them fetched again at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from redis.asyncio import Redis

from og_auth.sites import Claim
from og_auth.valkey import Valkey, ValkeyAwayError

REMEMBERED_S: Final = 60


class ValkeyRejections:
    """Remembered in Valkey, which forgets by itself.

    While Valkey is away nothing is remembered: the limit on failed attempts still bounds how
    often a client makes us look.
    """

    def __init__(self, valkey: Valkey, remembered_s: float = REMEMBERED_S) -> None:
        self._valkey = valkey
        self._remembered_ms = round(remembered_s * 1000)

    async def remember(self, claim: Claim) -> None:
        """See looks.Rejections."""

        async def work(client: Redis) -> None:
            await client.set(_key(claim), b"", px=self._remembered_ms)

        try:
            await self._valkey.run(work)
        except ValkeyAwayError:
            return

    async def forget(self, claims: Sequence[Claim]) -> None:
        """See looks.Rejections."""

        async def work(client: Redis) -> None:
            # One by one: they are on one node, but a command of many keys says so to nobody.
            async with client.pipeline(transaction=False) as pipeline:
                for claim in claims:
                    pipeline.delete(_key(claim))
                await pipeline.execute()

        try:
            await self._valkey.run(work)
        except ValkeyAwayError:
            return

    async def find(self, claims: Sequence[Claim]) -> set[Claim]:
        """See looks.Rejections."""
        if not claims:
            return set()
        try:
            found = await self._valkey.run(partial(_exist, claims))
        except ValkeyAwayError:
            return set()
        return {claim for claim, exists in zip(claims, found, strict=True) if exists}


async def _exist(claims: Sequence[Claim], client: Redis) -> list[int]:
    async with client.pipeline(transaction=False) as pipeline:
        for claim in claims:
            pipeline.exists(_key(claim))
        return await pipeline.execute()


def _key(claim: Claim) -> str:
    what = f"{claim.page_digest.hex()}:{claim.tag_policy.value}:{claim.card_digest.hex()}"
    return f"auth:rejected:{{{claim.site_id}}}:{what}"
