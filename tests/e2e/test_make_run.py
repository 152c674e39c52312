"""What a newcomer sees of `make run`."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import stat
from pathlib import Path

import httpx
import pytest

from og.auth.v1 import auth_pb2, auth_pb2_grpc
from og_service.channels import open_channel
from og_stack.valkey import EmbeddedValkey
from tests.support.local_system import LocalSystem, local_system
from tests.support.processes import processes_mentioning, program_of
from tests.support.waiting import eventually

UP = "Instant OG is running"


async def get(command: str) -> httpx.Response:
    """Do what a printed curl line does."""
    words = shlex.split(command)
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    async with httpx.AsyncClient(timeout=30) as client:
        return await client.get(words[1], headers=headers)


async def started(system: LocalSystem) -> list[str]:
    """Wait for the summary and give its curl lines."""
    await system.until(UP)
    await system.until("/articles/the-quiet-craft\n")
    await system.until("  http://")
    return re.findall(r"^  (curl .*)$", system.output, re.MULTILINE)


async def signed_in(directory: Path, demo: dict[str, str]) -> str:
    """Sign in as the summary says, and give the account."""
    run = json.loads((directory / "run.json").read_text())
    request = auth_pb2.SignInRequest(
        email=demo["email"],
        password=demo["password"],
        browser=auth_pb2.Browser(client_address="127.0.0.1"),
    )
    async with open_channel(run["auth_target"], run["operator_token"]) as channel:
        identity = auth_pb2_grpc.IdentityServiceStub(channel)
        answer = await identity.SignIn(request, timeout=10)
    return str(answer.session.account.account_id)


async def test_a_newcomer_gets_cards_and_a_second_run_keeps_the_data(tmp_path: Path) -> None:
    async with local_system(tmp_path) as first:
        with_key, with_site = await started(first)
        card = await get(with_key)
        assert (card.status_code, card.headers["x-cache"]) == (200, "MISS")
        assert card.headers["content-type"] == "image/png"
        assert card.headers["x-credits-charged"] == "10"
        again = await get(with_key)
        assert (again.headers["x-cache"], again.headers["x-credits-charged"]) == ("HIT", "1")
        assert again.content == card.content
        assert (await get(with_site)).status_code == 200
        await first.until(f"og credits statement --account {first.demo['account_id']}\n")
        left = int(again.headers["x-credits-remaining"])
        demo = first.demo
        assert set(demo) == {
            *("base_url", "account_id", "api_key", "site_id", "demo_page"),
            *("email", "password"),
        }
        await first.until(f"  {demo['base_url']}/login\n")
        assert f"as {demo['email']} with the password {demo['password']}:" in first.output
        assert await signed_in(tmp_path, demo) == demo["account_id"]

        first.process.send_signal(signal.SIGTERM)
        assert await first.ended() == 0
        assert processes_mentioning(str(tmp_path)) == []

    ports = {
        "OG_HTTP_PORT": demo["base_url"].rpartition(":")[2],
        "OG_DEMO_PORT": demo["demo_page"].split("/")[2].rpartition(":")[2],
    }
    async with local_system(tmp_path, ports) as second:
        with_key, _ = await started(second)
        assert second.demo == demo
        kept = await get(with_key)
        assert kept.headers["x-cache"] == "HIT"
        assert kept.content == card.content
        assert left - 12 < int(kept.headers["x-credits-remaining"]) < left
        for name in ("secrets.json", "run.json", "demo.json"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600

        assert len(processes_mentioning(str(tmp_path))) > 7
        second.process.send_signal(signal.SIGINT)
        assert await second.ended() == 0
        assert "killing it" not in second.output
        assert processes_mentioning(str(tmp_path)) == []
        assert not (tmp_path / "run.json").exists()


async def test_nothing_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    async with local_system(tmp_path) as system:
        await started(system)
        system.process.send_signal(signal.SIGKILL)
        await system.process.wait()
        await eventually(lambda: processes_mentioning(str(tmp_path)) == [], timeout_s=30)
    async with local_system(tmp_path) as system:
        await system.until("billing is up")


async def test_stops_while_starting(tmp_path: Path) -> None:
    async with local_system(tmp_path) as system:
        await system.until("postgres is up")
        system.process.send_signal(signal.SIGTERM)
        assert await system.ended() == 0
        assert processes_mentioning(str(tmp_path)) == []


async def test_a_store_that_dies_stops_all(tmp_path: Path) -> None:
    async with local_system(tmp_path) as system:
        await system.until("valkey is up")
        server = (tmp_path / "valkey" / "data").resolve()
        [valkey] = [
            pid
            for pid in processes_mentioning(str(server))
            if program_of(pid) == EmbeddedValkey.executable
        ]
        os.kill(valkey, signal.SIGKILL)
        assert await system.ended() == 1
        assert "valkey died (signal SIGKILL)" in system.output
        assert processes_mentioning(str(tmp_path)) == []


async def test_a_second_system_in_the_same_directory_or_on_the_same_port_is_refused(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with local_system(tmp_path, {"OG_EDGE_PROCESSES": "2"}) as first:
        await first.until("Instant OG is running")
        async with local_system(tmp_path) as second:
            assert await second.ended() == 1
            assert f"is in use by process {first.process.pid}" in second.output
        port = first.demo["base_url"].rpartition(":")[2]
        settings = {"OG_EDGE_PROCESSES": "2", "OG_HTTP_PORT": port}
        async with local_system(tmp_path_factory.mktemp("elsewhere"), settings) as third:
            assert await third.ended() == 1
            assert f"port {port} is in use" in third.output
        assert (tmp_path / "run.json").exists()  # og still finds the first
        assert first.process.returncode is None


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"OG_HTTP_PORT": "eighty"}, "OG_HTTP_PORT must be a port"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "DATABASE_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, "REDIS_URL"),
        ({"REDIS_URL": "rediss//oops"}, "REDIS_URL"),
    ],
)
async def test_a_wrong_setting_is_named(
    tmp_path: Path, settings: dict[str, str], complaint: str
) -> None:
    async with local_system(tmp_path, settings) as system:
        assert await system.ended() == 1
        assert complaint in system.output.splitlines()[-1]
        assert "Traceback" not in system.output
