"""Everything mixed for some minutes, and who grows: `python -m bench.soak --help`."""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from contextlib import suppress
from pathlib import Path

import httpx

from bench.accounts import create_accounts
from bench.programs import pages
from bench.report import Conditions
from bench.soak.load import TIMEOUT_S, Load
from bench.soak.memory import Watch, growths
from bench.soak.report import Result, as_json, as_text
from bench.system import AuditFailedError, System, run_in_directory, running_system
from og_service.progress import Progress

MINUTES, MINUTES_VARIABLE = 10.0, "OG_SOAK_MINUTES"
QUICK_MINUTES = 3.0
CLIENTS = 8
CARD_MEMORY_MB = 8
"""So small that it is full before memory is compared; what fills later would look like a leak."""
PROGRESS_S = 5.0


def main() -> None:
    asked = _arguments()
    named = float(os.environ.get(MINUTES_VARIABLE) or MINUTES)
    minutes = asked.minutes or (QUICK_MINUTES if asked.quick else named)
    result = run_in_directory(lambda it: _run(it, minutes, asked.clients))
    print(as_json(result) if asked.json else as_text(result))


async def _run(directory: Path, minutes: float, clients: int) -> Result:
    load_before = os.getloadavg()[0]
    async with pages() as sites:
        settings = {
            "OG_LOOPBACK_TARGETS": ",".join(sites),
            "OG_CARD_MEMORY_MB": str(CARD_MEMORY_MB),
        }
        async with running_system(directory, settings) as system:
            [account] = await create_accounts(system.stack, 1)
            # No connection is kept for ever, so that both edges get their share of the load.
            limits = httpx.Limits(max_connections=clients, keepalive_expiry=1)
            async with httpx.AsyncClient(
                base_url=system.base_url, timeout=TIMEOUT_S, limits=limits
            ) as client:
                load = Load(client, account, sites)
                watch = Watch(system)
                begin = time.monotonic()
                side = [asyncio.create_task(it) for it in (watch.run(), _tell(minutes))]
                await load.run(clients, minutes * 60)
                took_s = time.monotonic() - begin
                for task in side:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task
            await _audit(system, load.tally.charged_credits)
            found = growths(watch.samples, took_s)
            conditions = Conditions(system.durability(), load_before)
            return Result(minutes, clients, conditions, load.tally, found)


async def _tell(minutes: float) -> None:
    steps = max(int(minutes * 60 / PROGRESS_S), 1)
    with Progress(f"times {PROGRESS_S:g} s", steps) as progress:
        for _ in range(steps):
            await asyncio.sleep(PROGRESS_S)
            progress.advance()


async def _audit(system: System, charged_credits: int) -> None:
    await system.audit()
    if (spent := system.spent_credits()) != charged_credits:
        raise AuditFailedError(f"answers cost {charged_credits} credits, the ledger took {spent}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_MINUTES:g} minutes")
    parser.add_argument("--minutes", type=float, help=f"{MINUTES_VARIABLE}, or {MINUTES:g}")
    parser.add_argument("--clients", type=int, default=CLIENTS, help=f"at a time ({CLIENTS})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
