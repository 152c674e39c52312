"""The kubelet asks for names and ports that the servers have."""

from __future__ import annotations

from contextlib import nullcontext

from og.auth.v1 import auth_pb2
from og.billing.v1 import billing_pb2
from og.extract.v1 import extract_pb2
from og.render.v1 import render_pb2
from og_edge.app import create_rest
from tests.unit.k8s.manifests import Overlay, Workload

CONTRACTS = {
    "auth": auth_pb2.DESCRIPTOR,
    "billing": billing_pb2.DESCRIPTOR,
    "extract": extract_pb2.DESCRIPTOR,
    "render": render_pb2.DESCRIPTOR,
}
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
WHOLE_SERVER = ""


def registered(service: str) -> set[str]:
    names = {each.full_name for each in CONTRACTS[service].services_by_name.values()}
    return names | {WHOLE_SERVER}


def test_grpc_services_are_asked_on_the_port_without_tls(overlay: Overlay) -> None:
    for workload in _grpc(overlay):
        address = overlay.environment(workload)["OG_HEALTH_ADDRESS"]
        for probe in PROBES:
            asked = workload.container[probe]["grpc"]
            assert asked["port"] == workload.ports["health"], (workload, probe)
            assert address == f"0.0.0.0:{asked['port']}", (workload, probe)


def test_grpc_services_are_asked_for_names_that_they_register(overlay: Overlay) -> None:
    for workload in _grpc(overlay):
        for probe in PROBES:
            assert workload.container[probe]["grpc"]["service"] in registered(workload.name)
        assert workload.container["readinessProbe"]["grpc"]["service"] != WHOLE_SERVER


def test_edge_is_asked_for_itself_alone(overlay: Overlay) -> None:
    (edge,) = [it for it in overlay.services if it.name == "edge"]
    for probe in PROBES:
        assert edge.container[probe]["httpGet"] == {"path": "/healthz", "port": "http"}


def test_servers_listen_on_the_ports_that_are_named(overlay: Overlay) -> None:
    for workload in overlay.services:
        settings, ports = overlay.environment(workload), workload.ports
        assert settings["OG_METRICS_ADDRESS"] == f"0.0.0.0:{ports['metrics']}", workload
        if workload.name == "edge":
            assert settings["OG_HTTP_PORT"] == str(ports["http"])
            assert settings["OG_HTTP_HOST"] == "0.0.0.0"  # noqa: S104 - compared with
        else:
            assert settings["OG_LISTEN_ADDRESS"] == f"0.0.0.0:{ports['grpc']}", workload


def test_a_start_may_take_as_long_as_a_migration_usually_does(overlay: Overlay) -> None:
    for workload in overlay.services:
        probe = workload.container["startupProbe"]
        assert probe["periodSeconds"] * probe["failureThreshold"] >= 300, workload


def _grpc(overlay: Overlay) -> list[Workload]:
    found = [it for it in overlay.services if it.name != "edge"]
    assert len(found) == len(CONTRACTS)
    return found


def test_edge_has_that_path() -> None:
    app = create_rest(nullcontext)  # type: ignore[arg-type]
    assert "/healthz" in {getattr(route, "path", "") for route in app.routes}
