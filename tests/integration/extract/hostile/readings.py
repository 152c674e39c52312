"""Pages that are well sent and hard to read."""

from __future__ import annotations

import json

from .cases import KIB, MIB, NO_CONTENT, NO_PAGE, TITLE, UNREACHABLE, Case, body, case

START = "<!doctype html><title>A quiet page</title>"
DATA = '<script type="application/ld+json">'


def all_readings() -> dict[str, Case]:
    """List the cases by name: the page is read to its bound, or given up within a reader's."""
    nodes = [{"@type": "WebPage", "name": "x", "@id": f"#{n}"} for n in range(30_000)]
    pages = {
        "nested tags": "<div>" * 100_000,
        "nested tags, 2 MiB of them": "<a>" * (2 * MIB // 3),
        "misnested tags": "<b><p>" * 100_000,
        "nested tables": "<table><tr><td>" * 50_000,
        "nested forms and buttons": "<form><button><p>" * 50_000,
        "nested SVG": "<svg><foreignObject>" * 50_000,
        "an attribute of 10 MiB": f'<div title="{"x" * 10 * MIB}">',
        "an open attribute": f'<div title="{"x" * MIB}',
        "100,000 attributes": "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + ">",
        "data of 5 MiB": f'{DATA}{{"name": "{"x" * 5 * MIB}"}}</script>',
        "deep data": f"{DATA}{'[' * 5 * MIB}</script>",
        "deep data that closes": f"{DATA}{'[' * 400_000}{']' * 400_000}</script>",
        "30,000 nodes of data": f"{DATA}{json.dumps(nodes)}</script>",
        "100,000 metas": '<meta property="og:title" content="A quiet page">' * 100_000,
        "100,000 links": '<link rel="icon" href="/i.png">' * 100_000,
        "100,000 items": '<i itemprop="name">x</i>' * 100_000,
        "items below 20,000 attributes": "<div "
        + " ".join(f"a{n}=1" for n in range(20_000))
        + ">"
        + '<i itemprop="name">x</i>' * 1_000,
        "zalgo": "Z\u0351\u036b\u0343" * 250_000,
        "angles": "<" * MIB,
        "nul": "\0" * MIB,
        "one comment": "<!--" + "-" * MIB,
        "comments in a title": f"<title>{'&lt;!--' * 10_000}</title>",
        "entities": "&notin;" * (200 * KIB),
    }
    may_be = (TITLE, UNREACHABLE, NO_PAGE, NO_CONTENT, "")
    return {name: case(body((START + page).encode()), *may_be) for name, page in pages.items()}
