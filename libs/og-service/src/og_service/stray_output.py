"""What would reach standard error past our log: it becomes lines of the log like any other."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from types import TracebackType
from typing import Final

import structlog

from og_service import context, tracing

log = structlog.get_logger()

MAX_TEXT_BYTES: Final = 16 * 1024
"""Of one line of the log."""
MAX_TEXTS: Final = 1_000
"""Of one process; what it writes after them is read and dropped."""


def log_it_all() -> None:
    """Have warnings and uncaught exceptions of this process logged."""
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


async def relay(stream: asyncio.StreamReader, program: str, pid: int) -> None:
    """Log what a process that we started writes to its standard error, until it has ended."""
    context.request_id.set("-")  # it is nobody's
    with tracing.within(None):
        texts = 0
        while data := await stream.read(MAX_TEXT_BYTES):
            texts += 1
            if texts <= MAX_TEXTS:
                text = data.decode(errors="replace").rstrip()
                log.warning("a process of ours wrote", program=program, pid=pid, text=text)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        log.critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(seen: threading.ExceptHookArgs) -> None:
    if seen.exc_value is not None:
        name = seen.thread.name if seen.thread else ""
        error = (seen.exc_type, seen.exc_value, seen.exc_traceback)
        log.critical("uncaught exception", thread=name, exc_info=error)


def _unraisable(seen: sys.UnraisableHookArgs) -> None:
    if seen.exc_value is not None:
        error = (seen.exc_type, seen.exc_value, seen.exc_traceback)
        log.error(seen.err_msg or "exception ignored", exc_info=error)
