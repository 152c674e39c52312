"""Pages that count how often they are fetched, and say so in their title."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, Response

from tests.support.local_site import LocalSite

SLOW_SHARE = 0.2
SLOW_MAX_S = 0.4
SITE_NAME = "Races"


_HEAD = f'<meta property="og:site_name" content="{SITE_NAME}">'


def shown(name: str, count: int) -> dict[str, str]:
    """Give what a card shows of the page named so, fetched for the count-th time."""
    return {"title": f"{name} {count}", "siteName": SITE_NAME}


@dataclass
class CountingPage:
    """A page whose title has a number that rises with every fetch; some answers take a while."""

    name: str
    rng: random.Random
    url: str = ""
    asked_s: list[float] = field(default_factory=list)
    """When each fetch came, by the monotonic clock: the n-th has the number n."""

    def put(self, site: LocalSite) -> None:
        """Serve the page."""
        self.url = site.put(self._answer)

    async def _answer(self) -> Response:
        self.asked_s.append(time.monotonic())
        title = shown(self.name, len(self.asked_s))["title"]
        if self.rng.random() < SLOW_SHARE:
            await asyncio.sleep(self.rng.uniform(0, SLOW_MAX_S))
        text = f"<!doctype html><html lang=en><title>{title}</title>{_HEAD}"
        return HTMLResponse(text, headers={"Cache-Control": "max-age=60"})  # as long as we like
