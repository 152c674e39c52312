"""`python -m og_edge audit`: the audit, for people and, with --json, for machines."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from og_edge.audit import Findings, compare
from og_edge.clients import BillingClient
from og_edge.server import IDEMPOTENT
from og_edge.settings import Settings
from og_edge.store import PostgresCardStore
from og_service.channels import open_channel
from og_service.postgres import open_pool
from og_service.settings import load


def run(arguments: list[str]) -> None:
    """Audit one account and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m og_edge audit", description=__doc__)
    parser.add_argument("--account", required=True, help="whose charges, acct_…")
    parser.add_argument("--received", type=Path, help="request ids that came, one a line")
    parser.add_argument("--json", action="store_true", help="print one object")
    options = parser.parse_args(arguments)
    received = options.received.read_text().split() if options.received else None
    findings = asyncio.run(_audit(load(Settings), options.account, received))
    if options.json:
        sys.stdout.write(json.dumps(findings.as_dict()) + "\n")
        return
    for name, value in findings.as_dict().items():
        shown = value if isinstance(value, int) else f"{len(value)}"  # type: ignore[arg-type]
        sys.stdout.write(f"{name.replace('_', ' ')}: {shown}\n")
        for request_id in value if isinstance(value, list) else ():
            sys.stdout.write(f"  {request_id}\n")


async def _audit(settings: Settings, account_id: str, received: list[str] | None) -> Findings:
    channel = open_channel(
        settings.billing_target, settings.caller_token, idempotent_services=[IDEMPOTENT["billing"]]
    )
    async with channel, open_pool(settings.database_url) as pool:
        charges = await BillingClient(channel).charges(account_id)
        store = PostgresCardStore(pool)
        return compare(
            charges,
            await store.generation_prices(account_id),
            await store.unsettled_ids(account_id),
            received,
        )
