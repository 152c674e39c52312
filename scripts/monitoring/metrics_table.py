"""Every metric of every service, as the code declares it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from prometheus_client.metrics import MetricWrapperBase

import og_service
from og_stack.processes import SERVICES


@dataclass(frozen=True)
class Declared:
    """A metric: its name as a scrape has it but for histograms' endings, and its labels."""

    name: str
    kind: str
    labels: tuple[str, ...]
    documentation: str
    bounds: tuple[float, ...] = ()
    """Of a histogram's buckets."""

    @property
    def sample_names(self) -> frozenset[str]:
        """How its samples are named."""
        if self.kind == "histogram":
            return frozenset(f"{self.name}_{end}" for end in ("bucket", "count", "sum"))
        return frozenset({self.name})

    @property
    def sample_labels(self) -> frozenset[str]:
        """Which labels a sample may have that are ours."""
        return frozenset(self.labels) | ({"le"} if self.kind == "histogram" else set())


def shared() -> list[Declared]:
    """Give what every service has."""
    modules = pkgutil.walk_packages(og_service.__path__, "og_service.")
    found = [
        metric
        for module in modules
        if not module.ispkg
        for metric in declared_in(importlib.import_module(module.name))
    ]
    return sorted(set(found), key=lambda metric: metric.name)


def own(service: str) -> list[Declared]:
    """Give what one service has besides."""
    return list(declared_in(importlib.import_module(f"og_{service}.metrics")))


def everything() -> list[Declared]:
    """Give every metric there is."""
    return [*shared(), *(metric for service in SERVICES for metric in own(service))]


def declared_in(module: ModuleType) -> Iterator[Declared]:
    """Give the metrics that a module's variables are, in their order."""
    for value in vars(module).values():
        if isinstance(value, MetricWrapperBase):
            [family] = value.describe()
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = tuple(value._labelnames)  # noqa: SLF001 - nothing public tells them
            bounds = tuple(getattr(value, "_upper_bounds", ()))
            yield Declared(name, family.type, labels, family.documentation, bounds)


def table() -> str:
    """Write all of it for people."""
    lines: list[str] = []
    groups = [("Every service", shared()), *((name, own(name)) for name in SERVICES)]
    for title, metrics in groups:
        lines += ["", f"## {title}", "", "| Metric | Kind | Tells |", "|---|---|---|"]
        for each in metrics:
            labels = "{" + ",".join(each.labels) + "}" if each.labels else ""
            lines.append(f"| `{each.name}{labels}` | {each.kind} | {each.documentation} |")
    return "\n".join(lines).lstrip() + "\n"
