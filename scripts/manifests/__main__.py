"""Check k8s/: every overlay builds, fits Kubernetes' schemas, and passes checkov but for reasons.

What schemas miss is looked at by tests/unit/k8s. With --unfilled, name instead what an overlay
still leaves open, and exit 1 if that is anything.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import kubernetes_validate  # type: ignore[import-untyped]

from scripts.manifests.render import (
    EVERYTHING,
    MADE,
    OVERLAYS,
    ROOT,
    BuildError,
    Manifest,
    parse,
    render,
)
from scripts.manifests.unfilled import unfilled

KUBERNETES: Final = "1.37"
FOREIGN_GROUPS: Final = frozenset(
    {
        "barmancloud.cnpg.io",
        "cert-manager.io",
        "gateway.networking.k8s.io",
        "monitoring.coreos.com",
        "postgresql.cnpg.io",
    }
)
"""Whose schemas come with their operators and not with Kubernetes."""
CHECKOV_SETTINGS: Final = ROOT / "k8s" / ".checkov.yaml"
CHECKOV_TIMEOUT_S: Final = 300
RENDERED: Final = ROOT / ".local" / "manifests"


def main() -> int:
    """Do what is asked for and exit 1 if there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--checkov", type=Path, help="the program; without it that part is left out"
    )
    parser.add_argument("--unfilled", metavar="OVERLAY", help="of k8s/overlays, such as production")
    options = parser.parse_args()
    return _tell_unfilled(options.unfilled) if options.unfilled else _check(options.checkov)


def _tell_unfilled(overlay: str) -> int:
    try:
        left = unfilled(parse(render(overlay)))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    for wanted, places in left.items():
        print(f"{wanted}: {', '.join(places)}")
    return 1 if left else 0


def _check(checkov: Path | None) -> int:
    begun_s = time.monotonic()
    faults = []
    for overlay in (*OVERLAYS, *MADE):
        try:
            text = render(overlay)
        except BuildError as error:
            faults.append(str(error))
            continue
        RENDERED.mkdir(parents=True, exist_ok=True)
        (RENDERED / f"{overlay}.yaml").write_text(text)
        faults += [f"{overlay}: {fault}" for fault in _misfits(parse(text))]
    for fault in faults:
        print(fault, file=sys.stderr)
    if checkov and not faults and not _passes(checkov):
        faults.append("checkov")
    print(f"{len(OVERLAYS) + len(MADE)} overlays, {time.monotonic() - begun_s:.0f} s")
    return 1 if faults else 0


def _misfits(manifests: list[Manifest]) -> Iterator[str]:
    for manifest in manifests:
        name = f"{manifest['kind']} {manifest['metadata']['name']}"
        if manifest["apiVersion"].partition("/")[0] in FOREIGN_GROUPS:
            continue
        try:
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            yield f"{name}: {manifest['apiVersion']} is nobody's that we know"
        except kubernetes_validate.ValidationError as error:
            yield f"{name}: {'.'.join(map(str, error.path))}: {error.message}"


def _passes(checkov: Path) -> bool:
    """Run checkov over what has everything; it asks nobody outside."""
    command: list[str | Path] = [
        checkov,
        "--config-file",
        CHECKOV_SETTINGS,
        "--file",
        RENDERED / f"{EVERYTHING}.yaml",
        RENDERED / "local.yaml",
    ]
    finished = subprocess.run(command, timeout=CHECKOV_TIMEOUT_S, check=False)  # noqa: S603 - ours
    return finished.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
