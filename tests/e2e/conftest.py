from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from og_stack.stack import Stack
from tests.e2e.api import Api
from tests.e2e.replicas import edge_replica, grpc_replica
from tests.e2e.systems import whole_system
from tests.support.ai_endpoint import AiEndpoint, serve_ai
from tests.support.customers import Customer, create_customer
from tests.support.local_site import LocalSite, local_site
from tests.support.releases import NoHistoryError, previous_commit, unpack_previous_release
from tests.support.telling import tell

ASK_TIMEOUT_S = 30


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site() -> AsyncIterator[LocalSite]:
    """Pages that tests write, where the stack may fetch them."""
    async with local_site() as served:
        yield served


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory, site: LocalSite) -> AsyncIterator[Stack]:
    """The whole system, on ports of its own."""
    async with whole_system(tmp_path_factory.mktemp("stack"), site) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(stack: Stack) -> AsyncIterator[Api]:
    """Asks the stack for cards."""
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=ASK_TIMEOUT_S) as client:
        yield Api(client)


@pytest_asyncio.fixture(loop_scope="session")
async def customer(stack: Stack) -> Customer:
    """A new customer with plenty of credits and requests."""
    return await create_customer(stack)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model() -> AsyncIterator[AiEndpoint]:
    """A language model's endpoint that says what a test tells it to."""
    async with serve_ai() as endpoint:
        yield endpoint


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ai_extract(stack: Stack, model: AiEndpoint) -> AsyncIterator[str]:
    """An extract beside the stack's own that has a language model, which that one has not."""
    async with grpc_replica(stack, "extract", model.settings()) as target:
        yield target


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ai(stack: Stack, ai_extract: str) -> AsyncIterator[Api]:
    """Asks an edge on the same cards that has mode=ai; it keeps no bytes, so they can get lost."""
    settings = {"OG_EXTRACT_TARGET": ai_extract, "OG_CARD_MEMORY_MB": "0"}
    async with edge_replica(stack, settings) as replica:
        yield replica.api


@pytest.fixture(scope="session")
def old_path(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> str:
    """The PYTHONPATH of the release before."""
    try:
        return unpack_previous_release(tmp_path_factory.mktemp("older"))
    except NoHistoryError as error:
        reason = f"OLDER CODE WAS NOT TRIED: no commit {previous_commit()} here ({error})"
        tell(pytestconfig, f"{reason}; `git fetch --unshallow` brings it")
        pytest.skip(reason)
