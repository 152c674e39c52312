"""`og prewarm`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn

import httpx
import typer

from og_cli.output import AsJson
from og_cli.prewarm.asking import CardApi
from og_cli.prewarm.budget import Budget
from og_cli.prewarm.documents import MAX_DOCUMENT_BYTES, UnreadableListError, read_lines
from og_cli.prewarm.fetching import Hosts, host_of
from og_cli.prewarm.job import Job, JobError, query_of
from og_cli.prewarm.pages import Choice, Found, Pages, choose, read_lists
from og_cli.prewarm.report import Plan, Report
from og_cli.prewarm.state import State, StateError
from og_cli.prewarm.work import Result, Work
from og_cli.system import EXIT_NO_SYSTEM, EXIT_REFUSED, api_url, fail
from og_cli.times import parse_start
from og_plans import PRICES
from og_service.progress import Progress

MAX_CONCURRENCY: Final = 32
INTERRUPTED: Final = 130
"""Exit status, as shells give it."""

HELP = """\
Make the cards of many pages before anybody shares them.

\b
  export OG_API_KEY=…
  og prewarm --sitemap https://example.com/sitemap.xml --template article/blog-post
  og prewarm --feed https://example.com/feed.xml --template article/blog-post --limit 20 --yes
  og prewarm --urls pages.txt --template generic/standard --theme dark --set author="Jane Doe"

It first says how many pages there are and what they cost at most, and asks. A card that exists
costs nothing, so it may be repeated; --budget is never exceeded. It keeps to three quarters of
the account's rate limit and leaves the rest to crawlers. With --state FILE a run that was
interrupted or killed goes on where it was, and the budget is that of all runs together.

Sitemaps may be indexes and gzipped; feeds are RSS or Atom; either option takes either. The newest
pages come first. Only pages of the list's own host are taken, unless --host names more.

By key, the card is of the very URL that is listed, and serves requests by site id for it as
well. By --site each page must carry its tag already, and its new cards a day are limited.

Exit status: 0 every page has its card, 1 some have none or something was refused, 2 wrong usage,
3 nothing answers, 130 interrupted.
"""


def prewarm(  # noqa: PLR0913 - options of a command
    template: Annotated[str, typer.Option(help="The cards' template.", metavar="ID")],
    *,
    sitemap: Annotated[
        list[str] | None, typer.Option(help="A sitemap or an index of them.", metavar="URL")
    ] = None,
    feed: Annotated[list[str] | None, typer.Option(help="RSS or Atom.", metavar="URL")] = None,
    urls: Annotated[
        Path | None,
        typer.Option(help="A file with one URL a line; - is standard input.", metavar="FILE"),
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="Take pages of this host, too.", metavar="HOST")
    ] = None,
    match: Annotated[
        list[str] | None,
        typer.Option(help="Only URLs like this, as '*/blog/*'; one of several.", metavar="GLOB"),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=parse_start,
            help="Leave out what last changed before, if a list says so: 7d, 2026-11-01.",
            metavar="TIME",
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Take so many, the newest.", metavar="N")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="An API key; better in OG_API_KEY.", metavar="KEY")
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="A site id, instead of a key.", metavar="ID")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="light or dark.", metavar="THEME")] = None,
    accent_color: Annotated[str | None, typer.Option(help="As #6366f1.", metavar="COLOR")] = None,
    gradient_bg: Annotated[bool, typer.Option("--gradient-bg", help="A gradient.")] = False,
    size: Annotated[str | None, typer.Option(help="wide, square or tall.", metavar="SIZE")] = None,
    image_format: Annotated[
        str | None, typer.Option("--format", help="png, jpeg or webp.", metavar="FORMAT")
    ] = None,
    mode: Annotated[
        str | None, typer.Option(help="ai: 100 credits a new card.", metavar="MODE")
    ] = None,
    override: Annotated[
        list[str] | None,
        typer.Option("--set", help="Override a field on all cards.", metavar="NAME=VALUE"),
    ] = None,
    budget: Annotated[
        int | None, typer.Option(min=0, help="Credits; else the estimate.", metavar="CREDITS")
    ] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, max=MAX_CONCURRENCY, help="Pages at the same time.", metavar="N")
    ] = 4,
    state: Annotated[
        Path | None, typer.Option(help="Keep here what is done, to go on.", metavar="FILE")
    ] = None,
    api: Annotated[
        str | None,
        typer.Option(help="Where the API is; else OG_API_URL, or this system.", metavar="URL"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the cards of many pages; HELP is what people read."""
    lists = [*(sitemap or ()), *(feed or ())]
    if bool(lists) == bool(urls):
        fail("name the pages by --sitemap and --feed, or by --urls")
    options = {
        "template": template,
        "site": site,
        "theme": theme,
        "accentColor": accent_color,
        "gradientBg": "true" if gradient_bg else None,
        "size": size,
        "format": image_format,
        "mode": mode,
    }
    try:
        job = Job(api_url(api), query_of(options, override or ()), _key(key, site))
        hosts = Hosts([*map(host_of, lists), *(host or ())])
        choice = Choice(hosts, tuple(match or ()), since, limit)
        pages = _pages(lists, urls, choice)
        with State(state, job.identity) as kept:
            left = [url for url in pages.urls if url not in kept.done]
            plan = Plan(pages, left, job, budget)
            for line in plan.lines():
                typer.echo(line, err=as_json)
            if plan.urls and not yes:
                _confirm()
            report, interrupted = _do(plan, kept, concurrency)
    except (UnreadableListError, JobError, StateError) as error:
        fail(str(error))
    _tell(report, interrupted=interrupted, as_json=as_json)


