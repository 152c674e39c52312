"""Auth as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from og_stack.ports import free_ports
from tests.support.waiting import wait_until

TOKEN = "token-of-the-operator-for-tests"
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 15

AUTH = [sys.executable, "-P", "-m", "og_auth"]


@contextmanager
def running(environment: Mapping[str, str], log: Path) -> Iterator[str]:
    """Run auth, give its address, and see it stop as it should."""
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    own = {"OG_LISTEN_ADDRESS": address, "OG_CALLERS": f"operator={TOKEN}"}
    with (
        log.open("wb") as output,
        subprocess.Popen(AUTH, env={**environment, **own}, stdout=output, stderr=output) as process,
    ):
        try:
            wait_until(lambda: b"serving" in log.read_bytes(), START_TIMEOUT_S)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_TIMEOUT_S) == 0
