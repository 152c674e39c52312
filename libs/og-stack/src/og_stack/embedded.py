"""What the embedded stores have in common: a directory, a short socket, a process."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from og_stack.locks import DirectoryLock

if TYPE_CHECKING:
    from types import TracebackType

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 20.0
ORPHAN_TIMEOUT_S = 5.0
POLL_INTERVAL_S = 0.02
MAX_SOCKET_PATH_BYTES = 107  # sun_path of unix(7) less its final zero


class StoreError(Exception):
    """A store did not start."""


class EmbeddedStore:
    """A store in a directory of its own, reached through a unix socket.

    The supervisor uses prepare(), command(), is_ready() and stop_signal and runs the
    process itself; tests use it as a context manager, or start(), kill() and stop().
    """

    name: str
    executable: str
    socket_name: str
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path) -> None:
        """Name the directory; data is kept there between runs."""
        self.directory = directory.resolve()
        self.data_directory = self.directory / "data"
        self.socket_directory = _socket_directory(self.directory, self.socket_name)
        self.process: subprocess.Popen[bytes] | None = None
        self._lock = DirectoryLock(self.directory)

    def prepare(self) -> None:
        """Take the directory, end what an earlier run left, create what is missing."""
        self._lock.acquire()
        end_orphans(self.executable, self.data_directory)
        make_private_directory(self.socket_directory)
        self._prepare_data()

    def _prepare_data(self) -> None:
        raise NotImplementedError

    def command(self) -> list[str]:
        """Give the command that runs the store in the foreground."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Tell whether the store answers a query now."""
        raise NotImplementedError

    def release(self) -> None:
        """Let another process have the directory."""
        self._lock.release()

    @property
    def log_path(self) -> Path:
        """Where start() sends the store's output."""
        return self.directory / f"{self.name}.log"

    def start(self) -> None:
        """Prepare, start and wait until the store answers; StoreError with its log if not."""
        self.prepare()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own arguments
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise StoreError(f"{self.name} did not start:\n{self.log_path.read_text()[-2000:]}")
            time.sleep(POLL_INTERVAL_S)

    def stop(self) -> None:
        """Stop cleanly, by force after STOP_TIMEOUT_S."""
        if self.process is not None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        self.release()

    def kill(self) -> None:
        """End the process as a crash would; start() works after it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None
        self.release()

    def __enter__(self) -> Self:
        """Start the store."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the store."""
        self.stop()


def end_orphans(executable: str, working_directory: Path) -> None:
    """End every process of the program that works in the directory, whoever started it.

    A postmaster that was killed leaves children behind, and PostgreSQL does not start
    again before they are gone. The caller holds the directory's lock, so none of these
    belongs to a running system.
    """
    deadline = time.monotonic() + ORPHAN_TIMEOUT_S
    stop_signal = signal.SIGQUIT
    while orphans := _processes_in(executable, working_directory):
        if time.monotonic() > deadline:
            stop_signal = signal.SIGKILL
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, stop_signal)
        time.sleep(POLL_INTERVAL_S)


def make_private_directory(directory: Path) -> None:
    """Create a directory that only this user can enter; refuse one that somebody else made."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = directory.lstat()
    if directory.is_symlink() or owner.st_mode & 0o077:
        raise StoreError(f"{directory} must be a directory that only its owner can enter")


def _processes_in(executable: str, working_directory: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() != working_directory:
                continue
            if (entry / "exe").readlink().name == executable:
                found.append(int(entry.name))
        except OSError:
            continue  # it ended meanwhile, or belongs to somebody else
    return found


def _socket_directory(directory: Path, socket_name: str) -> Path:
    """Give the store's own directory, or a short one where a socket's path would be too long."""
    beside = directory / "socket"
    if len(os.fsencode(beside / socket_name)) <= MAX_SOCKET_PATH_BYTES:
        return beside
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"instant-og-{os.geteuid()}-{digest}"
