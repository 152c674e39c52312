"""`python -m og_edge audit`: compares charges with cards, history, payers and plans.

It reads edge's database, and asks billing and auth as `auditor` or as an operator: by the
certificate of OG_TLS_CERTIFICATE, or in development with OG_CALLER_TOKEN. It may run beside a
working system. Exit status: 0 nothing is wrong (what a crash may leave is told all the same), 1 a
promise is broken, 2 there is nothing to look at, 3 the system could not be asked, 141 nobody read
on.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, NoReturn

import psycopg

from og_edge.audit.account import AccountAudit, Totals
from og_edge.audit.findings import Finding
from og_edge.audit.index import CardRecords
from og_edge.audit.output import AccountJsonPrinter, JsonPrinter, Printer, Sums, TextPrinter
from og_edge.audit.records import LedgerSums
from og_edge.audit.system import examine_all, examine_sums
from og_edge.clients.accounts import AccountsClient
from og_edge.clients.statements import StatementsClient
from og_edge.settings import Settings
from og_service.channels import open_channel
from og_service.pipes import results_on_stdout
from og_service.postgres import open_pool
from og_service.progress import Progress
from og_service.settings import load
from og_service.status import RemoteError
from og_service.tls.certificates import open_certificates

MIN_AGE_S: Final = 120
"""What is younger may be under way: a price stays set aside for a minute."""
EXIT_DIFFERENCES: Final = 1
EXIT_USAGE: Final = 2
EXIT_NO_SYSTEM: Final = 3
IDEMPOTENT: Final = ("og.auth.v1.AccountService", "og.billing.v1.BillingService")
_LEDGER_COUNTS: Final = frozenset({"entries", "open_reservations", "expired_reservations"})


def run(arguments: list[str]) -> int:
    """Audit the system or one account, print what was found, and give the exit status."""
    options = _parse(arguments)
    sums = Sums()
    try:
        with results_on_stdout():
            asyncio.run(_audit(load(Settings), options, _printer(options, sums), sums))
    except (RemoteError, psycopg.OperationalError) as error:
        _fail(f"the system could not be asked: {error}")
    return 0 if sums.passed else EXIT_DIFFERENCES


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m og_edge audit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--account", help="only this one, acct_…")
    parser.add_argument(
        "--received", type=Path, help="of that account: ids of all answers that came, one a line"
    )
    parser.add_argument(
        "--ledger",
        type=argparse.FileType(),
        help="what `python -m og_billing audit` printed; - is standard input",
    )
    parser.add_argument(
        "--min-age",
        type=float,
        metavar="SECONDS",
        help=f"leave out what is younger (default: {MIN_AGE_S}; with --account: 0)",
    )
    parser.add_argument("--json", action="store_true", help="print one object")
    options = parser.parse_args(arguments)
    if options.received and not options.account:
        parser.error("--received goes with --account")
    if options.min_age is None:
        options.min_age = 0 if options.account else MIN_AGE_S
    return options


def _printer(options: argparse.Namespace, sums: Sums) -> Printer:
    if not options.json:
        return TextPrinter(sums)
    return AccountJsonPrinter(sums) if options.account else JsonPrinter(sums)


async def _audit(
    settings: Settings, options: argparse.Namespace, printer: Printer, sums: Sums
) -> None:
    def tell(finding: Finding) -> None:
        sums.add(finding.kind)
        printer.found(finding)

    if options.ledger:
        for finding in examine_sums(read_sums(options.ledger.read())):
            tell(finding)
    async with _opened(settings, dt.timedelta(seconds=options.min_age)) as audit:
        if options.account:
            if await audit.accounts.plan(options.account) is None:
                _fail(f"no such account: {options.account}", EXIT_USAGE)
            received = _lines(options.received) if options.received else None
            async for finding in audit.examine(options.account, is_known=True, received=received):
                tell(finding)
        else:
            with Progress("accounts") as progress:
                async for finding in examine_all(audit, progress.reach):
                    tell(finding)
        printer.end(audit.totals)


@asynccontextmanager
async def _opened(settings: Settings, min_age: dt.timedelta) -> AsyncIterator[AccountAudit]:
    async with AsyncExitStack() as stack:
        certificates = await stack.enter_async_context(open_certificates(settings))
        auth, billing = [
            await stack.enter_async_context(
                open_channel(
                    target, settings.caller_token, certificates, idempotent_services=IDEMPOTENT
                )
            )
            for target in (settings.auth_target, settings.billing_target)
        ]
        pool = await stack.enter_async_context(open_pool(settings.database_url))
        yield AccountAudit(
            StatementsClient(billing), AccountsClient(auth), CardRecords(pool), min_age, Totals()
        )


def _lines(path: Path) -> Iterator[str]:
    with path.open() as file:
        for line in file:
            yield from line.split()


def read_sums(text: str) -> LedgerSums:
    """Read what billing's own audit printed: one JSON object of figures."""
    try:
        figures = json.loads(text)
        passed = figures.pop("passed")
        counts = {name: int(figure) for name, figure in figures.items()}
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        _fail(
            f"--ledger holds nothing that `python -m og_billing audit` printed ({error!r})",
            EXIT_USAGE,
        )
    faults = {} if passed else {k: n for k, n in counts.items() if k not in _LEDGER_COUNTS}
    return LedgerSums(faults=faults, counts=counts)


def _fail(message: str, status: int = EXIT_NO_SYSTEM) -> NoReturn:
    sys.stderr.write(f"audit: {message}\n")
    raise SystemExit(status)
