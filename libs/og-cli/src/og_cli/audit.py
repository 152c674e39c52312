"""`og audit`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from og_cli.output import AsJson
from og_cli.system import EXIT_NO_SYSTEM, environment_of, fail, operator_token

LEDGER_TIMEOUT_S = 330
"""Longer than billing lets its own audit take."""
LEDGER_STATUSES = frozenset({0, 1})
OF_A_CLUSTER = ("OG_AUTH_TARGET", "OG_BILLING_TARGET")
"""Who sets one of these looks at another system than the one of `make run`."""


def audit(
    *,
    account: Annotated[str, typer.Option("--account", help="Only this one.", metavar="ID")] = "",
    received: Annotated[
        Path | None,
        typer.Option(help="Of that account: ids of all answers that came, one a line."),
    ] = None,
    min_age: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="SECONDS",
            help="Leave out what is younger, for it may be under way; 120 unless --account says 0.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare charges with cards, their history, who paid and which plan; add the ledger up.

    The whole system, unless an account is named. It may run beside a working one. What a crash
    leaves is listed apart and allowed; anything else makes the exit status 1.

    The figures are edge's and billing's, so this runs their own audits with the settings of the
    running system, as an operator. That is the system of `make run`: in a cluster its Jobs do it.
    """
    _demand_local_system()
    options = ["--json"] if as_json else []
    if min_age is not None:
        options += ["--min-age", str(min_age)]
    if account:
        options += ["--account", account]
    if received is not None:
        options += ["--received", str(received)]
    sums = None
    if not account:
        options += ["--ledger", "-"]
        sums = _add_up()
    # Edge's token is no operator's, and only those may read accounts.
    settings = environment_of("edge") | {"OG_CALLER_TOKEN": operator_token()}
    finished = _run("og_edge", options, settings, given=sums)
    raise typer.Exit(finished.returncode)


def _demand_local_system() -> None:
    """Refuse to audit a cluster, whose databases only its own pods reach."""
    named = [name for name in OF_A_CLUSTER if os.environ.get(name)]
    if named:
        fail(
            "audit reads the databases of edge and billing, so it looks at the system of "
            f"`make run` alone, and {named[0]} names another one.\n"
            "In a cluster: kubectl -n instant-og create job --from=cronjob/billing-audit "
            "audit-billing, the same from cronjob/edge-audit, and read their logs: "
            "docs/operations/backup-and-restore.md, The audit",
            EXIT_NO_SYSTEM,
        )


def _add_up() -> bytes:
    """Have billing add its ledger up; give what it prints."""
    added = _run("og_billing", [], environment_of("billing"), output=subprocess.PIPE)
    if added.returncode not in LEDGER_STATUSES:
        fail("the ledger could not be read: see above", EXIT_NO_SYSTEM)
    return added.stdout


def _run(
    module: str,
    options: list[str],
    settings: Mapping[str, str],
    *,
    given: bytes | None = None,
    output: int | None = None,
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-P", "-m", module, "audit", *options],
        env={**os.environ, **settings},
        input=given,
        stdout=output,
        check=False,
        timeout=LEDGER_TIMEOUT_S if output else None,
    )
