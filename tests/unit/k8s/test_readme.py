"""What k8s/README.md has operators add does what it says."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from scripts.manifests.render import K8S, Manifest, build, parse
from tests.unit.k8s.call_graph import (
    DNS,
    GATEWAY,
    GRPC,
    HTTP,
    NOWHERE,
    OURS,
    PUBLIC,
    asks_for_names,
    ends,
)
from tests.unit.k8s.manifests import Overlay
from tests.unit.k8s.network import End, Network

README: Final = (K8S / "README.md").read_text()
BLOCK: Final = re.compile(r"^ *```yaml\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
CONSUMER: Final = {"instantog.com/consumers": "true"}
CALLS_RENDER: Final = {"instantog.com/calls-render": "true"}
NODE_LOCAL_DNS: Final = "169.254.20.10"
LOAD_BALANCER: Final = "198.51.100.9"
RELEASE: Final = {"release": "kube-prometheus-stack"}
ADDED: Final = {
    ("dns", "/spec/egress/0/to/-"): NODE_LOCAL_DNS,
    ("render-dns", "/spec/egress/0/to/-"): NODE_LOCAL_DNS,
    ("postgres", "/spec/egress/1/to/-"): NODE_LOCAL_DNS,
    ("edge", "/spec/ingress/0/from/-"): LOAD_BALANCER,
}
"""Addresses, by policy and place in it."""


def written(kind: str) -> Manifest:
    manifests: list[Manifest] = [yaml.safe_load(text) for text in BLOCK.findall(README)]
    (only,) = [manifest for manifest in manifests if manifest["kind"] == kind]
    return only


def reached(network: Network, source: End, overlay: Overlay) -> set[tuple[str, int]]:
    targets = [*ends(overlay), *(End(it, address=it) for it in (*PUBLIC, NOWHERE))]
    ports = (DNS, 443, 5432, 6379, HTTP, 9090, GRPC, 50052)
    return {(it.name, port) for it in targets for port in ports if network.allows(source, it, port)}


def test_a_program_in_our_namespace_reaches_what_it_calls_and_nothing_else(
    everything: Overlay,
) -> None:
    before = everything.of_kind("NetworkPolicy")
    after = [*before, written("NetworkPolicy")]
    program = End("newsletter", CALLS_RENDER, OURS | CONSUMER)
    assert reached(Network(before), program, everything) == set()
    assert reached(Network(after), program, everything) == {
        ("dns", DNS),
        ("Deployment render", GRPC),
    }
    unlabelled = End("newsletter", CALLS_RENDER, OURS)
    assert reached(Network(after), unlabelled, everything) == {("dns", DNS)}


def test_the_label_on_our_namespace_opens_nothing_by_itself(everything: Overlay) -> None:
    network = Network(everything.of_kind("NetworkPolicy"))
    for pod in ends(everything):
        if pod.is_ours:
            labelled = End(pod.name, pod.labels, OURS | CONSUMER, ports=pod.ports)
            assert reached(network, labelled, everything) == reached(network, pod, everything)


@pytest.fixture(scope="module")
def added_to(tmp_path_factory: pytest.TempPathFactory) -> Overlay:
    """The overlay of an operator who has all that the page speaks of."""
    directory = tmp_path_factory.mktemp("overlay")
    (directory / "cilium.yaml").write_text(yaml.safe_dump(written("CiliumNetworkPolicy")))
    content = {
        "namespace": "instant-og",
        "resources": [relative(K8S / "overlays" / "production", directory), "cilium.yaml"],
        "components": [relative(K8S / "components" / "tracing", directory)],
        "labels": [{"pairs": RELEASE}],
        "patches": [*(addition(*place, address) for place, address in ADDED.items()), deletion()],
    }
    (directory / "kustomization.yaml").write_text(yaml.safe_dump(content))
    return Overlay("added to", parse(build(directory)))


def relative(path: Path, directory: Path) -> str:
    return os.path.relpath(path, directory)


def addition(name: str, place: str, address: str) -> dict[str, Any]:
    assert f"`{place}`" in README
    step = {"op": "add", "path": place, "value": {"ipBlock": {"cidr": f"{address}/32"}}}
    target = {"kind": "NetworkPolicy", "name": name}
    return {"target": target, "patch": yaml.safe_dump([step])}


def deletion() -> dict[str, Any]:
    assert "`$patch: delete`" in README
    name = {"name": "postgres-to-api-server"}
    patch = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": name}
    return {"patch": yaml.safe_dump(patch | {"$patch": "delete"})}


def test_all_who_ask_for_names_reach_a_cache_on_their_node(added_to: Overlay) -> None:
    network = Network(added_to.of_kind("NetworkPolicy"))
    cache = End("cache", address=NODE_LOCAL_DNS)
    for protocol in ("UDP", "TCP"):
        asking = {
            pod.name
            for pod in ends(added_to)
            if pod.is_ours and network.allows(pod, cache, DNS, protocol)
        }
        assert asking == asks_for_names(added_to)


def test_a_load_balancer_outside_reaches_the_edge_beside_gateways_in_pods(
    added_to: Overlay,
) -> None:
    network = Network(added_to.of_kind("NetworkPolicy"))
    (edge,) = [pod for pod in ends(added_to) if pod.name == "Deployment edge"]
    balancer, gateway = End("balancer", address=LOAD_BALANCER), End("gateway", {}, GATEWAY)
    assert network.lets_in(balancer, edge, HTTP)
    assert network.lets_in(gateway, edge, HTTP)
    assert not network.lets_in(End("anybody", address=PUBLIC[0]), edge, HTTP)


def test_cilium_lets_the_pods_of_postgres_to_the_api_server_in_place_of_addresses(
    added_to: Overlay, everything: Overlay
) -> None:
    replaced = everything.named("NetworkPolicy", "postgres-to-api-server")["spec"]
    spec = added_to.named("CiliumNetworkPolicy", "postgres-to-api-server")["spec"]
    assert spec["endpointSelector"] == replaced["podSelector"]
    (rule,) = spec["egress"]
    (ports,) = rule["toPorts"]
    assert [int(it["port"]) for it in ports["ports"]] == [
        it["port"] for it in replaced["egress"][0]["ports"]
    ]
    with pytest.raises(KeyError):
        added_to.named("NetworkPolicy", "postgres-to-api-server")


def test_whatever_prometheus_looks_for_by_labels_has_the_label(added_to: Overlay) -> None:
    sought = added_to.of_kind("PodMonitor", "ServiceMonitor", "PrometheusRule")
    assert sought
    for manifest in sought:
        assert RELEASE.items() <= manifest["metadata"]["labels"].items()
