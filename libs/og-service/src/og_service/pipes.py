"""What a command does with its output, and when nobody reads it any more, as after `| head`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog

NOBODY_READS: Final = 141
"""Exit status, as shells give it for SIGPIPE."""


@contextmanager
def results_on_stdout() -> Iterator[None]:
    """Keep standard output for results: what is logged meanwhile goes to standard error.

    Once it has lost its reader the process ends without a word, with NOBODY_READS.
    """
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NOBODY_READS)
