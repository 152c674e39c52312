"""Deleting an account: what it has is ended and forgotten step by step, each as often as needed."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import structlog

from og_edge.api_keys import ApiKeys
from og_edge.deadline import Deadline
from og_edge.identities import Identities
from og_edge.sites import Sites
from og_service.status import RemoteError

log = structlog.get_logger()

ROWS_MAX: Final = 1_000
"""Forgotten by one statement."""
FORGET_S: Final = 4.0
"""Of a request; what is left then is forgotten without anybody waiting."""
CHORE_FORGET_S: Final = 60.0
CHORE_BUDGET_S: Final = 120.0
DUE_AGAIN_AFTER: Final = dt.timedelta(minutes=1)
"""What nobody has ended by then is gone on with by anybody."""
OVER_AFTER: Final = dt.timedelta(minutes=2)
"""Longer than any request that the account had under way: nothing is added after that."""
LOOK_INTERVAL_S: Final = 20.0
FAREWELLS_MAX: Final = 4
"""Gone on with by one edge in one round."""


class Farewell(NamedTuple):
    """An account that goes; `is_over` tells that nothing can be added to it any more."""

    account_id: str
    is_over: bool


class FarewellStore(Protocol):
    """Which accounts go, and what the edge keeps of them."""

    async def begin(self, account_id: str) -> None:
        """Note that an account goes, whoever dies; beginning again is no error."""

    async def take_due(self, at_most: int) -> Sequence[Farewell]:
        """Give accounts to go on with; for DUE_AGAIN_AFTER nobody else is given them."""

    async def end(self, account_id: str) -> None:
        """Note that nothing is left of an account."""

    async def forget_some(self, account_id: str, at_most: int) -> int:
        """Forget rows of an account, and their objects; tell how many, 0 once none is left."""


class PaidPlans(Protocol):
    """What accounts pay for."""

    async def cancel_subscription(self, account_id: str, deadline: Deadline) -> None:
        """End what an account pays for; nothing where it pays for nothing."""


class Access(NamedTuple):
    """What an account is entered by and paid for, all of it elsewhere."""

    plans: PaidPlans
    sites: Sites
    keys: ApiKeys
    identities: Identities


class UnfinishedError(Exception):
    """Something failed after the account had begun to go: the rest follows by itself."""


class Farewells:
    """Lets accounts go.

    In this order: what is paid for ends; it is noted that the account goes; its sites and keys go,
    so that nothing new is made; what the edge keeps is forgotten; auth forgets the person. Each
    step may be done again. Once noted, any edge goes on until nothing is left.
    """

    def __init__(self, store: FarewellStore, access: Access) -> None:
        self._store = store
        self._plans, self._sites, self._keys, self._identities = access

    async def bid(self, account_id: str, deadline: Deadline) -> bool:
        """Delete an account; tell whether all is gone already, or is about to go.

        Raises RemoteError and TimeoutError where no more was done than to end the plan that is paid
        for, and UnfinishedError.
        """
        await self._plans.cancel_subscription(account_id, deadline)
        await self._store.begin(account_id)
        try:
            return await self._go_on(account_id, deadline, FORGET_S)
        except Exception as error:
            log.warning("farewell not finished", account_id=account_id, cause=repr(error))
            raise UnfinishedError from error

    async def keep_going_on(self) -> None:
        """Go on with what is not finished, until cancelled."""
        while True:
            try:
                taken = await self._store.take_due(FAREWELLS_MAX)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next look may succeed
                log.warning("farewells not looked for", cause=repr(error))
                taken = []
            for farewell in taken:
                await self._finish(farewell)
            if len(taken) < FAREWELLS_MAX:
                await asyncio.sleep(LOOK_INTERVAL_S)

    async def _finish(self, farewell: Farewell) -> None:
        account_id, deadline = farewell.account_id, Deadline.after(CHORE_BUDGET_S)
        try:
            await self._plans.cancel_subscription(account_id, deadline)
            if await self._go_on(account_id, deadline, CHORE_FORGET_S) and farewell.is_over:
                await self._store.end(account_id)
                log.info("account gone", account_id=account_id)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is taken again
            log.warning("farewell not finished", account_id=account_id, cause=repr(error))

    async def _go_on(self, account_id: str, deadline: Deadline, forget_s: float) -> bool:
        """Do all steps but the first; tell whether nothing is left."""
        await self._end_access(account_id, deadline)
        is_forgotten = await self._forget(account_id, forget_s)
        await self._identities.delete_account(account_id)
        return is_forgotten

    async def _end_access(self, account_id: str, deadline: Deadline) -> None:
        try:
            for site in await self._sites.of(account_id, deadline):
                await self._sites.delete(account_id, site.site_id, deadline)
            for key in await self._keys.of(account_id, deadline):
                if key.revoke_time is None:
                    await self._keys.revoke(account_id, key.api_key_id, deadline)
        except RemoteError as error:
            if error.reason != "ACCOUNT_NOT_FOUND":  # gone already
                raise

    async def _forget(self, account_id: str, within_s: float) -> bool:
        """Forget what the edge keeps, as far as there is time; tell whether it is all."""
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            if not await self._store.forget_some(account_id, ROWS_MAX):
                return True
        return False
