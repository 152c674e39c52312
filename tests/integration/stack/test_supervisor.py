import asyncio
import io
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from og_service.settings import CONFIG_EXIT_STATUS
from og_stack import supervisor
from og_stack.output import Output
from og_stack.supervisor import Program, Supervisor, SupervisorError
from tests.support.processes import is_running
from tests.support.waiting import eventually

SERVES = "import sys, time; print('hello', flush=True); time.sleep(600)"
IGNORES_SIGTERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SERVES
DIES = "import sys; print('no luck', flush=True); sys.exit(3)"


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest_asyncio.fixture
async def running(log: io.StringIO) -> AsyncIterator[Supervisor]:
    it = Supervisor(Output(log))
    yield it
    await it.stop()


def program(name: str, code: str, tmp_path: Path, *, restarts: bool = True) -> Program:
    async def is_ready() -> bool:
        return True

    return Program(
        name, [sys.executable, "-c", code], is_ready, os.environ, tmp_path, restarts=restarts
    )


async def said(log: io.StringIO, text: str) -> None:
    await eventually(lambda: text in log.getvalue())


async def start_and_fail(running: Supervisor, bad: Program) -> None:
    await running.start(bad)
    await running.failed()


async def test_one_that_dies_is_started_again(
    running: Supervisor, log: io.StringIO, tmp_path: Path
) -> None:
    await running.start(program("web", SERVES, tmp_path))
    old = running.children["web"].pid
    os.kill(old, signal.SIGKILL)
    await running.up_again("web", old)
    assert is_running(running.children["web"].pid)
    assert "web died (signal SIGKILL); starting it again" in log.getvalue()


async def test_one_that_refuses_its_settings_is_not_started_again(
    running: Supervisor, log: io.StringIO, tmp_path: Path
) -> None:
    refuses = f"import sys; print('PORT: no', flush=True); sys.exit({CONFIG_EXIT_STATUS})"
    with pytest.raises(SupervisorError, match="web refuses its settings"):
        await start_and_fail(running, program("web", refuses, tmp_path))
    await said(log, "PORT: no")
    assert log.getvalue().count("PORT: no") == 1


async def test_five_deaths_in_a_minute_stop_all(
    running: Supervisor, log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_MAX_S", 0.01)
    await running.start(program("good", SERVES, tmp_path))
    good = running.children["good"].pid
    with pytest.raises(SupervisorError, match=r"bad died 5 times in a minute.*exit status 3"):
        await start_and_fail(running, program("bad", DIES, tmp_path))
    await running.stop()
    assert not is_running(good)
    assert log.getvalue().count("bad      | no luck") == 5


async def test_four_deaths_do_not_stop_anything(
    running: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_MAX_S", 0.01)
    await running.start(program("web", SERVES, tmp_path))
    for _ in range(4):
        old = running.children["web"].pid
        os.kill(old, signal.SIGKILL)
        await running.up_again("web", old)
    assert is_running(running.children["web"].pid)


async def test_a_store_that_dies_stops_all(running: Supervisor, tmp_path: Path) -> None:
    await running.start(program("store", SERVES, tmp_path, restarts=False))
    os.kill(running.children["store"].pid, signal.SIGKILL)
    with pytest.raises(SupervisorError, match="store died"):
        await running.failed()


async def test_a_program_that_is_not_there_is_named(running: Supervisor, tmp_path: Path) -> None:
    missing = Program(
        "ghost", ["/no/such/program"], lambda: asyncio.sleep(0, result=False), {}, tmp_path
    )
    with pytest.raises(SupervisorError, match=r"ghost cannot be started.*no/such/program"):
        await running.start(missing)


async def test_stops_the_last_started_first(
    running: Supervisor, log: io.StringIO, tmp_path: Path
) -> None:
    says_bye = (
        "import signal, sys, time\n"
        "def bye(*_): print('bye', flush=True); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, bye); print('hello', flush=True); time.sleep(600)"
    )
    for name in ("first", "second"):
        await running.start(program(name, says_bye, tmp_path))
        await said(log, f"{name:<8} | hello")
    await running.stop()
    assert 0 < log.getvalue().index("second   | bye") < log.getvalue().index("first    | bye")


async def test_hurry_kills_what_does_not_stop(
    running: Supervisor, log: io.StringIO, tmp_path: Path
) -> None:
    await running.start(program("stubborn", IGNORES_SIGTERM, tmp_path))
    await said(log, "stubborn | hello")
    pid = running.children["stubborn"].pid
    running.hurry()
    await running.stop()
    assert not is_running(pid)


async def test_what_a_program_started_goes_with_it(
    running: Supervisor, log: io.StringIO, tmp_path: Path
) -> None:
    parent = (
        "import subprocess, sys; "
        f"child = subprocess.Popen([sys.executable, '-c', {SERVES!r}]); "
        "print('child', child.pid, flush=True); child.wait()"
    )
    await running.start(program("pool", parent, tmp_path))
    await said(log, "child")
    child = int(log.getvalue().partition("child ")[2].split()[0])
    await running.stop()
    await eventually(lambda: not is_running(child))


async def test_a_line_without_end_does_not_stop_the_log(
    running: Supervisor, log: io.StringIO, tmp_path: Path
) -> None:
    code = "print('x' * 3_000_000); print('after', flush=True); import time; time.sleep(600)"
    await running.start(program("chatty", code, tmp_path))
    await said(log, "after")
    assert "a line too long to show" in log.getvalue()
