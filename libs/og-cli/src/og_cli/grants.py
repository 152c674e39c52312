"""`og credits grant` and `og credits packs`."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import Annotated

import grpc
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


_MAYBE_GRANTED = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL,
    }
)
"""After these the ledger may have written the grant or not."""


def grant(
    account: AccountId,
    credits_: Annotated[int | None, typer.Option("--credits", min=1, help="How many.")] = None,
    pack: Annotated[
        str | None, typer.Option(help=f"Or those of a pack: {', '.join(PACKS)}.")
    ] = None,
    bucket: Annotated[BucketName, typer.Option(help="Into which bucket.")] = BucketName.PACK,
    reference: Annotated[str, typer.Option(help="Why, for the statement.")] = "",
    charge_id: Annotated[
        str,
        typer.Option(
            metavar="UUID", help="Repeat the grant of that id, which is made once; else a new id."
        ),
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Add credits to an account.

    If it fails and nobody knows whether the credits were added, it names its id: run it again with
    that --charge-id and the same rest, and they are added once.
    """
    if pack is not None:
        if credits_ is not None or bucket is not BucketName.PACK:
            fail("a pack has its own credits and bucket: leave --credits and --bucket away")
        if pack not in PACKS:
            fail(f"there is no pack {pack!r}; choose one of {', '.join(PACKS)}")
        credits_, reference = PACKS[pack].credits, reference or f"pack {pack}"
    if credits_ is None:
        fail("say how many: --credits N or --pack NAME")
    request = billing_pb2.GrantRequest(
        charge_id=charge_id or str(uuid.uuid4()),
        account_id=account,
        credits=credits_,
        bucket=_BUCKETS[bucket],
        reference=reference,
    )

    async def work(system: System) -> billing_pb2.Balance:
        await demand_account(system, account)
        try:
            return (await system.billing.Grant(request, timeout=CALL_TIMEOUT_S)).balance
        except grpc.aio.AioRpcError as error:
            if error.code() in _MAYBE_GRANTED:
                again = f"run it again with --charge-id {request.charge_id}"
                typer.echo(f"og: the credits may have been granted or not; {again}", err=True)
            raise

    told = {"granted": request.credits, "bucket": bucket.value}
    balance = call(work).available_credits
    show({**told, "balance": balance, "charge_id": request.charge_id}, as_json=as_json)


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
