"""Extract as the program it is: what it says of a model's endpoint, and what it never says."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from og.extract.v1 import extract_pb2_grpc
from og_service.channels import open_channel
from og_service.settings import CONFIG_EXIT_STATUS
from og_stack.ports import free_ports
from tests.support.ai_endpoint import AiEndpoint, drips, hangs_up, says, serve_ai, status
from tests.support.local_system import clean_environment
from tests.support.waiting import eventually

from .ai_pages import KEY, PAGE, TITLE, outcome
from .conftest import Client
from .web import Web

EXTRACT = [sys.executable, "-P", "-m", "og_extract"]
TOKEN = "token-of-edge-for-these-tests"
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 15


@asynccontextmanager
async def running(environment: dict[str, str], log: Path) -> AsyncIterator[Client]:
    """Run extract, give a client of it, and see it stop as it should."""
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    own = {"OG_LISTEN_ADDRESS": address, "OG_CALLERS": f"operator={TOKEN}", "OG_LOG_LEVEL": "DEBUG"}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *EXTRACT,
            env={**clean_environment(os.environ), **own, **environment},
            stdout=output,
            stderr=output,
        )
        try:
            await eventually(lambda: b"serving" in log.read_bytes(), START_TIMEOUT_S)
            async with open_channel(address, TOKEN) as channel:
                yield Client(extract_pb2_grpc.ExtractServiceStub(channel))
        finally:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(STOP_TIMEOUT_S):
                assert await process.wait() == 0


@pytest.fixture
async def ai() -> AsyncIterator[AiEndpoint]:
    async with serve_ai() as it:
        yield it


async def test_the_key_is_never_logged(ai: AiEndpoint, web: Web, tmp_path: Path) -> None:
    log, secret_body = tmp_path / "log", "a-secret-of-the-request"
    echo = f'{{"error": {{"message": "Incorrect API key: {KEY}"}}}}'.encode()
    environment = {
        **ai.settings(AI_API_KEY=KEY, AI_TIMEOUT_S="1"),
        "AI_EXTRA_BODY": f'{{"user": "{secret_body}"}}',
        "OG_ENVIRONMENT": "development",
        "OG_LOOPBACK_TARGETS": web.target,
    }
    url = web.page("/logged", PAGE)
    async with running(environment, log) as client:
        for reply in (
            status(401, echo),
            status(500, echo),
            status(200, echo),
            hangs_up,
            drips,
            says(KEY),
            says({"title": f"Bees of the valley {KEY}"}),
            says({"title": TITLE}),
        ):
            ai.will(reply)
            seen = outcome(await client.ai_page(url))
            assert ai.asked[0].headers["authorization"] == f"Bearer {KEY}"
            assert ai.asked[0].body["user"] == secret_body
        assert seen == "DELIVERED"
    written = log.read_text()
    assert "status 401" in written
    for secret in (KEY, secret_body, "Wild bees"):
        assert secret not in written


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({"AI_BASE_URL": "http://127.0.0.1:1"}, "AI_MODEL must name the model"),
        ({"AI_BASE_URL": "127.0.0.1:1", "AI_MODEL": "m"}, "OG_AI_BASE_URL: is a URL such as"),
        ({"AI_BASE_URL": f"http://u:{KEY}@h", "AI_MODEL": "m"}, "OG_AI_BASE_URL: is a URL such as"),
        ({"AI_EXTRA_BODY": "[]"}, "OG_AI_EXTRA_BODY: is a JSON object"),
        ({"AI_EXTRA_BODY": "{"}, "OG_AI_EXTRA_BODY: is a JSON object"),
        ({"AI_EXTRA_BODY": '{"messages": []}'}, "OG_AI_EXTRA_BODY: must not hold messages"),
        ({"AI_STRUCTURED": "yaml"}, "OG_AI_STRUCTURED: Input should be 'json_schema'"),
        ({"AI_TIMEOUT_S": "0"}, "OG_AI_TIMEOUT_S: Input should be greater than 0"),
        ({"AI_API_KEY": f"{KEY}\n{KEY}"}, "OG_AI_API_KEY: must be printable ASCII"),
    ],
)
def test_settings_that_make_no_sense_are_named(environment: dict[str, str], fault: str) -> None:
    result = subprocess.run(
        EXTRACT,
        env={**clean_environment(os.environ), **environment},
        capture_output=True,
        text=True,
        timeout=START_TIMEOUT_S,
        check=False,
    )
    assert result.returncode == CONFIG_EXIT_STATUS
    assert fault in result.stderr
    assert KEY not in result.stderr
