from __future__ import annotations

import os
from typing import Any

from pydantic import Field

from og_service.settings import ServiceSettings

# A worker draws 19 to 32 cards a second: more would wait longer than callers do.
QUEUE_LENGTH_A_WORKER = 32


def _processors() -> int:
    return max(1, len(os.sched_getaffinity(0)))


def _queue_length(given: dict[str, Any]) -> int:
    workers: int = given.get("render_workers", 1)
    return QUEUE_LENGTH_A_WORKER * workers


class Settings(ServiceSettings):
    """Settings of the render service."""

    listen_address: str = Field(
        default="127.0.0.1:50053", description="`host:port` the server binds."
    )
    render_workers: int = Field(
        default_factory=_processors,
        ge=1,
        le=256,
        description="Worker processes that draw; by default one a processor.",
    )
    render_queue_length: int = Field(
        default_factory=_queue_length,
        ge=0,
        le=100_000,
        description="Cards that may wait, one more is refused; by default 32 a worker.",
    )
