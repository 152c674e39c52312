"""`og credits statement` and `og credits usage`."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

import typer

from og.billing.v1 import billing_pb2
from og_cli.customers import demand_account, payer_names
from og_cli.output import AccountId, AsJson
from og_cli.statement_lines import (
    DAY_COLUMNS,
    ENTRY_COLUMNS,
    PAYER_COLUMNS,
    Days,
    day_rows,
    entries_of,
    entry_rows,
)
from og_cli.system import CALL_TIMEOUT_S, System, call, fail
from og_cli.tables import AsCsv, Column, Row, form_of, print_rows

NEWEST_ENTRIES = 50
NEWEST_DAYS = 100
PAGE_DAYS = 1_000

USAGE_COLUMNS = (
    Column("day", 10),
    Column("spent", 11, is_number=True),
    Column("new_cards", 9, is_number=True),
    Column("cached_cards", 12, is_number=True),
    *PAYER_COLUMNS,
)

_DAY_FORMATS = ["%Y-%m-%d"]
FirstDay = Annotated[
    dt.datetime | None,
    typer.Option("--from", formats=_DAY_FORMATS, metavar="DAY", help="The first day, of UTC."),
]
LastDay = Annotated[
    dt.datetime | None,
    typer.Option("--to", formats=_DAY_FORMATS, metavar="DAY", help="The last day."),
]


def statement(  # noqa: PLR0913 - each is an option
    account: AccountId,
    *,
    from_: FirstDay = None,
    to: LastDay = None,
    everything: Annotated[
        bool, typer.Option("--all", help=f"All, not only the newest {NEWEST_ENTRIES}.")
    ] = False,
    by_day: Annotated[bool, typer.Option("--by-day", help="Add up by day.")] = False,
    by_payer: Annotated[
        bool, typer.Option("--by-payer", help="Add up by day and by key or site.")
    ] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List what happened to an account's credits, newest first: what, which card, through what.

    Days, or sums by day, are given whole. CSV and JSON have ids besides.
    """
    form = form_of(as_csv=as_csv, as_json=as_json)
    days = Days(from_.date() if from_ else None, to.date() if to else None)
    if days.first and days.last and days.first > days.last:
        fail("--from is after --to")
    by_day = by_day or by_payer
    is_whole = everything or by_day or bool(days.first or days.last)

    async def work(system: System) -> None:
        await demand_account(system, account)
        names = await payer_names(system, account)
        entries = entries_of(system, account, days, None if is_whole else NEWEST_ENTRIES)
        if by_day:
            columns = DAY_COLUMNS + (PAYER_COLUMNS if by_payer else ())
            rows = day_rows(entries, names, by_payer=by_payer)
            await print_rows("days", columns, rows, form)
        else:
            await print_rows("entries", ENTRY_COLUMNS, entry_rows(entries, names), form)

    call(work)


def usage(
    account: AccountId,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help=f"All, not only the newest {NEWEST_DAYS}.")
    ] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List what was spent through each key and site on each day, as daily limits count it."""
    form = form_of(as_csv=as_csv, as_json=as_json)

    async def work(system: System) -> None:
        await demand_account(system, account)
        rows = _usage_rows(
            system, account, await payer_names(system, account), everything=everything
        )
        await print_rows("days", USAGE_COLUMNS, rows, form)

    call(work)


async def _usage_rows(
    system: System, account_id: str, names: Mapping[str, str], *, everything: bool
) -> AsyncIterator[Row]:
    request = billing_pb2.ListDailySpendingRequest(
        account_id=account_id, page_size=PAGE_DAYS if everything else NEWEST_DAYS
    )
    while True:
        page = await system.billing.ListDailySpending(request, timeout=CALL_TIMEOUT_S)
        for day in page.days:
            yield {
                "day": day.day,
                "spent": day.spent_credits,
                "new_cards": day.generations,
                "cached_cards": day.cached_cards,
                "through": names.get(day.payer_id, day.payer_id),
                "payer_id": day.payer_id,
            }
        request.page_token = page.next_page_token
        if not page.next_page_token or not everything:
            return
