"""The services, how many processes each may have, and what those are called."""

from __future__ import annotations

GRPC_SERVICES = ("auth", "extract", "render", "billing")
SERVICES = ("edge", *GRPC_SERVICES)
MAX_PROCESSES = 8
"""Of each service. Those with a schema hold up to 13 connections to Postgres each."""


def process_name(service: str, number: int, count: int) -> str:
    """Name the process with that number, from 1: `edge` where it is the only one, else `edge-1`."""
    return service if count == 1 else f"{service}-{number}"
