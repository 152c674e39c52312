"""`og audit`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from og_cli.output import AccountId, AsJson
from og_cli.system import edge_environment


def audit(
    account: AccountId,
    *,
    received: Annotated[
        Path | None, typer.Option(help="Request ids of answers that came, one a line.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare an account's charges with its cards, and with the answers it received.

    The cards are edge's, so this runs edge's own audit with the settings of the running system.
    """
    command = [sys.executable, "-P", "-m", "og_edge", "audit", "--account", account]
    if received is not None:
        command += ["--received", str(received)]
    if as_json:
        command.append("--json")
    environment = {**os.environ, **edge_environment()}
    finished = subprocess.run(command, env=environment, check=False)  # noqa: S603 - our own module
    raise typer.Exit(finished.returncode)
