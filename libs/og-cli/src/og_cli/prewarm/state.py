"""What was done, in a file, so that a run that ended early goes on where it was."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

VERSION: Final = 1
MAX_STATE_BYTES: Final = 268_435_456


class StateError(ValueError):
    """The file cannot be used; the message says what to do."""


class State:
    """A journal of JSON lines: the job, then one before a page is asked for and one after.

    What was asked for and has no second line was perhaps charged. A last line that a crash cut off
    says nothing. Without a path, nothing is kept.
    """

    def __init__(self, path: Path | None, job: Mapping[str, str]) -> None:
        """Say where, and what the job is: a card of another one is none of this one's."""
        self._path = path
        self._job = dict(job)
        self._file: BinaryIO | None = None
        self.done: set[str] = set()
        self.doubtful: set[str] = set()
        """Pages that were perhaps charged beyond `charged_credits`."""
        self.charged_credits = 0

    def __enter__(self) -> Self:
        """Open and read it, and keep other processes from it. Raises StateError."""
        if self._path is None:
            return self
        try:
            self._file = self._path.open("a+b")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read(self._file)
        except BlockingIOError:
            raise self._closed(f"{self._path} is in use by another og prewarm") from None
        except OSError as error:
            raise self._closed(f"{self._path} cannot be used: {error.strerror}") from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def ask(self, url: str) -> None:
        """Note that a page is about to be asked for."""
        self._write({"asked": url})

    def end(self, url: str, *, has_card: bool, charged_credits: int, doubtful: bool) -> None:
        """Note what became of it; doubtful where it was perhaps charged beyond that."""
        line = {"ended": url, "card": has_card, "charged": charged_credits, "doubtful": doubtful}
        self._write(line)

    def _write(self, line: Mapping[str, object]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            self._file.flush()

    def _read(self, file: BinaryIO) -> None:
        file.seek(0)
        data = file.read(MAX_STATE_BYTES + 1)
        if len(data) > MAX_STATE_BYTES:
            raise self._closed(
                f"{self._path} has more than {MAX_STATE_BYTES:,} bytes: use a new one"
            )
        *lines, cut_off = data.split(b"\n")
        try:
            read = [json.loads(line) for line in lines]
            if read:
                self._check(read[0])
                self._recall(read[1:])
        except (ValueError, LookupError, TypeError) as error:
            if isinstance(error, StateError):
                raise
            raise self._closed(
                f"{self._path} is no state of og prewarm: use another file"
            ) from None
        file.truncate(len(data) - len(cut_off))
        if not lines:
            self._write({"og_prewarm": VERSION, "job": self._job})

    def _check(self, first: Mapping[str, Any]) -> None:
        was: dict[str, str] = first["job"]
        names = [name for name in {**was, **self._job} if was.get(name) != self._job.get(name)]
        if first["og_prewarm"] != VERSION:
            names = ["version of og"]
        if names:
            raise self._closed(
                f"{self._path} is of another job, with another {' and '.join(names)}: use another "
                "file (to ask for cards that exist costs nothing)"
            )

    def _recall(self, lines: Iterable[Mapping[str, Any]]) -> None:
        for line in lines:
            if "asked" in line:
                self.doubtful.add(str(line["asked"]))
                continue
            url = str(line["ended"])
            self.charged_credits += int(line["charged"])
            if not line["doubtful"]:
                self.doubtful.discard(url)
            if line["card"]:
                self.done.add(url)

    def _closed(self, message: str) -> StateError:
        self._close()
        return StateError(message)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
