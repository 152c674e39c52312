"""`og extract --jsonl` as a process, as evaluations run it."""

from __future__ import annotations

import base64
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OG = str(Path(sys.executable).with_name("og"))
TIMEOUT_S = 60
# Minutes in the parser, were nobody to end it.
HOSTILE = "<div>" * 400_000


def line(line_id: object, html: str) -> bytes:
    body = base64.b64encode(html.encode()).decode()
    fields = {"id": line_id, "url": "https://www.example.com/", "html": body}
    return json.dumps(fields).encode() + b"\n"


@contextmanager
def running() -> Iterator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [OG, "extract", "--jsonl"], stdin=pipe, stdout=pipe, stderr=pipe, env={"PATH": "/usr/bin"}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def complaints(told: bytes) -> list[str]:
    """Give what stands on standard error beside how far it has come, which a busy machine shows."""
    return [row for row in told.decode().splitlines() if not re.match(r"[\d,]+ pages, ", row)]


def answers(*lines: bytes) -> list[dict[str, Any]]:
    with running() as process:
        told, errors = process.communicate(b"".join(lines), timeout=TIMEOUT_S)
        assert (process.returncode, complaints(errors)) == (0, [])
    return [json.loads(answer) for answer in told.splitlines()]


def test_each_line_is_answered_in_order_and_a_hostile_page_costs_only_itself() -> None:
    found = answers(line(1, HOSTILE), line("2", "<title>Two</title>"), b"no JSON\n", line(4, ""))
    assert [answer["id"] for answer in found] == [1, "2", None, 4]
    assert "more time or memory" in found[0]["error"]
    assert found[1]["result"]["title"] == "Two"
    assert "JSON" in found[2]["error"]
    assert set(found[3]["result"].values()) == {None}


def test_an_answer_comes_before_the_next_line_is_there() -> None:
    with running() as process:
        assert process.stdin
        assert process.stdout
        for number in range(3):
            process.stdin.write(line(number, f"<title>Page {number}</title>"))
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert (answer["id"], answer["result"]["title"]) == (number, f"Page {number}")
        process.stdin.close()
        assert process.wait(TIMEOUT_S) == 0


def test_no_input_is_no_output() -> None:
    assert answers() == []


def test_an_interrupt_ends_it_without_a_traceback() -> None:
    with running() as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(line(1, "<title>One</title>"))
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT_S) == 130
        assert process.stderr
        assert complaints(process.stderr.read()) == []


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    with running() as process:
        assert process.stdin
        assert process.stdout
        process.stdout.close()
        process.stdin.write(line(1, "<title>One</title>"))
        process.stdin.close()
        assert process.wait(TIMEOUT_S) == 141
        assert process.stderr
        assert complaints(process.stderr.read()) == []


def test_memory_does_not_grow_with_the_lines() -> None:
    with running() as process:
        assert process.stdin
        assert process.stdout
        sizes = []
        for part in range(3):
            for number in range(150):
                process.stdin.write(line(number, f"<title>{part}</title>" + "<p>word</p>" * 10_000))
                process.stdin.flush()
                process.stdout.readline()
            sizes.append(_resident_bytes(process.pid))
        assert sizes[-1] < sizes[0] + 20_000_000


def _resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    [kib] = [row.split()[1] for row in status.splitlines() if row.startswith("VmRSS")]
    return int(kib) * 1024


def test_it_says_what_to_say_without_its_option() -> None:
    done = subprocess.run([OG, "extract"], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "--jsonl" in done.stderr
    shown = subprocess.run([OG, "extract", "--help"], check=True, capture_output=True, text=True)
    assert '{"id": "1", "url": "https://example.com/a"' in shown.stdout
