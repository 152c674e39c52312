from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import AsyncIterator

import pytest

from og_cli.tables import Column, Form, Row, print_rows
from tests.support.seeds import rng

__all__ = ["rng"]

COLUMNS = (
    Column("time", 20),
    Column("change", 8, is_number=True),
    Column("reference", 1),
    Column("id", 0),
)


def a_row(reference: str, change: int = -10, id_: str = "1") -> Row:
    return {"time": "2026-11-25T10:00:00Z", "change": change, "reference": reference, "id": id_}


async def printed(capsys: pytest.CaptureFixture[str], form: Form, *rows: Row) -> str:
    async def coming() -> AsyncIterator[Row]:
        for row in rows:
            yield row

    await print_rows("entries", COLUMNS, coming(), form)
    return capsys.readouterr().out


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
async def test_a_spreadsheet_takes_no_text_of_csv_for_a_formula(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output = await printed(capsys, Form.CSV, a_row(text))
    [row] = csv.DictReader(io.StringIO(output))
    assert row["reference"] == f"'{text}"
    assert row["change"] == "-10"


async def test_csv_is_read_back_as_it_was(
    rng: random.Random, capsys: pytest.CaptureFixture[str]
) -> None:
    signs = "ab,\";'\n é…"
    rows = [
        a_row(
            "x" + "".join(rng.choices(signs, k=rng.randrange(20))), rng.randrange(-(10**9), 10**9)
        )
        for _ in range(200)
    ]
    output = await printed(capsys, Form.CSV, *rows)
    read = list(csv.DictReader(io.StringIO(output, newline="")))
    assert [(row["reference"], int(row["change"])) for row in read] == [
        (row["reference"], row["change"]) for row in rows
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_json_is_one_object(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [a_row(f"=card {number} é", id_=str(number)) for number in range(count)]
    assert json.loads(await printed(capsys, Form.JSON, *rows)) == {"entries": rows}


async def test_text_names_its_columns_and_leaves_ids_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    heading, line = (await printed(capsys, Form.TEXT, a_row("a card", -1234))).splitlines()
    assert heading.split() == ["time", "change", "reference"]
    assert line.split() == ["2026-11-25T10:00:00Z", "-1,234", "a", "card"]


async def test_text_does_not_speak_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x9b" not in await printed(capsys, Form.TEXT, a_row("a\x9b31mb\u202e"))


async def test_a_csv_of_nothing_has_its_heading(capsys: pytest.CaptureFixture[str]) -> None:
    assert await printed(capsys, Form.CSV) == "time,change,reference,id\n"
    assert await printed(capsys, Form.TEXT) == "no entries\n"
