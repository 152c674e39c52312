"""`og credits`."""

from __future__ import annotations

import csv
import sys
import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from og.auth.v1 import auth_pb2
from og.billing.v1 import billing_pb2
from og_cli.output import AccountId, AsJson, moment, show, show_rows
from og_cli.system import CALL_TIMEOUT_S, System, call

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAGE_ENTRIES = 1_000
NEWEST_ENTRIES = 50

app = typer.Typer(help="Grant credits and see where they went.", no_args_is_help=True)


class BucketName(StrEnum):
    """Where granted credits go."""

    PLAN = "plan"
    PACK = "pack"


_BUCKETS = {
    BucketName.PLAN: billing_pb2.BUCKET_PLAN,
    BucketName.PACK: billing_pb2.BUCKET_PACK,
}


async def grant_credits(
    system: System,
    account_id: str,
    credits_: int,
    bucket: billing_pb2.Bucket.ValueType,
    reference: str,
) -> int:
    """Grant credits and give what can be spent then."""
    request = billing_pb2.GrantRequest(
        charge_id=str(uuid.uuid4()),
        account_id=account_id,
        credits=credits_,
        bucket=bucket,
        reference=reference,
    )
    granted = await system.billing.Grant(request, timeout=CALL_TIMEOUT_S)
    return granted.balance.available_credits


@app.command()
def grant(
    account: AccountId,
    credits_: Annotated[int, typer.Option("--credits", min=1, help="How many.")],
    bucket: Annotated[BucketName, typer.Option(help="Into which bucket.")] = BucketName.PACK,
    reference: Annotated[str, typer.Option(help="Why, for the statement.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Add credits to an account."""

    async def work(system: System) -> int:
        await _demand_account(system, account)
        return await grant_credits(system, account, credits_, _BUCKETS[bucket], reference)

    balance = call(work)
    show({"granted": credits_, "bucket": bucket.value, "balance": balance}, as_json=as_json)


@app.command()
def balance(account: AccountId, *, as_json: AsJson = False) -> None:
    """Show what an account can spend."""
    request = billing_pb2.GetBalanceRequest(account_id=account)

    async def work(system: System) -> billing_pb2.Balance:
        await _demand_account(system, account)
        return (await system.billing.GetBalance(request, timeout=CALL_TIMEOUT_S)).balance

    found = call(work)
    value: dict[str, object] = {
        "balance": found.available_credits,
        "plan": found.plan_credits,
        "pack": found.pack_credits,
        "reserved": found.reserved_credits,
    }
    show(value, as_json=as_json)


@app.command()
def statement(
    account: AccountId,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help=f"All, not only the newest {NEWEST_ENTRIES}.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV with a header line.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what happened to an account's credits, newest first."""

    async def work(system: System) -> list[dict[str, object]]:
        await _demand_account(system, account)
        return [_as_dict(entry) async for entry in _entries(system, account, everything=everything)]

    rows = call(work)
    if not as_csv:
        show_rows("entries", rows, as_json=as_json)
        return
    writer = csv.DictWriter(sys.stdout, list(_as_dict(billing_pb2.Entry())), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


async def _demand_account(system: System, account_id: str) -> None:
    """Refuse an id nobody has: billing knows no accounts and would take it."""
    request = auth_pb2.GetAccountRequest(account_id=account_id)
    await system.accounts.GetAccount(request, timeout=CALL_TIMEOUT_S)


async def _entries(
    system: System, account_id: str, *, everything: bool
) -> AsyncIterator[billing_pb2.Entry]:
    token = ""
    while True:
        request = billing_pb2.ListEntriesRequest(
            account_id=account_id,
            page_size=PAGE_ENTRIES if everything else NEWEST_ENTRIES,
            page_token=token,
        )
        page = await system.billing.ListEntries(request, timeout=CALL_TIMEOUT_S)
        for entry in page.entries:
            yield entry
        token = page.next_page_token
        if not token or not everything:
            return


def _as_dict(entry: billing_pb2.Entry) -> dict[str, object]:
    return {
        "time": moment(entry.create_time),
        "kind": billing_pb2.EntryKind.Name(entry.kind).removeprefix("ENTRY_KIND_").lower(),
        "change": entry.available_delta_credits,
        "charged": entry.charged_credits,
        "reference": entry.reference,
        "charge_id": entry.charge_id,
    }
