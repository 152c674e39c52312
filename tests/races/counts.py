"""Which counter a card shows: its digest, looked up among the cards of all counters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from urllib.parse import urlencode

from og_edge.card_request import parse_card_request
from og_edge.clients.render import RenderClient
from og_service.channels import open_channel
from tests.faults.topology import Topology
from tests.races.load import TEMPLATE, Load
from tests.races.pages import CountingPage, shown
from tests.support.crowds import all_of

RENDER_TIMEOUT_S = 20
AT_A_TIME = 4


async def counts_by_digest(
    topology: Topology, load: Load, wanted: Iterable[str]
) -> dict[str, tuple[str, int]]:
    """Have render draw what the pages had to show, until all digests wanted are known.

    Gives the page's name and the count for each digest.
    """
    sought = set(wanted)
    found: dict[str, tuple[str, int]] = {}
    async with open_channel(topology.targets("render"), topology.operator_token) as channel:
        render = RenderClient(channel)

        async def draw(page: CountingPage, count: int) -> None:
            if not sought - found.keys():
                return
            query = urlencode({"url": page.url, "template": TEMPLATE}).encode()
            request = parse_card_request(query, loopback_targets=frozenset({topology.site.address}))
            drawn = await render.render_card(
                request,
                shown(page.name, count),
                language_code="en",
                timeout_s=RENDER_TIMEOUT_S,
            )
            found[hashlib.sha256(drawn.image).hexdigest()] = (page.name, count)

        pages = load.pages.values()
        calls = (draw(page, n + 1) for page in pages for n in range(len(page.asked_s)))
        await all_of(calls, AT_A_TIME)
    return found
