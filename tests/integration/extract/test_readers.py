from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from og_extract.read.source import PageSource
from og_extract.reading_pool import ReadersBusyError, ReadingError, ReadingPool
from tests.support.waiting import eventually

# Some tenths of a second: quadratic time, yet within a reader's bound.
LABORIOUS = b"<title>Laborious</title>" + b"<div>" * 10_000
PARSE_S = 20.0


def source(body: bytes = b"<title>Quick</title>") -> PageSource:
    return PageSource("https://www.example.com/", body, "text/html")


def now() -> float:
    return asyncio.get_running_loop().time()


async def title(pool: ReadingPool, body: bytes) -> str:
    page = await pool.read(source(body), now() + PARSE_S)
    assert page is not None
    return page.fields["title"].text


async def test_readers_know_no_tokens_and_leave_no_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OG_CALLERS", "edge=a-token-that-is-secret")
    async with ReadingPool(1, PARSE_S) as pool:
        [reader] = [Path(f"/proc/{pid}") for pid in pool.process_ids]
        assert b"PATH=" in (reader / "environ").read_bytes()
        assert b"secret" not in (reader / "environ").read_bytes()
        [core] = [
            line.split()[4:6]
            for line in (reader / "limits").read_text().splitlines()
            if line.startswith("Max core file size")
        ]
    assert core == ["0", "0"]


def test_what_is_loaded_on_first_use_is_loaded_before_the_first_page() -> None:
    script = (
        "import sys; from og_extract.worker import FIRST_PAGE, read_page; read_page(FIRST_PAGE);"
        "print('dateparser' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert done.stdout == b"True\n"


async def test_a_caller_without_time_costs_no_reader() -> None:
    async with ReadingPool(1, PARSE_S) as pool:
        before = pool.process_ids
        with pytest.raises(ReadingError):
            await pool.read(source(LABORIOUS), now())
        with pytest.raises(ReadersBusyError):
            await pool.read(source(), now())
        assert await title(pool, b"<title>Quick</title>") == "Quick"
        assert pool.process_ids == before


async def test_a_caller_that_leaves_costs_no_reader() -> None:
    async with ReadingPool(1, PARSE_S) as pool:
        before = pool.process_ids
        leaving = asyncio.create_task(title(pool, LABORIOUS))
        waiting = asyncio.create_task(title(pool, LABORIOUS))
        await asyncio.sleep(0)
        leaving.cancel()
        waiting.cancel()
        await asyncio.gather(leaving, waiting, return_exceptions=True)
        assert await title(pool, b"<title>Quick</title>") == "Quick"
        assert pool.process_ids == before


async def test_a_reader_killed_while_idle_costs_no_page() -> None:
    async with ReadingPool(1, PARSE_S) as pool:
        [pid] = pool.process_ids
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda: pid not in pool.process_ids)
        assert await title(pool, b"<title>Still here</title>") == "Still here"
