from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from og_extract.limits import MAX_LOOKUPS_PER_SITE
from og_urls import registrable_host

MAX_LOOKUPS = 128
# A lookup keeps its thread when its caller has gone. In glibc's words: a name whose servers say
# nothing costs 2 s for each server in resolv.conf, where it would be 10 s.
RESOLVER_OPTIONS = "timeout:1 attempts:2"


class Resolver(Protocol):
    """Turns a host name into addresses."""

    async def resolve(self, host: str) -> Sequence[str]:
        """Return the addresses in order of preference; raise OSError where there are none."""
        ...


class SystemResolver:
    """Asks the operating system, in threads of its own so that slow names delay nothing else.

    Nothing queues for a thread: names that never answer must not be what others wait for.
    """

    def __init__(self) -> None:
        # Read by glibc at a thread's first lookup; what the operator says stays.
        os.environ.setdefault("RES_OPTIONS", RESOLVER_OPTIONS)
        self._threads = ThreadPoolExecutor(MAX_LOOKUPS, thread_name_prefix="resolve")
        self._lock = threading.Lock()
        self._lookups: Counter[str] = Counter()

    async def resolve(self, host: str) -> Sequence[str]:
        """Resolve a full name: the final dot keeps search domains out of it."""
        site = registrable_host(host)
        self._begin(site)
        lookup = self._threads.submit(_look_up, f"{host}.")
        lookup.add_done_callback(lambda _: self._end(site))
        found = await asyncio.wrap_future(lookup)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(self, site: str) -> None:
        with self._lock:
            if self._lookups[site] >= MAX_LOOKUPS_PER_SITE:
                raise OSError("too many lookups of this site")
            if self._lookups.total() >= MAX_LOOKUPS:
                raise OSError("too many lookups")
            self._lookups[site] += 1

    def _end(self, site: str) -> None:
        with self._lock:
            self._lookups[site] -= 1
            if not self._lookups[site]:
                del self._lookups[site]


def _look_up(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that the codec refuses
        raise OSError(str(error)) from None
    return [str(entry[4][0]) for entry in found]
