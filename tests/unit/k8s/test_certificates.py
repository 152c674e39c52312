"""Who is who: callers know a server by its names, a server its callers by their only URI."""

from __future__ import annotations

from typing import Any

from og_service.policy import AUDITOR, EDGE, OPERATOR
from tests.unit.k8s.call_graph import GRPC_SERVICES
from tests.unit.k8s.manifests import Overlay
from tests.unit.k8s.network import NAMESPACE

FORWARDED = {"auth", "billing"}
"""Where operators' `og` goes, by kubectl port-forward."""
NAMES = {"commonName", "dnsNames", "ipAddresses", "emailAddresses", "otherNames", "subject"}
"""Of cert-manager's Certificate, besides `uris`."""


def identities(overlay: Overlay) -> dict[str, dict[str, Any]]:
    certificates = overlay.of_kind("Certificate")
    return {it["metadata"]["name"]: it["spec"] for it in certificates if not it["spec"].get("isCA")}


def test_only_servers_have_names_and_each_its_own(overlay: Overlay) -> None:
    """A caller takes whoever has a certificate of ours for the name that it asked for."""
    for name, spec in identities(overlay).items():
        expected: set[str] = set()
        if name in GRPC_SERVICES:
            inside = ("", f".{NAMESPACE}", f".{NAMESPACE}.svc", f".{NAMESPACE}.svc.cluster.local")
            expected = {f"{name}{rest}" for rest in inside}
        if name in FORWARDED:
            expected.add("localhost")
        assert set(spec.get("dnsNames", ())) == expected, name
        assert NAMES & spec.keys() <= {"dnsNames"}, name


def test_an_identity_is_one_uri(overlay: Overlay) -> None:
    found = identities(overlay)
    assert set(found) == {*GRPC_SERVICES, EDGE, OPERATOR, AUDITOR}
    for name, spec in found.items():
        assert spec["uris"] == [f"spiffe://instant-og.internal/{name}"]
        assert spec["secretName"] == f"{name}-tls"
        assert ("server auth" in spec["usages"]) == (name in GRPC_SERVICES)


def test_no_pod_is_an_operator(overlay: Overlay) -> None:
    """What may do everything stays with people."""
    secret = identities(overlay)[OPERATOR]["secretName"]
    for workload in overlay.workloads:
        for volume in workload.pod.get("volumes", []):
            assert volume.get("secret", {}).get("secretName") != secret, workload
