"""One running system per directory."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class DirectoryInUseError(Exception):
    """Another process runs from this directory."""


class DirectoryLock:
    """Holds a directory for this process; the kernel lets go when the process ends, however."""

    def __init__(self, directory: Path) -> None:
        """Name the directory; nothing happens before acquire()."""
        self._directory = directory
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise DirectoryInUseError naming the process that has it."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise DirectoryInUseError(
                f"{self._directory} is in use by process {holder}: stop that one first"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; releasing twice is harmless."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
