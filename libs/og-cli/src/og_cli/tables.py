"""Long lists, printed row by row as they come: as text, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Annotated, Any

import typer

from og_cli.output import AsJson, printable
from og_cli.system import fail
from og_service.spreadsheets import csv_cell

AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV with a header line.")]
Row = Mapping[str, str | int]


class Form(Enum):
    """How a list is printed."""

    TEXT = auto()
    CSV = auto()
    JSON = auto()


@dataclass(frozen=True)
class Column:
    """One column: the name of its values, and how wide it is in text; 0 leaves it out there.

    Numbers stand at the right of it. What is too long is printed whole, so the widest comes last.
    """

    name: str
    cells: int
    is_number: bool = False


def form_of(*, as_csv: bool, as_json: AsJson) -> Form:
    """Choose; refuses both at once."""
    if as_csv and as_json:
        fail("choose --csv or --json")
    if as_csv:
        return Form.CSV
    return Form.JSON if as_json else Form.TEXT


async def print_rows(
    name: str, columns: Sequence[Column], rows: AsyncIterator[Row], form: Form
) -> None:
    """Print rows as they come, none kept: a CSV table, a JSON object {name: […]}, or text.

    CSV is RFC 4180 but for its line ends, which are Unix's; text that a spreadsheet would take for
    a formula gets an apostrophe before it, numbers stand as they are.
    """
    if form is Form.CSV:
        await _print_csv(columns, rows)
    elif form is Form.JSON:
        await _print_json(name, rows)
    else:
        await _print_text(name, columns, rows)


async def _print_csv(columns: Sequence[Column], rows: AsyncIterator[Row]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    async for row in rows:
        writer.writerow([csv_cell(row[column.name]) for column in columns])


async def _print_json(name: str, rows: AsyncIterator[Row]) -> None:
    before = f"{{{json.dumps(name)}: ["
    async for row in rows:
        sys.stdout.write(f"{before}\n{json.dumps(dict(row), ensure_ascii=False)}")
        before = ","
    sys.stdout.write("\n]}\n" if before == "," else f"{before}]}}\n")


async def _print_text(name: str, columns: Sequence[Column], rows: AsyncIterator[Row]) -> None:
    shown = [column for column in columns if column.cells]
    is_first = True
    async for row in rows:
        if is_first:
            typer.echo(_text_line(shown, {it.name: it.name.replace("_", " ") for it in shown}))
            is_first = False
        typer.echo(_text_line(shown, row))
    if is_first:
        typer.echo(f"no {name}")


def _text_line(columns: Sequence[Column], row: Mapping[str, Any]) -> str:
    cells = []
    for column in columns:
        value = row[column.name]
        text = f"{value:,}" if isinstance(value, int) else printable(value)
        cells.append(text.rjust(column.cells) if column.is_number else text.ljust(column.cells))
    return "  ".join(cells).rstrip()
