"""`og explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from og.extract.v1 import extract_pb2
from og_cli.explanation import as_lines, kind_name, outcome_name
from og_cli.output import AsJson, show
from og_cli.system import System, call

CALL_TIMEOUT_S = 15
"""Longer than extract takes for any page."""


def explain(
    url: Annotated[str, typer.Argument(help="The page's URL.", metavar="URL")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show what a page offers for each field, what is taken of it, and why the rest is not.

    Each field lists its candidates in order of precedence: where they stand, their values, and
    whether they are chosen, lost to one that comes first, or refused.
    """
    request = extract_pb2.ExplainPageRequest(url=url)

    async def work(system: System) -> extract_pb2.ExplainPageResponse:
        return await system.extract.ExplainPage(request, timeout=CALL_TIMEOUT_S)

    page = call(work)
    if as_json:
        show(_as_dict(url, page), as_json=True)
        return
    for line in as_lines(url, page):
        typer.echo(line)


def _as_dict(url: str, page: extract_pb2.ExplainPageResponse) -> dict[str, object]:
    return {
        "url": url,
        "final_url": page.final_url,
        "canonical_url": page.canonical_url,
        "language": page.language_code,
        "kind": kind_name(page.kind),
        "kind_reason": page.kind_reason,
        "page_bytes": page.page_bytes,
        "fields": {
            field.name: [_candidate(it) for it in field.candidates] for field in page.fields
        },
        "card_tags": [{"property": tag.property, "url": tag.url} for tag in page.card_tags],
    }


def _candidate(candidate: extract_pb2.Candidate) -> dict[str, str]:
    return {
        "source": candidate.source,
        "value": candidate.value,
        "outcome": outcome_name(candidate.outcome),
        "reason": candidate.reason,
    }
