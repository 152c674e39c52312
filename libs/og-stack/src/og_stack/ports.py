"""Free TCP ports on loopback."""

from __future__ import annotations

import contextlib
import random
import socket

LOOPBACK = "127.0.0.1"
# Below the range that Linux takes for outgoing connections: a service that is started
# again must find its port still free.
_CANDIDATES = range(20_000, 32_000)


class PortInUseError(Exception):
    """Something else listens on a port we were told to use."""


def free_ports(count: int) -> list[int]:
    """Find ports nobody listens on."""
    found: list[int] = []
    for port in random.sample(_CANDIDATES, len(_CANDIDATES)):
        if len(found) == count:
            break
        if is_free(LOOPBACK, port):
            found.append(port)
    return found


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen there now."""
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return True
    return False


def demand_free(host: str, port: int, setting: str) -> None:
    """Raise PortInUseError, naming the setting that moves it, where the port is taken."""
    if not is_free(host, port):
        raise PortInUseError(f"port {port} is in use: choose another one with {setting}=…")
