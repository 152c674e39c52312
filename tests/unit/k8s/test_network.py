"""The network lets through what the code calls, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network

import og_urls.addresses
from og_urls.addresses import is_public
from scripts.manifests.render import Manifest
from tests.unit.k8s.call_graph import (
    API_SERVER,
    DNS,
    NOWHERE,
    PUBLIC,
    Call,
    asks_for_names,
    calls,
    ends,
    outside,
)
from tests.unit.k8s.manifests import Overlay
from tests.unit.k8s.network import End, Network

PORTS = (
    *(22, 25, 53, 80, 443, 465, 587, 4318, 5432, 6379),
    *(6443, 8000, 8080, 9090, 9187, 50051, 50052),
)
NOT_PUBLIC = (
    "10.0.0.1",
    "10.96.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001::1",
    "2002:a00:1::1",
    "3fff::1",
)


def network(overlay: Overlay) -> Network:
    return Network(overlay.of_kind("NetworkPolicy"))


def test_pods_reach_those_they_call_and_nobody_else(overlay: Overlay) -> None:
    network_ = network(overlay)
    assert connections(overlay, network_.allows) == calls(overlay)


def test_each_side_alone_lets_through_what_is_called_and_nothing_else(overlay: Overlay) -> None:
    """What one policy allows by mistake, another one's silence must not hide."""
    network_, ours = network(overlay), {pod.name for pod in ends(overlay) if pod.is_ours}
    out = connections(overlay, lambda *ends: ends[0].is_ours and network_.lets_out(*ends))
    assert out == {call for call in calls(overlay) if call[0] in ours}
    into = connections(overlay, lambda *ends: ends[1].is_ours and network_.lets_in(*ends))
    assert into == {call for call in calls(overlay) if call[1] in ours}


def connections(overlay: Overlay, allows: Callable[[End, End, int], bool]) -> set[Call]:
    pods = ends(overlay)
    return {
        (source.name, target.name, port)
        for source in pods
        for target in pods
        for port in PORTS
        if (source.is_ours or target.is_ours) and port != DNS and allows(source, target, port)
    }


def test_those_who_need_names_ask_for_them_and_nobody_else(overlay: Overlay) -> None:
    pods = ends(overlay)
    (dns,) = [pod for pod in pods if pod.name == "dns"]
    for protocol in ("UDP", "TCP"):
        asking = {
            pod.name
            for pod in pods
            if pod.is_ours and network(overlay).allows(pod, dns, DNS, protocol)
        }
        assert asking == asks_for_names(overlay)


def test_nobody_reaches_more_of_the_world_than_it_has_to(overlay: Overlay) -> None:
    network_ = network(overlay)
    addresses = (*PUBLIC, *NOT_PUBLIC, NOWHERE)
    for source in ends(overlay):
        if not source.is_ours or source.name == "postgres":
            continue
        found = {
            (address, port)
            for address in addresses
            for port in PORTS
            if network_.allows(source, End(address, address=address), port)
        }
        assert found == outside(overlay, source), source.name


def test_render_reaches_nobody_but_for_the_collector_of_traces(overlay: Overlay) -> None:
    pods = ends(overlay)
    (render,) = [pod for pod in pods if pod.name == "Deployment render"]
    traced = any("OTEL_EXPORTER_OTLP_ENDPOINT" in it["data"] for it in settings(overlay))
    everybody = [*pods, *(End(it, address=it) for it in (*PUBLIC, *NOT_PUBLIC, NOWHERE))]
    reached = {
        target.name
        for target in everybody
        for port in PORTS
        for protocol in ("TCP", "UDP")
        if network(overlay).allows(render, target, port, protocol)
    }
    assert reached == ({"prometheus or collector", "dns"} if traced else set())


def settings(overlay: Overlay) -> list[Manifest]:
    return [it for it in overlay.of_kind("ConfigMap") if it.get("data")]


def test_postgres_reaches_its_api_server_and_its_backups_alone(overlay: Overlay) -> None:
    (postgres,) = [pod for pod in ends(overlay) if pod.name == "postgres"]
    for address in PUBLIC:
        for port in PORTS:
            assert not network(overlay).allows(postgres, End(address, address=address), port)
    if overlay.name != "local":
        ports = {
            port
            for port in PORTS
            if network(overlay).allows(postgres, End(NOWHERE, address=NOWHERE), port)
        }
        assert ports == API_SERVER


def test_extract_is_kept_from_the_blocks_that_og_urls_keeps_it_from(overlay: Overlay) -> None:
    """Both lists are one: a block that is added there is missing here, and the reverse."""
    blocks = [
        peer["ipBlock"]
        for rule in overlay.named("NetworkPolicy", "extract")["spec"]["egress"]
        for peer in rule["to"]
    ]
    excepted = {
        ip_network(block["cidr"]): set(map(ip_network, block["except"])) for block in blocks
    }
    assert excepted == {
        ip_network("0.0.0.0/0"): set(og_urls.addresses._NOT_PUBLIC_V4),  # noqa: SLF001 - the table
        og_urls.addresses._UNICAST_V6: set(og_urls.addresses._NOT_PUBLIC_V6),  # noqa: SLF001
    }


def test_what_is_public_is_what_og_urls_calls_so() -> None:
    assert all(is_public(address) for address in PUBLIC)
    assert not any(is_public(address) for address in (*NOT_PUBLIC, NOWHERE))


def test_policies_open_only_ports_that_somebody_listens_on(overlay: Overlay) -> None:
    for policy in overlay.of_kind("NetworkPolicy"):
        for rule in policy["spec"].get("ingress", []):
            assert all(isinstance(port["port"], int) for port in rule["ports"]), policy
