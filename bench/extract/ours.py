"""Our reader as an entrant: from a page's bytes, with its charset yet to be found."""

from __future__ import annotations

from typing import Any

from bench.extract.protocol import Page, serve
from og_extract.batch.result import result_of
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource


def read(page: Page) -> dict[str, Any]:
    """Read a page as the service's worker does."""
    return result_of(read_page(PageSource(page.url, page.body, "text/html")))


if __name__ == "__main__":
    serve(read, dict)
