"""`python -m og_<service> migrate`: brings a service's schema up to date.

The database is the one that MIGRATION_DATABASE_URL names, as its owner. Exit status: 0 the schema
is up to date (or newer than this release), 1 the package does not fit or a statement failed, so
that trying again does not help, 2 usage, 3 the database was away or busy: try again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Final

import psycopg
from psycopg.errors import QueryCanceled

from og_service.migration_files import MigrationError, Plan
from og_service.migrations import TryAgainError, migrate, plan

DSN_VARIABLE: Final = "MIGRATION_DATABASE_URL"
EXIT_REFUSED: Final = 1
EXIT_USAGE: Final = 2
EXIT_TRY_AGAIN: Final = 3


def run(package: str, schema: str, arguments: list[str]) -> int:
    """Migrate, or say what would be, and give the exit status."""
    options = _parse(package, arguments)
    dsn = os.environ.get(DSN_VARIABLE)
    if not dsn:
        return _fail(schema, f"{DSN_VARIABLE} must name the database, as its owner", EXIT_USAGE)
    try:
        if options.plan:
            _print_plan(schema, plan(dsn, package, schema), as_json=options.json)
            return 0
        applied = migrate(dsn, package, schema, tell=lambda line: _say(f"{schema}: {line}"))
    except TryAgainError as error:
        return _fail(schema, str(error), EXIT_TRY_AGAIN)
    except MigrationError as error:
        return _fail(schema, str(error), EXIT_REFUSED)
    except psycopg.Error as error:
        is_away = isinstance(error, psycopg.OperationalError) and not isinstance(
            error, QueryCanceled
        )
        return _fail(schema, _cause(error), EXIT_TRY_AGAIN if is_away else EXIT_REFUSED)
    _print_applied(schema, applied, as_json=options.json)
    return 0


def _parse(package: str, arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"python -m {package} migrate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--plan", action="store_true", help="say what would be applied, no more")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args(arguments)


def _print_plan(schema: str, found: Plan, *, as_json: bool) -> None:
    lacking = [{"name": it.name, "in_transaction": it.in_transaction} for it in found.lacking]
    if as_json:
        _print(json.dumps({"schema": schema, "would_apply": lacking, "newer": found.newer}))
        return
    for migration in found.lacking:
        how = "in a transaction" if migration.in_transaction else "outside a transaction"
        _print(f"{schema}: would apply {migration.name}, {how}")
    for name in found.newer:
        _print(f"{schema}: has {name} of a newer release")
    if not found.lacking:
        _print(f"{schema}: up to date")


def _print_applied(schema: str, names: list[str], *, as_json: bool) -> None:
    if as_json:
        _print(json.dumps({"schema": schema, "applied": names}))
        return
    for name in names:
        _print(f"{schema}: applied {name}")
    _print(f"{schema}: up to date")


def _cause(error: psycopg.Error) -> str:
    """Say in which file and what PostgreSQL said, with the detail and hint that it gave."""
    said = error.diag
    files = [f"{name}:" for name in getattr(error, "__notes__", [])]
    parts = [*files, said.message_primary or str(error), said.message_detail, said.message_hint]
    return " ".join(" ".join(filter(None, parts)).split())


def _fail(schema: str, message: str, status: int) -> int:
    _say(f"{schema}: {message}")
    return status


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command's output
