"""Ways in which a replica goes and comes back, and what they took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from og_service.stopping import AFTER_SIGTERM_S, PRE_STOP_S
from tests.rolling.pods import Pod


@dataclass
class Restart:
    """One replica's end and new beginning; times by the monotonic clock."""

    name: str
    manner: str
    begun_s: float = 0.0
    told_s: float = 0.0
    ended_s: float = 0.0
    ready_s: float = 0.0
    exit_status: int | None = None

    @property
    def stop_took_s(self) -> float:
        """From SIGTERM to the end."""
        return self.ended_s - self.told_s


async def roll(pod: Pod) -> Restart:
    """Restart as Kubernetes does: no new connections, the preStop sleep, SIGTERM, a new one."""
    done = Restart(pod.name, "rolling", begun_s=time.monotonic())
    pod.leave()
    await asyncio.sleep(PRE_STOP_S)
    return await _stop_and_start(pod, done)


async def terminate(pod: Pod) -> Restart:
    """Restart by SIGTERM alone, which new connections hear of only then."""
    done = Restart(pod.name, "SIGTERM", begun_s=time.monotonic())
    stopping = asyncio.create_task(_stop_and_start(pod, done))
    await asyncio.sleep(0)
    pod.leave()
    return await stopping


async def kill(pod: Pod) -> Restart:
    """Restart after kill -9."""
    done = Restart(pod.name, "SIGKILL", begun_s=time.monotonic())
    done.told_s = done.begun_s
    await pod.kill()
    done.ended_s = time.monotonic()
    await pod.start()
    done.ready_s = time.monotonic()
    return done


async def _stop_and_start(pod: Pod, done: Restart) -> Restart:
    done.told_s = time.monotonic()
    done.exit_status = await pod.stop(AFTER_SIGTERM_S)
    done.ended_s = time.monotonic()
    await pod.start()
    done.ready_s = time.monotonic()
    return done


MANNERS: dict[str, Callable[[Pod], Awaitable[Restart]]] = {
    "rolling": roll,
    "SIGTERM": terminate,
    "SIGKILL": kill,
}
FAILS_NOBODY = frozenset({"rolling", "SIGTERM"})
