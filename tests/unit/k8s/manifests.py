"""Ways to look at rendered manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scripts.manifests.render import Manifest

WORKLOADS = {"Deployment", "Job", "CronJob"}
SERVICES = ("auth", "billing", "edge", "extract", "render")
NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"


@dataclass(frozen=True)
class Workload:
    """Something that starts pods."""

    kind: str
    name: str
    spec: dict[str, Any]
    labels: dict[str, str]
    """Its pods'."""
    pod: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def container(self) -> dict[str, Any]:
        """Give the only one."""
        (only,) = self.pod["containers"]
        return dict(only)

    @property
    def service(self) -> str:
        """Give the service whose image it runs."""
        return self.labels[NAME]

    @property
    def component(self) -> str:
        """Give what it does: `service`, `migration`, `audit` or `store`."""
        return self.labels[COMPONENT]

    @property
    def ports(self) -> dict[str, int]:
        """Give the container's ports by name."""
        return {port["name"]: port["containerPort"] for port in self.container.get("ports", [])}


@dataclass(frozen=True)
class Overlay:
    """All that one kustomization gives."""

    name: str
    manifests: list[Manifest] = field(repr=False)

    def of_kind(self, *kinds: str) -> list[Manifest]:
        """Give those of some kinds."""
        return [manifest for manifest in self.manifests if manifest["kind"] in kinds]

    def named(self, kind: str, name: str) -> Manifest:
        """Give one; KeyError names it where it is not there."""
        for manifest in self.of_kind(kind):
            if manifest["metadata"]["name"] == name:
                return manifest
        raise KeyError(f"{self.name}: {kind} {name}")

    @property
    def workloads(self) -> list[Workload]:
        """Give all that starts pods, but for what operators of others do."""
        return [_workload(manifest) for manifest in self.of_kind(*WORKLOADS)]

    @property
    def ours(self) -> list[Workload]:
        """Give those that run our images."""
        return [workload for workload in self.workloads if workload.service in SERVICES]

    @property
    def services(self) -> list[Workload]:
        """Give the five Deployments."""
        return [it for it in self.ours if it.kind == "Deployment"]

    def environment(self, workload: Workload, secret: str = "") -> dict[str, str]:
        """Give a container's environment, with that text for whatever comes from Secrets."""
        container = workload.container
        found: dict[str, str] = {}
        for source in container.get("envFrom", []):
            found |= self.named("ConfigMap", source["configMapRef"]["name"]).get("data", {})
        for entry in container.get("env", []):
            found[entry["name"]] = entry.get("value", secret)
        return found


def secrets_of(workload: Workload) -> Iterator[tuple[str, str]]:
    """Give name and key of each Secret that a pod is given; no key where it is all of it."""
    for entry in workload.container.get("env", []):
        if reference := entry.get("valueFrom", {}).get("secretKeyRef"):
            yield reference["name"], reference["key"]
    for volume in workload.pod.get("volumes", []):
        if secret := volume.get("secret"):
            for item in secret.get("items", [{"key": ""}]):
                yield secret["secretName"], item["key"]


def _workload(manifest: Manifest) -> Workload:
    spec = manifest["spec"]
    template = (spec["jobTemplate"]["spec"] if manifest["kind"] == "CronJob" else spec)["template"]
    return Workload(
        kind=manifest["kind"],
        name=manifest["metadata"]["name"],
        spec=spec,
        labels=template["metadata"]["labels"],
        pod=template["spec"],
    )
