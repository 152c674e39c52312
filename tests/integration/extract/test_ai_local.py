"""mode=ai with a real model: it shows that the wire fits, and says nothing of good titles.

Its words are never compared with anything: a model as small as this one writes nonsense, and what
matters is that no nonsense gets through.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from og.extract.v1 import extract_pb2 as pb
from og_extract.limits import Limits
from tests.support.llama import FOLDER, llama_server, needs_a_real_model

from .ai_pages import PAGE, outcome, sources, texts
from .conftest import ServeExtract
from .web import Web

AI_TIMEOUT_S = 120
CALL_TIMEOUT_S = 150
TEST_TIMEOUT_S = 600
TRIES = {"json_schema": 3, "json_object": 1, "prompt": 1}
"""Markers differ from time to time, and so do answers."""

pytestmark = [pytest.mark.timeout(TEST_TIMEOUT_S), needs_a_real_model]


@pytest.fixture(scope="module")
async def base_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    log = tmp_path_factory.mktemp("llama") / "log"
    async with llama_server(FOLDER, log) as url:
        yield url


@pytest.mark.parametrize("structured", TRIES)
async def test_a_real_model_is_asked_and_checked(
    serve_extract: ServeExtract,
    web: Web,
    base_url: str,
    structured: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings: dict[str, Any] = {
        "AI_BASE_URL": base_url,
        "AI_MODEL": "local",
        "AI_STRUCTURED": structured,
        "AI_TIMEOUT_S": str(AI_TIMEOUT_S),
    }
    url, outcomes = web.page("/bees", PAGE), set()
    async with serve_extract(
        web, limits=replace(Limits(), call_s=CALL_TIMEOUT_S), **settings
    ) as client:
        standard = await client.page(url)
        for _ in range(TRIES[structured]):
            began = time.monotonic()
            page = await client.ai_page(url, fresh=True, timeout_s=CALL_TIMEOUT_S)
            took_s = time.monotonic() - began
            assert_borne_out(page, standard)
            outcomes.add(outcome(page))
            with capsys.disabled():
                print(f"\n{structured}: {outcome(page)} in {took_s:.1f} s: {texts(page)}")  # noqa: T201 - for people
    assert "TIMEOUT" not in outcomes
    if structured == "json_schema":  # else so small a model may never find the form
        assert outcomes & {"DELIVERED", "REJECTED"}


def assert_borne_out(page: pb.ExtractPageResponse, standard: pb.ExtractPageResponse) -> None:
    """What did not come from the model is as ever; what did is among what the page offers."""
    by_ai = {name for name, source in sources(page).items() if source.startswith("ai")}
    assert bool(by_ai & {"title", "description"}) == (outcome(page) == "DELIVERED")
    assert {f.name: f for f in page.fields if f.name not in by_ai} == {
        f.name: f for f in standard.fields if f.name not in by_ai
    }
    assert texts(page)["author"] in {"Ann Lee", "Ann Lee, Bob Ray"}
    for injected in ("HACKED", "FREE MONEY", "Casino"):
        assert injected not in str(texts(page))
