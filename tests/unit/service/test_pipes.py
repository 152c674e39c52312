from __future__ import annotations

import subprocess
import sys

import pytest

WRITES = """
import sys
from og_service.pipes import results_on_stdout
with results_on_stdout():
    sys.stdin.read()  # until the reader has left
    for _ in range({lines}):
        sys.stdout.write("a line\\n")
    sys.exit(1)
"""

LOGS = """
import structlog
from og_service.pipes import results_on_stdout
with results_on_stdout():
    structlog.get_logger().warning("a warning")
    print("a result")
"""


@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_command_whose_reader_left_ends_without_a_word(lines: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITES.format(lines=lines)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_a_command_that_is_read_keeps_its_exit_status() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITES.format(lines=2)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, b"a line\n" * 2, b"")


def test_what_a_command_logs_is_not_among_its_results() -> None:
    done = subprocess.run([sys.executable, "-c", LOGS], capture_output=True, text=True, check=True)
    assert done.stdout == "a result\n"
    assert "a warning" in done.stderr
