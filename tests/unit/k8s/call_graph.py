"""Who calls whom, as the code and the settings have it, and everybody who might try."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from og_auth.smtp import parse_smtp_url
from og_edge.audit import command as edge_audit
from og_edge.settings import Settings as EdgeSettings
from og_service.settings import CommonSettings
from og_urls.page_url import DEFAULT_PORTS
from tests.unit.k8s.manifests import COMPONENT, NAME, SERVICES, Overlay, Workload
from tests.unit.k8s.network import NAMESPACE, End

Call = tuple[str, str, int]
"""Who, whom, at which port."""

GRPC: Final = 50051
METRICS: Final = 9090
POSTGRES: Final = 5432
POSTGRES_STATUS: Final = 8000
POSTGRES_METRICS: Final = 9187
VALKEY: Final = 6379
HTTPS: Final = 443
HTTP: Final = 8080
DNS: Final = 53
SUBMISSION: Final = frozenset({465, 587})
API_SERVER: Final = frozenset({443, 6443})

OURS: Final = {"kubernetes.io/metadata.name": NAMESPACE}
SYSTEM: Final = {"kubernetes.io/metadata.name": "kube-system"}
GATEWAY: Final = {"kubernetes.io/metadata.name": "a", "instantog.com/gateway": "true"}
MONITORING: Final = {"kubernetes.io/metadata.name": "b", "instantog.com/monitoring": "true"}
CONSUMERS: Final = {"kubernetes.io/metadata.name": "c", "instantog.com/consumers": "true"}
OPERATORS: Final = {"kubernetes.io/metadata.name": "cnpg-system"}
STRANGERS: Final = {"kubernetes.io/metadata.name": "d"}

NOWHERE: Final = "192.0.2.7"
"""Of the block that stands in manifests for what an operator has to say."""
PUBLIC: Final = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "1.1.1.1", "8.8.8.8")
GRPC_SERVICES: Final = tuple(name for name in SERVICES if name != "edge")


def ends(overlay: Overlay) -> list[End]:
    """Give every pod of ours, those of others that matter, and those that should not."""
    found = [
        End(str(workload), workload.labels, OURS, ports=workload.ports)
        for workload in overlay.workloads
    ]
    found += [
        End("postgres", {"cnpg.io/cluster": it["metadata"]["name"]}, OURS)
        for it in overlay.of_kind("Cluster")
    ]
    found += [
        End("a pod in our namespace that nobody knows", {}, OURS),
        End("gateway", {}, GATEWAY),
        End("prometheus or collector", {}, MONITORING),
        End("dns", {"k8s-app": "kube-dns"}, SYSTEM),
        End("another pod of the system", {}, SYSTEM),
        End("operator of postgres", {NAME: "cloudnative-pg"}, OPERATORS),
        End("its neighbour", {}, OPERATORS),
        End("a pod elsewhere", {}, STRANGERS),
        End("a pod elsewhere that calls itself edge", _labels("edge"), STRANGERS),
        End("a pod of the consumers' without a label", {}, CONSUMERS),
    ]
    for name in GRPC_SERVICES:
        wants = {f"instantog.com/calls-{name}": "true"}
        found.append(End(f"consumer of {name}", wants, CONSUMERS))
        found.append(End(f"would-be consumer of {name}", wants, STRANGERS))
    return found


def calls(overlay: Overlay) -> set[Call]:
    """Give every call between pods that there has to be."""
    found = {("gateway", "Deployment edge", HTTP)}
    if "metrics_address" in CommonSettings.model_fields:
        found |= {("prometheus or collector", f"Deployment {it}", METRICS) for it in SERVICES}
    if any(it["metadata"]["name"] == "postgres" for it in overlay.of_kind("PodMonitor")):
        found.add(("prometheus or collector", "postgres", POSTGRES_METRICS))
    for name in GRPC_SERVICES:
        found.add((f"consumer of {name}", f"Deployment {name}", GRPC))
    for workload in overlay.ours:
        found |= {(str(workload), *target) for target in _called_by(overlay, workload)}
    found |= {
        ("postgres", "postgres", POSTGRES),
        ("postgres", "postgres", POSTGRES_STATUS),
        ("operator of postgres", "postgres", POSTGRES),
        ("operator of postgres", "postgres", POSTGRES_STATUS),
    }
    return found


def asks_for_names(overlay: Overlay) -> set[str]:
    """Name those that call anybody by a name, and so ask DNS."""
    named = {source for source, _, _ in calls(overlay)} & {str(it) for it in overlay.ours}
    return named | {"postgres", "Deployment extract"}


def outside(overlay: Overlay, source: End) -> set[tuple[str, int]]:
    """Give the addresses and ports outside the cluster that somebody has to reach."""
    workload = next((it for it in overlay.workloads if str(it) == source.name), None)
    if workload is None:
        return set()
    settings = overlay.environment(workload)
    found: set[tuple[str, int]] = set()
    if source.name == "Deployment extract":
        found |= {(address, port) for address in PUBLIC for port in DEFAULT_PORTS.values()}
    if urlsplit(settings.get("OG_CARD_STORE_URL", "")).scheme == "s3" and _serves(workload):
        found.add((NOWHERE, HTTPS))
    if "STRIPE_SECRET_KEY" in settings:
        found.add((NOWHERE, HTTPS))
    if "SMTP_URL" in settings:
        found |= {(NOWHERE, port) for port in SUBMISSION}
        assert {parse_smtp_url(f"smtps://mail.example.com:{port}").port for port in SUBMISSION}
    return found


def _called_by(overlay: Overlay, workload: Workload) -> Iterator[tuple[str, int]]:
    settings = overlay.environment(workload)
    if workload.component == "service":
        if workload.service == "edge":
            targets = [it for it in EdgeSettings.model_fields if it.endswith("_target")]
            yield from ((f"Deployment {it.removesuffix('_target')}", GRPC) for it in targets)
        if "REDIS_URL" in settings:
            yield "Deployment valkey", VALKEY
        if endpoint := settings.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            yield "prometheus or collector", urlsplit(endpoint).port or 0
    if workload.component == "audit" and workload.service == "edge":
        source = inspect.getsource(edge_audit)
        for name in GRPC_SERVICES:
            if f"settings.{name}_target" in source:
                yield f"Deployment {name}", GRPC
    if {"DATABASE_URL", "MIGRATION_DATABASE_URL"} & settings.keys():
        yield "postgres", POSTGRES


def _labels(service: str) -> dict[str, str]:
    return {NAME: service, COMPONENT: "service"}


def _serves(workload: Workload) -> bool:
    return workload.component == "service"
