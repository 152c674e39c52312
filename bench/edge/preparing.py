"""Cards that exist before they are measured."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import httpx

from bench.accounts import Account
from bench.edge.wrk import Asked, write_requests
from bench.serving import Prepared
from bench.system import System
from og_service.progress import Progress
from tests.support.local_site import LocalSite

CARD = {"template": "article/editorial", "gradientBg": "true"}
"""44 kB: near to the 60 kB of the measurements that the goals come from."""
AT_A_TIME = 4
TIMEOUT_S = 30
TRIES = 5
"""Nothing is measured yet, and on a busy machine a system that has just started may be late."""
# What a server adds to each answer by itself, or counts differently each time.
OF_THE_SERVER = frozenset({"date", "server", "connection"})


def put_article(site: LocalSite) -> str:
    """Serve a page as articles are; give its URL."""
    head = '<meta property="og:description" content="What a bench reads, over and over.">'
    return site.put_page("A page that crowds ask for", head)


async def draw_cards(
    system: System, url: str, accounts: Sequence[Account], requests: Path
) -> Prepared:
    """Have each account's card drawn, list the requests for them, and give an answer to one."""
    path = "/api/og?" + urlencode({**CARD, "url": url}, safe=":/")
    asked = [Asked(path, account.authorization) for account in accounts]
    room = asyncio.Semaphore(AT_A_TIME)
    async with httpx.AsyncClient(base_url=system.base_url, timeout=TIMEOUT_S) as client:

        async def draw(one: Asked) -> None:
            async with room:
                await _get(client, one, "MISS")
            progress.advance()

        with Progress("cards", len(asked)) as progress:
            await asyncio.gather(*map(draw, asked))
        hit = await _get(client, asked[0], "HIT")
    write_requests(requests, asked)
    kept = [(k, v) for k, v in hit.headers.raw if k.decode().lower() not in OF_THE_SERVER]
    return Prepared(kept, hit.content)


async def _get(client: httpx.AsyncClient, asked: Asked, cache: str) -> httpx.Response:
    for _ in range(TRIES):
        answer = await client.get(asked.path, headers={"Authorization": asked.authorization})
        if not answer.is_server_error:
            break
    answer.raise_for_status()
    if answer.headers["x-cache"] != cache:
        raise RuntimeError(f"{answer.headers['x-cache']} where {cache} was expected: {asked.path}")
    return answer
