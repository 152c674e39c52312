"""Log lines of a process of ours, since logging is set up once for a whole process."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

import pytest

PROGRAM = """
import sys
import structlog
from og_service import context, logs
from og_service.settings import CommonSettings

def fail(token):
    password = token * 2
    try:
        raise KeyError("the cause")
    except KeyError as error:
        raise ValueError("no good") from error

logs.configure(CommonSettings(log_format=sys.argv[1]), service="auth")
context.request_id.set("request-1")
try:
    fail("hunter" + "2")
except ValueError:
    structlog.get_logger().exception("call failed", method="/a/B")
"""


@cache
def _lines(log_format: str) -> str:
    command = [sys.executable, "-c", PROGRAM, log_format]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_shows_the_cause_but_no_value_of_a_variable(log_format: str) -> None:
    lines = _lines(log_format)
    assert "no good" in lines
    assert "the cause" in lines
    assert "hunter2" not in lines


def test_a_line_for_machines_is_one_object_with_service_and_request() -> None:
    (line,) = _lines("json").splitlines()
    found = json.loads(line)
    assert found["event"] == "call failed"
    assert found["level"] == "error"
    assert (found["service"], found["request_id"], found["method"]) == ("auth", "request-1", "/a/B")
    assert found["timestamp"].endswith("Z")


STRAY = """
import gc
import logging
import threading
import warnings

from og_service import logs
from og_service.settings import CommonSettings

logs.configure(CommonSettings(log_format="json"), service="auth")

class Stubborn:
    def __del__(self):
        raise ValueError("in a destructor")

warnings.warn("a warning of a library")
logging.getLogger("elsewhere").error("an error of a library")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
Stubborn()
gc.collect()
raise ValueError("at the end")
"""


def test_nothing_is_written_past_the_log() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STRAY], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 1
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert all(line["service"] == "auth" for line in lines)
    text = done.stderr
    for said in ("a warning of", "an error of", "division by zero", "in a destr", "at the end"):
        assert said in text
    assert [line["event"] for line in lines].count("uncaught exception") == 2
