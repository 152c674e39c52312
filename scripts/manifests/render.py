"""What `kubectl kustomize` makes of k8s/: each overlay, and one that has every component."""

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
NOT_IN_PRODUCTION: Final = frozenset({"cards-volume"})
"""Stands where `object-store` does, in clusters of one node."""
BUILD_TIMEOUT_S: Final = 60
_KUBECTL: Final = Path(sys.executable).parent / "kubectl"


class BuildError(Exception):
    """Kustomize refused; the message is its own."""


def render(overlay: str) -> str:
    """Give an overlay's manifests as YAML; raises BuildError."""
    directory = _everything() if overlay == EVERYTHING else K8S / "overlays" / overlay
    finished = subprocess.run(  # noqa: S603 - ours
        [_KUBECTL, "kustomize", directory],
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_S,
        check=False,
    )
    if finished.returncode:
        raise BuildError(f"{overlay}: {finished.stderr.strip()}")
    return finished.stdout


def parse(text: str) -> list[Manifest]:
    """Read the documents of a YAML stream."""
    return [document for document in yaml.load_all(text, yaml.CSafeLoader) if document]


def components_of(overlay: str) -> set[str]:
    """Name the components that an overlay's own kustomization.yaml lists."""
    text = (K8S / "overlays" / overlay / "kustomization.yaml").read_text()
    return {Path(path).name for path in yaml.safe_load(text).get("components", [])}


def _everything() -> Path:
    directory = ROOT / ".local" / "manifests" / EVERYTHING
    directory.mkdir(parents=True, exist_ok=True)
    further = sorted(set(COMPONENTS) - components_of("production") - NOT_IN_PRODUCTION)
    content = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "instant-og",
        "resources": [os.path.relpath(K8S / "overlays" / "production", directory)],
        "components": [os.path.relpath(K8S / "components" / name, directory) for name in further],
    }
    temporary = directory / f"{os.getpid()}.yaml"
    temporary.write_text(yaml.safe_dump(content))
    temporary.replace(directory / "kustomization.yaml")
    return directory
