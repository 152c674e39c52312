from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["tests.support.stores", "tests.support.telling"]

LONGEST = (
    "faults/test_faults.py",
    "races/test_races.py",
    "integration/billing/test_model.py",
    "integration/extract/test_hostile_process.py",
    "integration/extract/test_empty_network.py",
    "integration/billing/test_crowds.py",
    "integration/billing/test_crashes.py",
    "integration/auth/test_valkey_lost.py",
    "browser/test_pages.py",
    "e2e/test_older_release.py",
)
"""What takes a minute starts first: side by side with others, nobody waits for it at the end."""


PROCESS_DIED = pytest.StashKey[bool]()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    """Note that a process of ours died amid its tests, and took those with it that it had left."""
    if error:
        node.config.stash[PROCESS_DIED] = True


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let no second try of what failed stand for tests that never ran."""
    if session.config.stash.get(PROCESS_DIED, False):
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def pytest_configure() -> None:
    """Let programs that tests start end by SIGINT: what a shell runs with & ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and leave the others as they are."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
