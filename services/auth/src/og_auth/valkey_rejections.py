"""Pages that were just seen without their tag, so that nobody has them fetched again at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from og_auth.sites import Claim
from og_auth.valkey import Command, Valkey, ValkeyAwayError

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
        await self._try([("SET", _key(claim), b"", "PX", self._remembered_ms)])

    async def forget(self, claims: Sequence[Claim]) -> None:
        """See looks.Rejections."""
        # One by one: they are on one node, but a command of many keys says so to nobody.
        await self._try([("DEL", _key(claim)) for claim in claims])

    async def find(self, claims: Sequence[Claim]) -> set[Claim]:
        """See looks.Rejections."""
        if not claims:
            return set()
        found = await self._try([("EXISTS", _key(claim)) for claim in claims])
        return {claim for claim, exists in zip(claims, found, strict=False) if exists}

    async def _try(self, commands: Sequence[Command]) -> Sequence[Any]:
        """Have commands done; while Valkey is away nothing is, and there are no replies."""
        try:
            return await self._valkey.ask(commands)
        except ValkeyAwayError:
            return ()


def _key(claim: Claim) -> str:
    what = f"{claim.page_digest.hex()}:{claim.tag_policy.value}:{claim.card_digest.hex()}"
    return f"auth:rejected:{{{claim.site_id}}}:{what}"
