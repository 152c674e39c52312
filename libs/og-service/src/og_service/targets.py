"""Which machines gRPC's targets are about (github.com/grpc/grpc, doc/naming.md)."""

from __future__ import annotations

from ipaddress import ip_address


def hosts_of(target: str) -> list[str]:
    """Give the hosts of a target, or of a server's `host:port`; none where it is no network's."""
    scheme, _, rest = target.partition(":")
    if scheme in {"unix", "unix-abstract"}:
        return []
    if scheme in {"ipv4", "ipv6"}:
        return [_host(address) for address in rest.split(",")]
    return [_host(target.removeprefix("dns:").rpartition("/")[2])]


def is_loopback_target(target: str) -> bool:
    """Whether nothing that a target names is beyond this machine."""
    return all(host == "localhost" or is_loopback(host) for host in hosts_of(target))


def is_loopback(host: str) -> bool:
    """Whether a host is an address of loopback."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def _host(address: str) -> str:
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]") if port.isdigit() else address
