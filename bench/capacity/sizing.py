"""From what was measured to machines and money."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bench.capacity.figures import HIT, IDLE, MS, NEW, Measured

DAY_S = 86_400
HOUR_S = 3_600
MILLION = 1_000_000
GB = 1_000_000_000
DAYS_A_MONTH = 30
MACHINES_MIN = 2
"""One may go at any time, whatever the load."""

SERVICE_OF = {"fetch": "extract", "parse": "extract", "draw": "render"}
"""Parts of services that are told apart where a new card is measured."""


@dataclass(frozen=True)
class Demand:
    """What is asked for, and how full machines may be."""

    new_a_day: float
    hits_a_new_card: float = 20.0
    peak: float = 4.0
    """The busiest minutes of a day, as times its mean."""
    utilisation: float = 0.5
    """Of a processor, in those minutes."""
    machine_cores: int = 4


@dataclass(frozen=True)
class Prices:
    """What an operator pays, USD. The defaults are made up, near what clouds ask."""

    core_hour: float = 0.03
    store_gb_month: float = 0.02
    store_million_writes: float = 5.0
    store_million_reads: float = 0.4
    database_gb_month: float = 0.15
    egress_gb: float = 0.05


@dataclass(frozen=True)
class Plan:
    """What a demand takes."""

    cores: Mapping[str, float]
    """Processors in the busiest minutes, by service and store, without what is kept free."""
    machines: int
    store_gb_a_month: float
    database_gb_a_month: float
    egress_gb_a_day: float


@dataclass(frozen=True)
class Cost:
    """Of a million answers of one kind, USD."""

    processors: float
    store: float
    database: float
    egress: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.processors + self.store + self.database + self.egress


def cores(measured: Measured, demand: Demand) -> dict[str, float]:
    """Say how many processors each service is busy with in the busiest minutes."""
    per_s = {NEW: demand.new_a_day * demand.peak / DAY_S}
    per_s[HIT] = per_s[NEW] * demand.hits_a_new_card
    found: dict[str, float] = {}
    for kind, rate in per_s.items():
        for part, ms in measured.line(kind).cpu_ms.items():
            if part != IDLE:
                service = SERVICE_OF.get(part, part)
                found[service] = found.get(service, 0.0) + rate * ms / MS
    return found


def plan(measured: Measured, demand: Demand) -> Plan:
    """Say what a demand takes, stores included."""
    busy = cores(measured, demand)
    wanted = sum(busy.values()) / demand.utilisation / demand.machine_cores
    month = demand.new_a_day * DAYS_A_MONTH
    hits = demand.hits_a_new_card
    rows = measured.stores.row_bytes(hit=False) + hits * measured.stores.row_bytes(hit=True)
    answers_a_day = demand.new_a_day * (1 + hits)
    return Plan(
        busy,
        max(MACHINES_MIN, math.ceil(wanted)),
        month * measured.png_bytes / GB,
        month * rows / GB,
        answers_a_day * measured.png_bytes / GB,
    )


def cost_of_a_million(
    measured: Measured, demand: Demand, prices: Prices, kind: str, months_kept: float
) -> Cost:
    """Say what a million answers cost, their bytes and rows kept for so many months.

    Processors are paid all day for what the busiest minutes need.
    """
    core_hours = MILLION * measured.line(kind).total_cpu_ms / MS / HOUR_S
    paid_hours = core_hours * demand.peak / demand.utilisation
    million_gb = MILLION * measured.png_bytes / GB
    rows_gb = MILLION * measured.stores.row_bytes(hit=kind == HIT) / GB
    if kind == NEW:
        kept = million_gb * prices.store_gb_month * months_kept
        store = prices.store_million_writes + kept
    else:
        store = prices.store_million_reads  # at most: an edge has in memory what is asked for often
    return Cost(
        paid_hours * prices.core_hour,
        store,
        rows_gb * prices.database_gb_month * months_kept,
        million_gb * prices.egress_gb,
    )
