"""Chromium as a process of the bench: one warm page, its body replaced, a screenshot taken.

`python -m bench.render.chromium PROGRAM`. Processor time is that of the browser's processes; the
driver, which is a node of its own, does not count.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.render.clocks import cpu_s
from bench.render.install import INSTANCES, PEERS
from bench.render.protocol import serve
from tests.support.browser import ARGUMENTS

_FAMILIES = {"Inter": "Inter", "InterDisplay": "Inter Display"}


def main() -> None:
    """Open a page and draw the cards that come in."""
    program = sys.argv[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.set_content(f"<style>{_faces()} body {{ margin: 0 }}</style>")
        source = [(PEERS.folder / name).read_text() for name in ("layout.mjs", "dom.mjs")]
        page.add_script_tag(content="\n".join(source), type="module")
        page.wait_for_function("() => Boolean(window.show)")
        processes = list(_browser_processes())

        def draw(card: dict[str, Any]) -> bytes:
            page.evaluate("card => show(card)", card)
            return page.screenshot(type="png")

        serve(lambda card: card, draw, lambda: sum(map(cpu_s, processes)))
        browser.close()


def _faces() -> str:
    rules = []
    for name, weight, _ in INSTANCES:
        data = base64.b64encode(
            (PEERS.folder / "fonts" / f"{name}-{weight}.ttf").read_bytes()
        ).decode()
        rules.append(
            f"@font-face {{ font-family: '{_FAMILIES[name]}'; font-weight: {weight};"
            f" src: url(data:font/ttf;base64,{data}) }}"
        )
    return "".join(rules)


def _browser_processes() -> Iterator[Path]:
    """Give the folders in /proc of the browser that descends from us and of all its children."""
    parents: dict[str, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it may end as we look
            # After the name, which may hold anything, come the state and the parent.
            parents[folder.name] = (folder / "stat").read_text().rpartition(")")[2].split()[1]
    ours = {str(os.getpid())}
    while more := {child for child, parent in parents.items() if parent in ours} - ours:
        ours |= more
    for number in ours:
        if "chrom" in Path("/proc", number, "exe").readlink().name:
            yield Path("/proc", number)


if __name__ == "__main__":
    main()
