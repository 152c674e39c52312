"""Requests that come all the while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.e2e.api import Api
from tests.support.customers import Customer
from tests.support.local_site import LocalSite
from tests.support.waiting import eventually

WORKERS = 8
ANSWERS_BETWEEN = 40
ANSWERS_TIMEOUT_S = 120


class Load:
    """Clients that ask for one card, over and over, and now and then for a new one."""

    def __init__(self, api: Api, site: LocalSite, customer: Customer) -> None:
        self.answers: list[httpx.Response] = []
        self._api, self._site, self._customer = api, site, customer
        self._url = site.put_page("Before and after")

    async def _ask(self) -> None:
        while True:
            is_new = len(self.answers) % 20 == 19
            url = self._site.put_page("New") if is_new else self._url
            self.answers.append(await self._api.ask(url, self._customer))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask for the length of the context."""
        tasks = [asyncio.create_task(self._ask()) for _ in range(WORKERS)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(it, asyncio.CancelledError) for it in ended), ended

    async def more(self) -> None:
        """Wait for further answers."""
        goal = len(self.answers) + ANSWERS_BETWEEN
        await eventually(lambda: len(self.answers) >= goal, ANSWERS_TIMEOUT_S)
