"""The result for people, and in its place in the documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.capacity import tables
from bench.capacity.figures import HIT, NEW, Measured, to_json
from bench.capacity.sizing import Cost, Demand, Prices, cost_of_a_million, plan

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations" / "capacity.md"
KEPT = Path(__file__).with_name("measured.json")
BEGIN = "<!-- Written by `make bench-capacity ARGS=--write`, from here -->"
END = "<!-- to here -->"
BUSY_LOAD = 1.0
BUSY = (
    "**The machine was busy with other work**: processor times, latencies and what follows from "
    "them are too high, bytes and memory are not."
)
NEW_A_DAY = (10_000, 100_000, 1_000_000, 10_000_000)
MONTHS_KEPT = 12


class NoPlaceError(Exception):
    """The page lacks the lines between which the tables stand."""


def as_markdown(measured: Measured, demand: Demand, prices: Prices) -> str:
    """Write every table."""
    conditions = measured.conditions
    effort = ", ".join(
        f"{what.replace('_', ' ')} {count}" for what, count in measured.effort.items()
    )
    parts: list[tuple[str, Sequence[str]]] = [
        ("Answers of the whole system", tables.answers(measured)),
        ("Where their processor time goes", tables.parts(measured)),
        ("Drawing alone", tables.drawing(measured)),
        ("Reading pages alone", tables.reading(measured)),
        ("Memory of a process, MiB", tables.memory(measured)),
        ("What an answer leaves in PostgreSQL", tables.rows(measured)),
        ("Stores", tables.stores(measured)),
        ("Machines", _machines(measured, demand)),
        ("Money", _money(measured, demand, prices)),
    ]
    lines = [f"**{measured.time}**, {conditions}. Asked for: {effort}."]
    if conditions.load_before > BUSY_LOAD:
        lines += ["", BUSY]
    for title, body in parts:
        lines += ["", f"### {title}", "", *body]
    return "\n".join(lines)


def _machines(measured: Measured, demand: Demand) -> list[str]:
    head = [
        *("new cards a day", "answers a day", "edge", "auth", "extract", "render", "billing"),
        *("PostgreSQL", "Valkey", "machines", "GB of cards a month", "GB of rows a month"),
    ]
    rows = []
    for new_a_day in NEW_A_DAY:
        wanted = Demand(**{**vars(demand), "new_a_day": new_a_day})
        it = plan(measured, wanted)
        parts = ("edge", "auth", "extract", "render", "billing", "postgres", "valkey")
        rows.append(
            [
                *(f"{new_a_day:,}", f"{new_a_day * (1 + demand.hits_a_new_card):,.0f}"),
                *(f"{it.cores.get(part, 0):.2f}" for part in parts),
                *(
                    f"{it.machines}",
                    f"{it.store_gb_a_month:,.1f}",
                    f"{it.database_gb_a_month:,.1f}",
                ),
            ]
        )
    said = (
        f"Processors that are busy in the busiest minutes ({demand.peak:g} times the mean), with "
        f"{demand.hits_a_new_card:g} answers from what exists for each new card; and machines of "
        f"{demand.machine_cores} processors that are {demand.utilisation:.0%} busy then."
    )
    return [said, "", *tables.table(head, rows)]


def _money(measured: Measured, demand: Demand, prices: Prices) -> list[str]:
    rows = [
        _cost(f"a million {kinds}", cost_of_a_million(measured, demand, prices, kind, MONTHS_KEPT))
        for kind, kinds in ((NEW, "new cards"), (HIT, "cards that exist"))
    ]
    said = (
        f"With **assumed** prices, USD: {prices.core_hour:g} a processor and hour, "
        f"{prices.store_gb_month:g} a GB and month of objects, {prices.store_million_writes:g} and "
        f"{prices.store_million_reads:g} a million writes and reads of them, "
        f"{prices.database_gb_month:g} a GB and month of the database's disk, "
        f"{prices.egress_gb:g} a GB sent; all of it kept for {MONTHS_KEPT} months."
    )
    head = ["USD", "processors", "objects", "database", "sent", "all"]
    return [said, "", *tables.table(head, rows)]


def _cost(what: str, cost: Cost) -> list[str]:
    figures = (cost.processors, cost.store, cost.database, cost.egress, cost.total)
    return [what, *(f"{figure:,.2f}" for figure in figures)]


def put_between(text: str, tables_text: str) -> str:
    """Put tables between the two lines of a page; raises NoPlaceError where they are missing."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise NoPlaceError(f"{PAGE} lacks {BEGIN!r} or {END!r}")
    return f"{head}{begin}\n\n{tables_text}\n\n{end}{tail}"


def write(measured: Measured, demand: Demand, prices: Prices) -> None:
    """Keep what was measured, and put the tables into the page."""
    PAGE.write_text(put_between(PAGE.read_text(), as_markdown(measured, demand, prices)))
    KEPT.write_text(to_json(measured) + "\n")
