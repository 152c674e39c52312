"""Filling what the edges remember of queries, which would look like a leak while it fills."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx

from bench.progress import Progress
from og_edge.wanted import ENTRY_BYTES, MAX_KEPT_BYTES
from og_stack.ports import LOOPBACK

QUERIES = MAX_KEPT_BYTES // ENTRY_BYTES
AT_A_TIME = 16
TIMEOUT_S = 30


async def fill_query_memory(ports: Sequence[int], site: str) -> None:
    """Ask each edge for as many cards as it remembers; without a key nothing comes of it."""
    progress = Progress("filling", QUERIES * len(ports))
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:

        async def work(port: int, numbers: range) -> None:
            for number in numbers:
                query = {"template": "docs/page", "url": f"http://{site}/", "title": str(number)}
                await client.get(f"http://{LOOPBACK}:{port}/api/og", params=query)
                progress.step()

        await asyncio.gather(
            *(
                work(port, range(start, QUERIES, AT_A_TIME))
                for port in ports
                for start in range(AT_A_TIME)
            )
        )
