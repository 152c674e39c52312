"""How results are printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AccountId = Annotated[str, typer.Option("--account", help="The account's id.", metavar="ID")]


class Maximum(int):
    """A bound where 0 means none, which text says in words and JSON by the 0."""

    def __str__(self) -> str:
        return int.__repr__(self) if self else "no limit"


def show(value: dict[str, object], *, as_json: bool) -> None:
    """Print one object: as JSON, or a line for each of its values."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
        return
    width = max(map(len, value))
    for name, item in value.items():
        typer.echo(f"{name.replace('_', ' '):<{width}}  {_text(item)}".rstrip())


def show_rows(name: str, rows: Sequence[dict[str, object]], *, as_json: bool) -> None:
    """Print a list: as an object holding it under name, or as a table."""
    if as_json:
        typer.echo(json.dumps({name: rows}, ensure_ascii=False))
        return
    if not rows:
        typer.echo(f"no {name}")
        return
    cells = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo(line.rstrip())


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def printable(text: str) -> str:
    """Keep what others wrote from speaking to the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def moment(time: Timestamp) -> str:
    """Give a time as RFC 3339 in UTC, to the second; empty where it is not set."""
    if not time.seconds:
        return ""
    return f"{time.ToDatetime().isoformat(timespec='seconds')}Z"
