"""`og credits`."""

from __future__ import annotations

import typer

from og_cli import balances, grants, statement

app = typer.Typer(help="Grant credits and see where they went.", no_args_is_help=True)
app.command("grant")(grants.grant)
app.command("packs")(grants.packs)
app.command("balance")(balances.balance)
app.command("low-balance")(balances.low_balance)
app.command("notices")(balances.notices)
app.command("statement")(statement.statement)
app.command("usage")(statement.usage)
