"""What billing counts."""

from __future__ import annotations

from collections import Counter as Sums
from collections.abc import Iterable
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from og_billing.entries import Action, Entry
from og_billing.errors import ServiceError
from og_service.metrics import REGISTRY

BATCH_COMMANDS: Final = Histogram(
    "og_billing_batch_commands",
    "Commands that one transaction wrote together.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000),
    registry=REGISTRY,
)
BATCH_SECONDS: Final = Histogram(
    "og_billing_batch_seconds",
    "What a transaction took, its repetitions included, whether it was written or failed.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
QUEUED_SECONDS: Final = Gauge(
    "og_billing_queued_seconds",
    "How long the oldest command waits that is not being written yet; 0 where none waits.",
    registry=REGISTRY,
)
SWEEP_TIME: Final = Gauge(
    "og_billing_sweep_timestamp_seconds",
    "When expired reservations and ended months were looked for last, in Unix time.",
    registry=REGISTRY,
)
PAYMENT_EVENTS: Final = Counter(
    "og_billing_payment_events",
    "Events of Stripe's, by what they are about (plan, payment, other, or unknown where they were "
    "not read) and by what became of them: handled, known (handled before), nobodys, refused, "
    "failed.",
    ["subject", "result"],
    registry=REGISTRY,
)
for _subject in ("plan", "payment", "other"):
    for _result in ("handled", "known", "nobodys", "failed"):
        PAYMENT_EVENTS.labels(_subject, _result)  # from 0, or nobody sees the first
PAYMENT_EVENTS.labels("unknown", "refused")
_ENTRIES: Final = Counter(
    "og_billing_entries",
    "Entries that this process wrote to the ledger, by what they did and for which kind of card.",
    ["action", "kind"],
    registry=REGISTRY,
)
_CREDITS: Final = Counter(
    "og_billing_credits",
    "Credits of these entries; what a capture or a release lets expire counts as expire.",
    ["action", "kind"],
    registry=REGISTRY,
)
_REFUSALS: Final = Counter(
    "og_billing_refusals",
    "Commands that were refused, in a batch or alone, by the reason that the caller is told.",
    ["reason"],
    registry=REGISTRY,
)


def count_posted(written: Iterable[Entry], outcomes: Iterable[object]) -> None:
    """Count what a batch wrote, and what of it was refused."""
    entries, moved = Sums[tuple[Action, str]](), Sums[tuple[Action, str]]()
    for entry in written:
        key = entry.action, entry.kind or ""
        entries[key] += 1
        moved[key] += entry.credits
        if entry.expired_credits:
            moved[Action.EXPIRE, key[1]] += entry.expired_credits
    for counter, sums in ((_ENTRIES, entries), (_CREDITS, moved)):
        for (action, kind), amount in sums.items():
            counter.labels(action.value, kind).inc(amount)
    for reason, times in Sums(
        each.reason for each in outcomes if isinstance(each, ServiceError)
    ).items():
        _REFUSALS.labels(reason).inc(times)
