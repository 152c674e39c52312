from __future__ import annotations

from dataclasses import replace

import pytest

from bench.capacity.figures import (
    HIT,
    NEW,
    Drawn,
    Growth,
    Measured,
    ProcessMemory,
    Read,
    Served,
    Stores,
    read_json,
    to_json,
)
from bench.capacity.memory import compare
from bench.capacity.report import (
    BEGIN,
    END,
    KEPT,
    PAGE,
    NoPlaceError,
    as_markdown,
    put_between,
)
from bench.capacity.sizing import DAY_S, Demand, Prices, cores, cost_of_a_million, plan
from bench.capacity.storage import Held, Span
from bench.capacity.storage import compare as compare_stores
from bench.processes import Memory
from bench.report import Conditions

MEASURED = Measured(
    "2026-11-26 09:00",
    Conditions({"fsync": "on"}, load_before=0.5, processors=2),
    {"new_cards": 64},
    [
        Served(NEW, 32, 60, 400, 800, {"edge": 4.0, "draw": 6.0}),
        Served(NEW, 8, 50, 150, 200, {"edge": 5, "draw": 7, "fetch": 4, "parse": 4, "idle": 9}),
        Served(HIT, 32, 2_000, 10, 20, {"edge": 0.2, "billing": 0.1, "auth": 0.1, "postgres": 0.1}),
    ],
    [
        Drawn("article/news", 6, 10.0, 40_000, 90_000),
        Drawn("article/quote", 6, 20.0, 20_000, 30_000),
        Drawn("product/sale", 6, 30.0, 240_000, 500_000),
    ],
    [Read("articles", 200, 20_000, 2.5, 4.0)],
    [ProcessMemory("edge", 2, 1 << 26, 1 << 25, 1 << 27, 1 << 26)],
    Stores(
        [Growth("billing.entries", 500, 200), Growth("edge.cards", 700, 0)],
        *(3_000, 800, {"og_edge": 20}, 1 << 20, 3 << 20, 10),
    ),
)


def test_a_run_is_read_as_it_was_written() -> None:
    assert read_json(to_json(MEASURED)) == MEASURED
    with pytest.raises(ValueError, match="served"):
        read_json('{"time": "now"}')


def test_a_processor_gives_what_its_time_allows() -> None:
    assert MEASURED.line(NEW).clients == 8
    assert MEASURED.line(NEW).per_core_s == pytest.approx(50)  # without what is idle
    assert MEASURED.line(HIT).per_core_s == pytest.approx(2_000)
    assert MEASURED.png_bytes == pytest.approx(100_000)


def test_services_are_busy_as_often_as_they_are_asked() -> None:
    demand = Demand(DAY_S, hits_a_new_card=10, peak=2)  # two new cards and 20 hits a second
    assert cores(MEASURED, demand) == pytest.approx(
        {
            "edge": 2 * 0.005 + 20 * 0.0002,
            "render": 2 * 0.007,
            "extract": 2 * 0.008,
            "billing": 20 * 0.0001,
            "auth": 20 * 0.0001,
            "postgres": 20 * 0.0001,
        }
    )


def test_twice_the_demand_takes_twice_as_much_and_two_machines_at_least() -> None:
    small, large = (plan(MEASURED, Demand(number)) for number in (1_000, 100_000_000))
    assert small.machines == 2
    assert large.store_gb_a_month == pytest.approx(100_000 * small.store_gb_a_month)
    assert large.machines >= sum(large.cores.values()) / 0.5 / 4
    assert large.egress_gb_a_day == pytest.approx(1e8 * 21 * 1e5 / 1e9)
    rows = 1_200 + 20 * 200
    assert large.database_gb_a_month == pytest.approx(1e8 * 30 * rows / 1e9)


def test_what_a_million_costs_follows_from_the_prices() -> None:
    prices = Prices(
        core_hour=1,
        store_gb_month=2,
        store_million_writes=3,
        store_million_reads=4,
        database_gb_month=5,
        egress_gb=6,
    )
    demand = Demand(1_000, peak=2, utilisation=0.5)
    new = cost_of_a_million(MEASURED, demand, prices, NEW, months_kept=10)
    assert new.processors == pytest.approx(1e6 * 0.020 / 3_600 * 4)
    assert new.store == pytest.approx(3 + 100 * 2 * 10)
    assert new.database == pytest.approx(1.2 * 5 * 10)
    assert new.egress == pytest.approx(100 * 6)
    hit = cost_of_a_million(MEASURED, demand, prices, HIT, months_kept=10)
    assert hit.store == 4
    assert hit.total == pytest.approx(1e6 * 0.0005 / 3_600 * 4 + 4 + 0.2 * 50 + 600)


def test_the_heaviest_of_a_role_is_told_before_and_after() -> None:
    idle = {"edge": [Memory(10, 5, 4), Memory(12, 4, 4)]}
    loaded = {"edge": [Memory(20, 9, 9)], "postgres, a backend": [Memory(7, 3, 2)]}
    assert compare(idle, loaded) == [
        ProcessMemory("edge", 1, 12, 5, 20, 9),
        ProcessMemory("postgres, a backend", 1, 0, 0, 7, 3),
    ]


def test_tables_are_told_by_what_an_answer_adds() -> None:
    def held(entries: int, wal: int, connections: int) -> Held:
        tables = {"billing.entries": entries, "auth.sites": 8_192}
        return Held(tables, wal, {"og_billing": connections}, valkey_bytes=1_000 + wal)

    new = Span(held(0, 0, 2), held(5_000, 30_000, 8), answers=10)
    hits = Span(held(5_000, 30_000, 8), held(25_000, 80_000, 4), answers=100)
    stores = compare_stores(held(0, 0, 1), new, hits, accounts=10)
    assert stores.growths == [Growth("billing.entries", 500, 200)]
    assert (stores.wal_bytes_a_new_card, stores.wal_bytes_a_hit) == (3_000, 500)
    assert stores.connections == {"og_billing": 8}
    assert stores.valkey_loaded_bytes - stores.valkey_idle_bytes == 80_000
    assert stores.row_bytes(hit=True) == 200


def test_tables_take_the_place_of_those_before() -> None:
    text = as_markdown(MEASURED, Demand(1_000), Prices())
    page = f"# Capacity\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    once = put_between(page, text)
    assert "old" not in once
    assert once.endswith("More.\n")
    assert put_between(once, text) == once
    for title in ("Drawing alone", "Memory of a process, MiB", "Machines", "Money"):
        assert f"### {title}" in once
    with pytest.raises(NoPlaceError):
        put_between("# Capacity\n", text)
    assert "was busy" not in text
    busy = replace(MEASURED, conditions=Conditions({}, load_before=9.0))
    assert "was busy" in as_markdown(busy, Demand(1_000), Prices())


def test_the_page_says_what_was_measured() -> None:
    measured = read_json(KEPT.read_bytes())
    assert as_markdown(measured, Demand(1_000), Prices()) in PAGE.read_text()


def test_a_line_with_few_clients_counts_for_sizing() -> None:
    only = replace(MEASURED, served=[MEASURED.served[0], MEASURED.served[2]])
    assert cores(only, Demand(1_000))["edge"] < cores(MEASURED, Demand(1_000))["edge"]
