"""How often extract reads a page as people do: exact matches per field on a corpus.

    OG_CORPUS=<folder> python bench/extract_accuracy.py [--misses FIELD]

The folder holds expected.json (id, url, file, expected) and gzipped pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import time
import unicodedata
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from og_extract.read.page import Page
from og_extract.read.prices import parse_amount
from og_extract.read.reader import read_page
from og_extract.read.source import PageSource

RATING_TOLERANCE = 0.05
# The best of existing tools, field by field, on pages like these.
BARS = {
    "title": 90,
    "description": 100,
    "siteName": 87,
    "author": 82,
    "publishedAt": 93,
    "image": 100,
    "lang": 97,
    "price": 67,
    "rating": 40,
}


def folded(value: object) -> str:
    """Compare texts by what a reader sees."""
    text = unicodedata.normalize("NFKC", str(value)).replace("\u00ad", "").replace("\u200b", "")
    text = re.sub(r"&#0?39;", "'", text)
    text = text.translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'})
    return re.sub(r"\s+", " ", text).strip()


def found_value(page: Page, name: str) -> object:
    """Give what was read for one of the corpus's fields."""
    of_page = {
        "lang": page.language,
        "url": page.canonical_url,
        "image": next(iter(page.image_candidates["image"]), None),
    }
    field = page.fields.get({"ratingCount": "rating"}.get(name, name))
    if name in of_page or field is None:
        return of_page.get(name)
    if field.day:
        return "{:04}-{:02}-{:02}".format(*field.day)
    if field.price:
        return Decimal(field.price.amount)
    if field.rating:
        return field.rating.count if name == "ratingCount" else field.rating.value
    return field.text


def matches(name: str, expected: Any, found: object) -> bool:
    """Compare a value with the one expected by hand."""
    if expected is None or found is None:
        return expected is found
    if name == "price":
        return parse_amount(str(expected)) == found
    if name == "rating":
        return abs(float(expected) - float(str(found))) < RATING_TOLERANCE
    if isinstance(expected, list):
        return folded(", ".join(expected)).lower() == folded(found).lower()
    return folded(expected) == folded(found)


def main() -> None:
    """Print a line a field."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--misses", metavar="FIELD", help="list what differs in a field")
    wanted = parser.parse_args().misses
    corpus = Path(os.environ["OG_CORPUS"])
    scores: defaultdict[str, list[bool]] = defaultdict(list)
    invented: defaultdict[str, int] = defaultdict(int)
    elapsed_s = 0.0
    for entry in json.loads((corpus / "expected.json").read_text()):
        body = gzip.decompress((corpus / entry["file"]).read_bytes())
        start = time.perf_counter()
        page = read_page(PageSource(entry["url"], body, "text/html"))
        elapsed_s += time.perf_counter() - start
        if page is None:
            raise SystemExit(f"{entry['id']} is no HTML")
        for name in ("author", "publishedAt"):
            invented[name] += name not in entry["expected"] and name in page.fields
        for name, expected in entry["expected"].items():
            if name in ("availability", "currency"):
                continue
            found = found_value(page, name)
            scores[name].append(matches(name, expected, found))
            if name == wanted and not scores[name][-1]:
                source = page.fields[name].source if name in page.fields else "-"
                print(f"{entry['id']}\n  expected {expected!r}\n  found    {found!r} ({source})")
    for name, hits in sorted(scores.items()):
        bar = f"bar {BARS[name]} %" if name in BARS else ""
        extra = f"  {invented[name]} where none is expected" if name in invented else ""
        print(f"{name:12} {100 * sum(hits) / len(hits):5.1f} % of {len(hits):3}  {bar}{extra}")
    print(f"{elapsed_s * 1000 / 124:.1f} ms a page")


if __name__ == "__main__":
    main()
