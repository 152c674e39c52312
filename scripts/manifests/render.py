"""What `kubectl kustomize` makes of k8s/: each overlay, and those that are made for tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import yaml

Manifest = dict[str, Any]

ROOT: Final = Path(__file__).resolve().parents[2]
K8S: Final = ROOT / "k8s"
OVERLAYS: Final = sorted(path.parent.name for path in K8S.glob("overlays/*/kustomization.yaml"))
COMPONENTS: Final = sorted(path.parent.name for path in K8S.glob("components/*/kustomization.yaml"))
EVERYTHING: Final = "everything"
"""The overlay `production` with all components that it leaves to the operator."""
RECOVERED: Final = "recovered"
"""The overlay `production` whose PostgreSQL comes out of its backups."""
MADE: Final = (EVERYTHING, RECOVERED)
"""Overlays that are in no folder of k8s/."""
NOT_IN_PRODUCTION: Final = frozenset({"cards-volume", "postgres-recovered"})
"""Stand where `object-store` does, in clusters of one node, and where an empty PostgreSQL would."""
RECOVERY: Final = {"cluster": "postgres-2", "from": "postgres", "moment": "2026-11-26T10:12:00Z"}
"""What an operator says to recover."""
BUILD_TIMEOUT_S: Final = 60
_KUBECTL: Final = Path(sys.executable).parent / "kubectl"


class BuildError(Exception):
    """Kustomize refused; the message is its own."""


def render(overlay: str) -> str:
    """Give an overlay's manifests as YAML; raises BuildError."""
    return build(_made(overlay) if overlay in MADE else K8S / "overlays" / overlay)


def build(directory: Path) -> str:
    """Give a kustomization's manifests as YAML; raises BuildError."""
    finished = subprocess.run(  # noqa: S603 - ours
        [_KUBECTL, "kustomize", directory],
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_S,
        check=False,
    )
    if finished.returncode:
        raise BuildError(f"{directory.name}: {finished.stderr.strip()}")
    return finished.stdout


def parse(text: str) -> list[Manifest]:
    """Read the documents of a YAML stream."""
    return [document for document in yaml.load_all(text, yaml.CSafeLoader) if document]


def components_of(overlay: str) -> list[str]:
    """Name the components that an overlay's own kustomization.yaml lists, in its order."""
    text = (K8S / "overlays" / overlay / "kustomization.yaml").read_text()
    return [Path(path).name for path in yaml.safe_load(text).get("components", [])]


def _made(overlay: str) -> Path:
    directory = ROOT / ".local" / "manifests" / overlay
    directory.mkdir(parents=True, exist_ok=True)
    content: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "instant-og",
        "resources": [os.path.relpath(K8S / "overlays" / "production", directory)],
    }
    if overlay == EVERYTHING:
        further = sorted({*COMPONENTS} - {*components_of("production")} - NOT_IN_PRODUCTION)
    else:
        further = ["postgres-recovered"]
        content["configMapGenerator"] = [local("recovery", RECOVERY)]
    content["components"] = [os.path.relpath(K8S / "components" / it, directory) for it in further]
    temporary = directory / f"{os.getpid()}.yaml"
    temporary.write_text(yaml.safe_dump(content))
    temporary.replace(directory / "kustomization.yaml")
    return directory


def local(name: str, values: dict[str, str]) -> dict[str, Any]:
    """Generate a ConfigMap that components take from and the cluster gets none of."""
    return {
        "name": name,
        "literals": [f"{key}={value}" for key, value in values.items()],
        "options": {"annotations": {"config.kubernetes.io/local-config": "true"}},
    }
