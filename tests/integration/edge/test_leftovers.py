from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from og_edge.exchange import Exchange
from tests.support.raw_http import RawServer

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
    for _ in range(ASKED):
        response = await edge.ask(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert response.status >= 400
    left = [each for each in gc.get_objects() if isinstance(each, Exchange)]
    assert len(left) <= 1  # the last one's task may not be over
