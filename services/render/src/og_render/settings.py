from __future__ import annotations

import os

from pydantic import Field

from og_service.settings import ServiceSettings


def _processors() -> int:
    return max(1, len(os.sched_getaffinity(0)))


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
        default=256,
        ge=0,
        le=100_000,
        description="Cards that may wait for a worker; one more is refused.",
    )
