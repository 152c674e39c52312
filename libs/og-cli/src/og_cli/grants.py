"""`og credits grant` and `og credits packs`."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Annotated

import typer

from og.billing.v1 import billing_pb2
from og_cli.customers import demand_account
from og_cli.output import AccountId, AsJson, show, show_rows
from og_cli.system import CALL_TIMEOUT_S, System, call, fail
from og_plans import PACKS


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


def grant(
    account: AccountId,
    credits_: Annotated[int | None, typer.Option("--credits", min=1, help="How many.")] = None,
    pack: Annotated[
        str | None, typer.Option(help=f"Or those of a pack: {', '.join(PACKS)}.")
    ] = None,
    bucket: Annotated[BucketName, typer.Option(help="Into which bucket.")] = BucketName.PACK,
    reference: Annotated[str, typer.Option(help="Why, for the statement.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Add credits to an account."""
    if pack is not None:
        if credits_ is not None or bucket is not BucketName.PACK:
            fail("a pack has its own credits and bucket: leave --credits and --bucket away")
        if pack not in PACKS:
            fail(f"there is no pack {pack!r}; choose one of {', '.join(PACKS)}")
        credits_, reference = PACKS[pack].credits, reference or f"pack {pack}"
    if credits_ is None:
        fail("say how many: --credits N or --pack NAME")
    amount = credits_

    async def work(system: System) -> int:
        await demand_account(system, account)
        return await grant_credits(system, account, amount, _BUCKETS[bucket], reference)

    balance = call(work)
    show({"granted": amount, "bucket": bucket.value, "balance": balance}, as_json=as_json)


def packs(*, as_json: AsJson = False) -> None:
    """List the packs: credits that are bought once and do not expire."""
    rows: list[dict[str, object]] = [
        {
            "pack": pack.name,
            "credits": pack.credits,
            "price_usd": f"{pack.price_usd_cents / 100:.2f}",
        }
        for pack in PACKS.values()
    ]
    show_rows("packs", rows, as_json=as_json)
