"""Numbers that a run shows even where every test passes."""

from __future__ import annotations

import pytest


def tell(config: pytest.Config, text: str) -> None:
    """Write a line to the terminal, past what pytest captures."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if capture is not None and terminal is not None:
        with capture.global_and_fixture_disabled():
            terminal.ensure_newline()
            terminal.write_line(text)