def _key(key: str | None, site: str | None) -> str:
    """Choose who asks: by site, or by a key that was given or stands in the environment."""
    if key and site:
        fail("choose --key or --site")
    if site:
        return ""
    found = key or os.environ.get("OG_API_KEY", "")
    if not found:
        fail("say who asks: set OG_API_KEY, or give --site")
    if not (found.isascii() and found.isprintable()):
        fail("the API key has characters that no key has: copy it again")
    return found


def _pages(lists: list[str], urls: Path | None, choice: Choice) -> Pages:
    """Read what lists the pages, and choose."""
    if urls is not None:
        return choose(Found(read_lines(_bytes_of(urls)), lists=1), choice)
    for url in lists:
        if not host_of(url):
            fail(f"{url}: give an address such as https://example.com/sitemap.xml")
    return choose(asyncio.run(_read_lists(lists, choice.hosts)), choice)


async def _read_lists(lists: list[str], hosts: Hosts) -> Found:
    async with httpx.AsyncClient() as client:
        return await read_lists(client, lists, hosts)


def _bytes_of(path: Path) -> bytes:
    try:
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as file:
            data = file.read(MAX_DOCUMENT_BYTES + 1)
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}")
    if len(data) > MAX_DOCUMENT_BYTES:
        fail(f"{path} has more than {MAX_DOCUMENT_BYTES:,} bytes: split it")
    return data


def _budget(plan: Plan, state: State) -> Budget:
    """Begin with what earlier runs spent; the default is what the rest costs at most.

    That is, a card that exists more for each page, should its first answer get lost.
    """
    price = plan.job.price_credits
    limit = plan.budget_credits
    if limit is None:
        limit = state.charged_credits + len(state.doubtful) * price
        limit += len(plan.urls) * (price + PRICES.cached_card_credits)
    budget = Budget(limit, price)
    budget.recall(state.charged_credits, state.doubtful)
    return budget


def _do(plan: Plan, state: State, concurrency: int) -> tuple[Report, bool]:
    """Ask for all that is left; give what came of it, and whether somebody interrupted it."""
    budget = _budget(plan, state)
    result = Result()
    report = Report(plan, result, budget)

    async def work() -> None:
        client = httpx.AsyncClient(base_url=plan.job.api_url, headers=plan.job.headers)
        async with client:
            api = CardApi(client, plan.job.query)
            with Progress("pages", len(plan.urls)) as progress:
                await Work(api, budget, state, result).run(plan.urls, concurrency, progress)

    try:
        asyncio.run(work())
    except KeyboardInterrupt:
        result.stopped = "interrupted: the same command goes on"
        return report, True
    return report, False


def _tell(report: Report, *, interrupted: bool, as_json: bool) -> NoReturn:
    """Print what came of it, and exit with that."""
    if as_json:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        for line in report.lines():
            typer.echo(line)
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.result.nothing_answers:
        raise typer.Exit(EXIT_NO_SYSTEM)
    raise typer.Exit(0 if report.is_complete else EXIT_REFUSED)


def _confirm() -> None:
    if not sys.stdin.isatty():
        fail("say --yes: there is nobody to ask")
    if not typer.confirm("Go on?", err=True):
        fail("nothing was asked for")
