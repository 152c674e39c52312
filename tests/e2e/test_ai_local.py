"""A card by AI with a real model: whatever a model this small says, the card and its price fit."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Final

import httpx
import pytest

from og_stack.config import StackConfig
from og_stack.output import Output
from og_stack.ports import free_ports
from og_stack.stack import Stack
from tests.e2e.api import Api, check_card
from tests.support.customers import create_customer
from tests.support.llama import FOLDER, llama_server, needs_a_real_model
from tests.support.local_site import LocalSite
from tests.support.local_system import clean_environment

ASK_TIMEOUT_S = 30
PRICES: Final = {"delivered": 100, "rejected": 10, "failed": 10, "timeout": 10}
TRIES = 3

pytestmark = [pytest.mark.timeout(600), needs_a_real_model]


@pytest.fixture
async def stack(tmp_path_factory: pytest.TempPathFactory, site: LocalSite) -> AsyncIterator[Stack]:
    directory = tmp_path_factory.mktemp("ai-stack")
    [port] = free_ports(1)
    async with llama_server(FOLDER, directory / "llama.log") as base_url:
        environment = clean_environment(os.environ) | {
            "OG_HTTP_PORT": str(port),
            "OG_LOOPBACK_TARGETS": site.address,
            "AI_BASE_URL": base_url,
            "AI_MODEL": "local",
        }
        config = StackConfig.from_environment(directory / ".local", environment)
        with (directory / "log").open("w") as log:
            async with Stack(config, Output(log)) as running:
                yield running


async def test_a_card_by_a_real_model(
    stack: Stack, site: LocalSite, capsys: pytest.CaptureFixture[str]
) -> None:
    customer = await create_customer(stack)
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=ASK_TIMEOUT_S) as client:
        api = Api(client)
        for number in range(TRIES):
            description = '<meta name="description" content="A short guide to brewing coffee.">'
            url = site.put_page(f"How to brew coffee at home, part {number}", description)
            response = await api.ask(url, customer, mode="ai")
            check_card(response, "MISS")
            how = response.headers["x-og-ai"]
            assert response.headers["x-credits-charged"] == str(PRICES[how])
            with capsys.disabled():
                print(f"\n{how} in {response.elapsed.total_seconds():.1f} s")  # noqa: T201
