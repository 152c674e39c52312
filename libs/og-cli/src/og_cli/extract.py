"""`og extract`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from og_cli.system import fail

HELP = """\
Read pages that you have, without network and without a running system, for evaluation.

\b
  og extract --jsonl < pages.jsonl > results.jsonl

Each line of standard input is a JSON object with an id (a string or a number), the page's url, and
its html in base64. Each is answered by one line on standard output, in order and at once:

\b
  {"id": "1", "url": "https://example.com/a", "html": "PGh0bWw+…"}
  {"id": "1", "result": {"title": "A", …}, "ms": 2.31}

The result has these keys, null where the page has no such value:

\b
  title, description, siteName, brand, lang, url
  author         names, joined by ", "
  publishedAt    a day, as 2026-11-25
  image, logo    absolute URLs; the logo is the page's best icon, else /favicon.ico of its host
  price          a plain decimal number as a string, as "1299.90"
  currency       ISO 4217, as "EUR"
  rating         a number, as the page has it
  ratingCount    a whole number
  availability   the last part of a term of schema.org, as "InStock"

ms is how long reading the page took, by the clock on the wall. What is no HTML has a result of
nulls. A page that is none, of which no card is drawn, has a result of what it says all the same,
and tells its kind: challenge, login, not_found or empty_shell. A line that cannot be read ends
nothing; its result is null, and it says what to change:

\b
  {"id": "2", "result": {"title": "Just a moment…", …}, "kind": "challenge", "ms": 1.02}
  {"id": null, "result": null, "error": "make the line one JSON object …", "ms": 0.0}

A line may have 32 MiB; of a page 2 MiB are read, as the service does. A page that takes more than
1 to 2 s of processor time, or 1 GiB of memory, is given up and said to be so.

Exit status: 0 every line was answered, 130 interrupted, 141 nobody read on.
"""


def extract(
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines in, JSON lines out.")] = False,
) -> None:
    """Become extract's own command: pages are read by its code and nobody else's."""
    if not jsonl:
        fail("say --jsonl: pages come as JSON lines; og extract --help shows the format")
    os.execv(sys.executable, [sys.executable, "-P", "-m", "og_extract", "jsonl"])  # noqa: S606 - ours
