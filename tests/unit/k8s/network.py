"""Decides, as a cluster's network would, whether one end may call another (NetworkPolicy v1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from scripts.manifests.render import Manifest

NAMESPACE = "instant-og"


@dataclass(frozen=True)
class End:
    """A pod, or an address outside the cluster."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    namespace: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Labels of its namespace; none where it is no pod."""
    address: str = ""
    ports: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def is_ours(self) -> bool:
        """Whether the policies of our namespace are about it."""
        return self.namespace.get("kubernetes.io/metadata.name") == NAMESPACE


@dataclass(frozen=True)
class Network:
    """The policies of our namespace."""

    policies: list[Manifest]

    def allows(self, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
        """Tell whether a connection comes about: who sends and who gets it must both be let."""
        return self.lets_out(source, target, port, protocol) and self.lets_in(
            source, target, port, protocol
        )

    def lets_out(self, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
        """Tell whether the source's policies allow it."""
        return self._lets("Egress", source, target, target, port, protocol)

    def lets_in(self, source: End, target: End, port: int, protocol: str = "TCP") -> bool:
        """Tell whether the target's policies allow it."""
        return self._lets("Ingress", target, source, target, port, protocol)

    def _lets(
        self, direction: str, subject: End, peer: End, target: End, port: int, protocol: str
    ) -> bool:
        if not subject.is_ours:
            return True
        about = [
            policy["spec"]
            for policy in self.policies
            if direction in policy["spec"]["policyTypes"]
            and _selects(policy["spec"]["podSelector"], subject.labels)
        ]
        side, key = ("to", "egress") if direction == "Egress" else ("from", "ingress")
        return not about or any(
            _is_peer(rule.get(side), peer) and _is_port(rule.get("ports"), target, port, protocol)
            for spec in about
            for rule in spec.get(key, [])
        )


def _is_peer(peers: list[dict[str, Any]] | None, end: End) -> bool:
    return not peers or any(_matches(peer, end) for peer in peers)


def _matches(peer: dict[str, Any], end: End) -> bool:
    if block := peer.get("ipBlock"):
        if not end.address:
            return False
        address = ip_address(end.address)
        return address in ip_network(block["cidr"]) and not any(
            address in ip_network(each) for each in block.get("except", [])
        )
    if not end.namespace:
        return False
    if "namespaceSelector" in peer:
        in_namespace = _selects(peer["namespaceSelector"], end.namespace)
    else:
        in_namespace = end.is_ours
    return in_namespace and _selects(peer.get("podSelector", {}), end.labels)


def _is_port(ports: list[dict[str, Any]] | None, target: End, port: int, protocol: str) -> bool:
    return not ports or any(
        each.get("protocol", "TCP") == protocol
        and port
        == (target.ports.get(each["port"]) if isinstance(each["port"], str) else each["port"])
        for each in ports
    )


def _selects(selector: dict[str, Any], labels: Mapping[str, str]) -> bool:
    wanted = selector.get("matchLabels", {})
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _fits(expression, labels) for expression in selector.get("matchExpressions", [])
    )


def _fits(expression: dict[str, Any], labels: Mapping[str, str]) -> bool:
    value = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return value in expression["values"]
        case "NotIn":
            return value not in expression["values"]
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case other:
            raise ValueError(other)
