"""What was measured as tables in Markdown, a function a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.capacity.figures import IDLE, MS, Growth, Measured, mean
from bench.processes import KIB

MIB = KIB * KIB
LEAST_MS = 0.005
"""What rounds to nothing is no part of an answer."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a table."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def answers(measured: Measured) -> list[str]:
    """Tell answers a second, of a processor and of the machine that was measured on."""
    head = ("", "at once", "a second a core", "CPU ms", "a second here", "p50 ms", "p99 ms")
    return table(
        head,
        (
            (
                *(it.kind, str(it.clients), f"**{it.per_core_s:,.0f}**", f"{it.total_cpu_ms:.2f}"),
                *(f"{it.answers_per_s:,.0f}", f"{it.p50_ms:.1f}", f"{it.p99_ms:.1f}"),
            )
            for it in measured.served
        ),
    )


def parts(measured: Measured) -> list[str]:
    """Tell where the processor time of an answer goes."""
    names = list(dict.fromkeys(name for it in measured.served for name in it.cpu_ms))
    names = [name for name in names if name != IDLE and _is_told(measured, name)]
    return table(
        ("CPU ms", "at once", *names),
        (
            (it.kind, str(it.clients), *(f"{it.cpu_ms.get(name, 0):.2f}" for name in names))
            for it in measured.served
        ),
    )


def _is_told(measured: Measured, part: str) -> bool:
    return any(it.cpu_ms.get(part, 0) >= LEAST_MS for it in measured.served)


def drawing(measured: Measured) -> list[str]:
    """Tell what one worker draws, by kinds of templates."""
    head = ("templates", "", "CPU ms", "cards/s a core", "PNG kB", "largest kB")
    rows = []
    for kind, drawn in [*measured.kinds.items(), ("**all**", measured.drawn)]:
        cpu_ms = mean(it.cpu_ms for it in drawn)
        rows.append(
            (
                *(kind, str(len(drawn)), f"{cpu_ms:.1f}", f"{MS / cpu_ms:.0f}"),
                f"{mean(it.png_bytes for it in drawn) / MS:.0f}",
                f"{max(it.png_max_bytes for it in drawn) / MS:.0f}",
            )
        )
    return table(head, rows)


def reading(measured: Measured) -> list[str]:
    """Tell what one reader reads."""
    return table(
        ("", "pages", "kB a page", "CPU ms", "99 % within ms", "pages/s a core"),
        (
            (
                *(it.pages_are, f"{it.pages:,}", f"{it.mean_bytes / MS:.0f}", f"{it.cpu_ms:.2f}"),
                *(f"{it.cpu_p99_ms:.1f}", f"{MS / it.cpu_ms:.0f}"),
            )
            for it in measured.read
        ),
    )


def memory(measured: Measured) -> list[str]:
    """Tell what processes weigh."""
    head = ("process", "how many", "idle RSS", "idle PSS", "loaded RSS", "loaded PSS")

    def mib(size: int) -> str:
        return f"{size / MIB:.0f}" if size else "–"  # noqa: RUF001

    return table(
        head,
        (
            (
                *(it.role, str(it.processes), mib(it.idle_rss_bytes), mib(it.idle_pss_bytes)),
                *(mib(it.loaded_rss_bytes), mib(it.loaded_pss_bytes)),
            )
            for it in measured.memory
        ),
    )


def rows(measured: Measured) -> list[str]:
    """Tell what an answer leaves in PostgreSQL."""
    stores = measured.stores
    lines = [
        (_called(it), f"{it.bytes_a_new_card:,.0f}", f"{it.bytes_a_hit:,.1f}")
        for it in stores.growths
    ]
    total = [f"**{stores.row_bytes(hit=hit):,.0f}**" for hit in (False, True)]
    wal = (f"{stores.wal_bytes_a_new_card:,.0f}", f"{stores.wal_bytes_a_hit:,.0f}")
    return table(
        ("bytes", "a new card", "a card that exists"),
        [*lines, ("**what stays**", *total), ("write-ahead log", *wal)],
    )


def _called(growth: Growth) -> str:
    return f"`{growth.table}`{' (for an hour or so)' if growth.is_passing else ''}"


def stores(measured: Measured) -> list[str]:
    """Tell of connections, and of Valkey."""
    it = measured.stores
    connections = ", ".join(f"{role} {count}" for role, count in it.connections.items())
    grown = (it.valkey_loaded_bytes - it.valkey_idle_bytes) / it.valkey_accounts
    valkey = (
        f"{it.valkey_idle_bytes / MIB:.1f} MiB with nothing in it, "
        f"{it.valkey_loaded_bytes / MIB:.1f} MiB while {it.valkey_accounts:,} accounts were "
        f"asking as fast as they could: {grown / KIB:.1f} KiB an account"
    )
    return [
        f"- Connections to PostgreSQL, the most seen: {connections}.",
        f"- Valkey: {valkey}.",
    ]
