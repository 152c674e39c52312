from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from og_extract.fetch.resolver import MAX_LOOKUPS, SystemResolver
from og_extract.limits import MAX_LOOKUPS_PER_SITE

ADDRESS = "93.184.216.34"


class SilentNames:
    """Stands for name servers that say nothing, until answered, about all but quick.example."""

    def __init__(self) -> None:
        self.answered = threading.Event()

    def getaddrinfo(self, host: str, *_: object, **__: object) -> list[object]:
        if host != "quick.example.":
            self.answered.wait()
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ADDRESS, 0))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[SilentNames]:
    silent = SilentNames()
    monkeypatch.setattr(socket, "getaddrinfo", silent.getaddrinfo)
    yield silent
    silent.answered.set()


async def gone(resolver: SystemResolver, host: str) -> None:
    """Ask for a name and leave."""
    asking = asyncio.create_task(resolver.resolve(host))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_site_whose_names_never_answer_keeps_to_its_share(names: SilentNames) -> None:
    resolver = SystemResolver()
    hosts = [f"n{n}.silent.com" for n in range(MAX_LOOKUPS_PER_SITE)]
    asking = [asyncio.create_task(resolver.resolve(host)) for host in hosts]
    await asyncio.sleep(0)
    with pytest.raises(OSError, match="too many"):
        await resolver.resolve("one-more.silent.com")
    assert await resolver.resolve("quick.example") == [ADDRESS]
    names.answered.set()
    assert await asyncio.gather(*asking) == [[ADDRESS]] * len(hosts)
    assert await resolver.resolve("one-more.silent.com") == [ADDRESS]
    resolver.close()


async def test_lookups_that_nobody_waits_for_count_and_the_next_is_refused(
    names: SilentNames,
) -> None:
    resolver = SystemResolver()
    started = MAX_LOOKUPS // MAX_LOOKUPS_PER_SITE
    for n in range(started * MAX_LOOKUPS_PER_SITE):
        await gone(resolver, f"n{n}.silent{n % started}.com")
    for _ in range(2):
        with pytest.raises(OSError, match="too many"):
            await resolver.resolve("quick.example")
    names.answered.set()
    resolver.close()


def test_the_system_is_told_to_give_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RES_OPTIONS", raising=False)
    SystemResolver().close()
    assert os.environ["RES_OPTIONS"] == "timeout:1 attempts:2"
    monkeypatch.setenv("RES_OPTIONS", "timeout:3")
    SystemResolver().close()
    assert os.environ["RES_OPTIONS"] == "timeout:3"
