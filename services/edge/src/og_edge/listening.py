"""The ports that HTTP is served on, one of them shared with other processes where told so."""

from __future__ import annotations

import socket
import sys
from typing import Final

import structlog

from og_edge.settings import Settings

log = structlog.get_logger()

LOOPBACK: Final = "127.0.0.1"
EXIT_CANNOT_LISTEN: Final = 1


def listening_sockets(settings: Settings) -> list[socket.socket]:
    """Bind what HTTP is served on; say which it was and exit where another program has it.

    They are bound and nothing more: connections are dealt out to whoever listens, so a process
    must not do that before it can answer. The own port stands last: whatever answers there
    listens on all of them.
    """
    wanted = [(settings.http_host, settings.http_port, settings.http_share_port)]
    if settings.http_own_port:
        wanted.append((LOOPBACK, settings.http_own_port, False))
    return [_bound(host, port, shared=shared) for host, port, shared in wanted]


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    it = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        it.bind((host, port))
    except OSError as error:
        it.close()
        log.critical("cannot listen", host=host, port=port, reason=error.strerror)
        sys.exit(EXIT_CANNOT_LISTEN)
    return it
