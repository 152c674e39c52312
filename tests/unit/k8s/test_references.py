"""Manifests name each other by labels and names that no schema compares."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import yaml

from scripts.manifests.render import COMPONENTS, K8S, OVERLAYS, ROOT, components_of
from tests.unit.k8s.manifests import SERVICES, Overlay, Workload, secrets_of

SCRIPT = ROOT / "scripts" / "make_secrets.py"


def test_every_component_is_in_an_overlay_or_offered_by_one() -> None:
    offered = (K8S / "overlays" / "production" / "kustomization.yaml").read_text()
    for name in COMPONENTS:
        used = any(name in components_of(overlay) for overlay in OVERLAYS)
        assert used or f"../../components/{name}" in offered, name


def test_readme_names_every_component() -> None:
    text = (K8S / "README.md").read_text()
    assert [name for name in COMPONENTS if f"`{name}`" not in text] == []


def test_deployments_select_their_own_pods_and_no_others(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        if workload.kind == "Deployment":
            assert _selected(overlay, workload.spec["selector"]["matchLabels"]) == [workload]


def test_services_lead_to_pods_that_listen_there(overlay: Overlay) -> None:
    services = overlay.of_kind("Service")
    assert {service["metadata"]["name"] for service in services} >= set(SERVICES)
    for service in services:
        name = service["metadata"]["name"]
        if name == "postgres":
            continue
        (workload,) = _selected(overlay, service["spec"]["selector"])
        assert workload.name == name
        for port in service["spec"]["ports"]:
            assert port["targetPort"] in workload.ports, name


def test_grpc_services_are_headless_and_keep_their_port(overlay: Overlay) -> None:
    """Callers take turns over the addresses of pods, so the port is the pods' own."""
    for workload in overlay.services:
        spec = overlay.named("Service", workload.name)["spec"]
        if workload.name == "edge":
            assert "clusterIP" not in spec
            continue
        assert spec["clusterIP"] == "None", workload
        assert [port["port"] for port in spec["ports"]] == [workload.ports["grpc"]], workload


def test_budgets_let_one_go_and_never_hold_a_broken_one(overlay: Overlay) -> None:
    budgets = overlay.of_kind("PodDisruptionBudget")
    assert {budget["metadata"]["name"] for budget in budgets} == set(SERVICES)
    for budget in budgets:
        spec = budget["spec"]
        (workload,) = _selected(overlay, spec["selector"]["matchLabels"])
        assert workload.name == budget["metadata"]["name"]
        assert spec["maxUnavailable"] == 1
        assert spec["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_who_is_scaled_has_no_number_of_its_own(overlay: Overlay) -> None:
    """Each `kubectl apply` would set it back."""
    scaled = set()
    for scaler in overlay.of_kind("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        scaled.add(target["name"])
        deployment = overlay.named(target["kind"], target["name"])
        assert deployment["apiVersion"] == target["apiVersion"]
        assert "replicas" not in deployment["spec"], target["name"]
        assert scaler["spec"]["minReplicas"] <= scaler["spec"]["maxReplicas"]
    assert scaled == set(SERVICES)


def test_auth_shares_limits_out_by_the_pods_that_there_are_at_least(overlay: Overlay) -> None:
    (auth,) = [it for it in overlay.services if it.name == "auth"]
    pods = overlay.named("HorizontalPodAutoscaler", "auth")["spec"]["minReplicas"]
    assert overlay.environment(auth)["OG_AUTH_REPLICAS"] == str(pods)


def test_volumes_and_settings_exist(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        for volume in workload.pod.get("volumes", []):
            if "configMap" in volume:
                overlay.named("ConfigMap", volume["configMap"]["name"])
            if "persistentVolumeClaim" in volume:
                overlay.named("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
        for source in workload.container.get("envFrom", []):
            overlay.named("ConfigMap", source["configMapRef"]["name"])


def test_secrets_come_from_somewhere(overlay: Overlay) -> None:
    """From make_secrets.py, cert-manager, CloudNativePG, or a command that README.md has."""
    generated = {
        (item["metadata"]["name"], key) for item in made_by_script() for key in item["stringData"]
    }
    certified = {it["spec"]["secretName"] for it in overlay.of_kind("Certificate")}
    wanted = {
        found
        for workload in overlay.workloads
        for found in secrets_of(workload)
        if found[0] not in certified
    } | set(_secrets_of_stores(overlay))
    rest = wanted - generated - set(_made_by_cloudnative_pg(overlay))
    commands = _documented()
    assert {found for found in rest if found[1] not in commands.get(found[0], "")} == set()


def test_secrets_hold_the_same_password_twice() -> None:
    for item in made_by_script():
        values = item["stringData"]
        if item["type"] == "kubernetes.io/basic-auth":
            assert f"//{values['username']}:{values['password']}@postgres:" in values["url"]
        else:
            assert f">{urlsplit(values['url']).password} " in values["users.acl"]


def test_no_secret_is_in_a_manifest(overlay: Overlay) -> None:
    assert overlay.of_kind("Secret") == []


def made_by_script() -> list[dict[str, Any]]:
    finished = subprocess.run(
        [sys.executable, SCRIPT], capture_output=True, text=True, check=True, timeout=30
    )
    return list(yaml.safe_load(finished.stdout)["items"])


def _documented() -> dict[str, str]:
    """Give the rest of each `kubectl create secret generic NAME …` of README.md, by name."""
    text = (K8S / "README.md").read_text().replace("\\\n", " ")
    lines = [line.partition("create secret generic ")[2] for line in text.splitlines()]
    return {words[0]: " ".join(words[1:]) for line in lines if (words := line.split())}


def _secrets_of_stores(overlay: Overlay) -> list[tuple[str, str]]:
    found = []
    for cluster in overlay.of_kind("Cluster"):
        for role in cluster["spec"]["managed"]["roles"]:
            name = role["passwordSecret"]["name"]
            found += [(name, "username"), (name, "password")]
    for store in overlay.of_kind("ObjectStore"):
        credentials = store["spec"]["configuration"]["s3Credentials"]
        found += [(each["name"], each["key"]) for each in credentials.values()]
    return found


def _made_by_cloudnative_pg(overlay: Overlay) -> list[tuple[str, str]]:
    return [(f"{it['metadata']['name']}-ca", "ca.crt") for it in overlay.of_kind("Cluster")]


def _selected(overlay: Overlay, labels: dict[str, str]) -> list[Workload]:
    return [it for it in overlay.workloads if labels.items() <= it.labels.items()]


def test_autoscalers_ask_for_metrics_that_services_have(everything: Overlay) -> None:
    declared = (ROOT / "docs" / "operations" / "metrics.md").read_text()
    asked = [
        metric["pods"]["metric"]
        for scaler in everything.of_kind("HorizontalPodAutoscaler")
        for metric in scaler["spec"]["metrics"]
        if metric["type"] == "Pods"
    ]
    assert len(asked) == 3
    for metric in asked:
        labels = metric.get("selector", {}).get("matchLabels", {})
        series = metric["name"] + (f"{{{','.join(labels)}}}" if labels else "")
        assert f"| `{series}` | gauge |" in declared
        for value in labels.values():
            sources = (ROOT / "services").glob("render/src/**/*.py")
            assert any(f'QueueMeter("{value}"' in path.read_text() for path in sources)
