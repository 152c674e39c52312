"""Free TCP ports on loopback."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import random
import socket
import tempfile
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range that Linux takes for outgoing connections: a service that is started
# again must find its port still free.
_CANDIDATES = range(20_000, 32_000)


class PortInUseError(Exception):
    """Something else listens on a port we were told to use, or is about to."""


def free_ports(count: int) -> list[int]:
    """Find ports nobody listens on; they are this process's as long as it lives.

    Raises PortInUseError where there are not so many.
    """
    found: list[int] = []
    for port in random.sample(_CANDIDATES, len(_CANDIDATES)):
        if len(found) == count:
            return found
        if _take(port):
            found.append(port)
    raise PortInUseError(f"fewer than {count} free ports in {_CANDIDATES}")


def free_ports_in_a_row(count: int) -> int:
    """Find as many as free_ports, each by one above the one before; give the first."""
    for first in random.sample(_CANDIDATES, len(_CANDIDATES)):
        if all(_take(port) for port in range(first, first + count)):
            return first
    raise PortInUseError(f"no {count} free ports in a row in {_CANDIDATES}")


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen there now."""
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return True
    return False


def demand_free(host: str, port: int, setting: str) -> None:
    """Make the port this process's, or raise PortInUseError naming the setting that moves it.

    Whoever listens already is found by binding. Who is about to is not, and edges share their
    port with any that says so, so that two systems started at once would serve as one.
    """
    if not (is_free(host, port) and _claim(port)):
        raise PortInUseError(f"port {port} is in use: choose another one with {setting}=…")


_given: set[int] = set()


def _take(port: int) -> bool:
    if port in _given or not (is_free(LOOPBACK, port) and _claim(port)):
        return False
    _given.add(port)
    return True


def _claim(port: int) -> bool:
    """Lock the port's byte; the kernel lets go when this process ends, however."""
    try:
        fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@functools.cache
def _claims() -> int:
    # For each user apart: only processes of one user can share a port.
    path = Path(tempfile.gettempdir()) / f"instant-og-ports-{os.geteuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
