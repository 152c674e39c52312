"""What a run measures, as values that are kept in a file and read again."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from bench.report import Conditions

MS = 1_000
IDLE = "idle"
HIT, NEW = "card that exists", "new card"
PASSING = frozenset({"edge.drawings", "edge.orphans", "billing.open_reservations"})


@dataclass(frozen=True)
class Served:
    """Answers of one kind by the whole system, from so many clients at a time."""

    kind: str
    clients: int
    answers_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms: Mapping[str, float]
    """Processor time of an answer, by part of the system."""

    @property
    def total_cpu_ms(self) -> float:
        """Of an answer, over all parts; what processes use while nobody asks is left out."""
        return sum(ms for part, ms in self.cpu_ms.items() if part != IDLE)

    @property
    def per_core_s(self) -> float:
        """How many a second one processor gives."""
        return MS / self.total_cpu_ms


@dataclass(frozen=True)
class Drawn:
    """A template's cards as one worker draws them: processor time and bytes of each."""

    template_id: str
    cards: int
    cpu_ms: float
    png_bytes: int
    png_max_bytes: int

    @property
    def kind(self) -> str:
        """The first part of the template's name."""
        return self.template_id.partition("/")[0]


@dataclass(frozen=True)
class Read:
    """Pages as one reader parses them, from bytes in memory."""

    pages_are: str
    pages: int
    mean_bytes: int
    cpu_ms: float
    cpu_p99_ms: float


@dataclass(frozen=True)
class ProcessMemory:
    """Processes of one role: the largest of them when nobody had asked yet, and after the load."""

    role: str
    processes: int
    idle_rss_bytes: int
    idle_pss_bytes: int
    loaded_rss_bytes: int
    loaded_pss_bytes: int


@dataclass(frozen=True)
class Growth:
    """By how much a table grows with its indexes; negative where it gave room back."""

    table: str
    bytes_a_new_card: float
    bytes_a_hit: float

    @property
    def is_passing(self) -> bool:
        """Whether its rows are deleted again by themselves, within hours."""
        return self.table in PASSING


@dataclass(frozen=True)
class Stores:
    """What the stores hold and write."""

    growths: Sequence[Growth]
    wal_bytes_a_new_card: float
    wal_bytes_a_hit: float
    connections: Mapping[str, int]
    """The most that were open at once, by role of PostgreSQL."""
    valkey_idle_bytes: int
    valkey_loaded_bytes: int
    valkey_accounts: int
    """How many accounts asked within the minute before."""

    def row_bytes(self, *, hit: bool) -> float:
        """Add up what stays of an answer."""
        lasting = [it for it in self.growths if not it.is_passing]
        return sum(it.bytes_a_hit if hit else it.bytes_a_new_card for it in lasting)


@dataclass(frozen=True)
class Measured:
    """All of a run."""

    time: str
    """When it ended, by UTC."""
    conditions: Conditions
    effort: Mapping[str, int]
    served: Sequence[Served]
    drawn: Sequence[Drawn]
    read: Sequence[Read]
    memory: Sequence[ProcessMemory]
    stores: Stores

    def line(self, kind: str) -> Served:
        """Give the answers of a kind with the fewest clients: what a busy machine gathers less."""
        return min((it for it in self.served if it.kind == kind), key=lambda it: it.clients)

    @property
    def png_bytes(self) -> float:
        """The mean of a card, every template as often as any other."""
        return statistics.mean(it.png_bytes for it in self.drawn)

    @property
    def kinds(self) -> Mapping[str, Sequence[Drawn]]:
        """The templates by their kind."""
        found: dict[str, list[Drawn]] = {}
        for it in self.drawn:
            found.setdefault(it.kind, []).append(it)
        return found


_FORM = TypeAdapter(Measured)


def to_json(measured: Measured) -> str:
    """Write it down, to be read by read_json()."""
    return _FORM.dump_json(measured, indent=2).decode()


def read_json(text: str | bytes) -> Measured:
    """Read what to_json() wrote; raises ValueError for anything else."""
    return _FORM.validate_json(text)


def mean(values: Iterable[float]) -> float:
    """Give the mean of figures."""
    return statistics.fmean(values)
