from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from og_edge.exchange import Exchange
from tests.support.raw_http import RawServer
from tests.support.waiting import eventually

ASKED = 20


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize(
    "target",
    ["/api/og?url=https://example.com/", "/api/og?url=nonsense", "/api/og?url=http://10.0.0.1/"],
)
async def test_a_request_that_failed_leaves_nothing_for_the_collector(
    edge: RawServer, target: str
) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    answers = await asyncio.gather(*(edge.ask(request) for _ in range(ASKED)))
    assert all(answer.status >= 400 for answer in answers)
    await eventually(lambda: not any(isinstance(each, Exchange) for each in gc.get_objects()))
