"""Each connection is an open file, and shells give a process few of them."""

from __future__ import annotations

import resource

import structlog

from og_edge.protocol import MAX_CONNECTIONS

log = structlog.get_logger()

MAX_OTHER_FILES = 1_024
"""Beside clients' connections: to stores and services, and the cards that are read."""


def allow_open_files() -> None:
    """Have as many as MAX_CONNECTIONS need, or, where that is forbidden, as many as may be had."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + MAX_OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < wanted:
        log.warning("few open files", allowed=allowed, wanted=wanted)
