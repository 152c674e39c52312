"""Numbers that a run shows at its end even where every test passes, from whatever process."""

from __future__ import annotations

from typing import Any

import pytest

TOLD = pytest.StashKey[list[str]]()
WORKER_OUTPUT = "told"


def tell(config: pytest.Config, text: str) -> None:
    """Have a text stand in front of the summary of the run."""
    config.stash[TOLD].append(text)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TOLD] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what was told where this is one of several processes."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[WORKER_OUTPUT] = session.config.stash[TOLD]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what one of several processes was told; one that died leaves nothing."""
    output: dict[str, list[str]] = getattr(node, "workeroutput", {})
    node.config.stash[TOLD] += output.get(WORKER_OUTPUT, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if told := config.stash[TOLD]:
        terminalreporter.section("told by tests")
        for text in told:
            terminalreporter.write_line(text)
