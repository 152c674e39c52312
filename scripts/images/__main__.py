"""Build the services' images with podman or docker: `<IMAGE_PREFIX>/<service>:<VERSION>`.

What is built leaves in .local/images the log of its building, and its bill of materials, which the
image holds as well.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

from scripts.images.package_access import package_access
from scripts.images.sbom_check import faults
from scripts.images.tool import BuildFailedError, Tool, find_tool

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / ".local" / "images"
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/Dockerfile"))
SBOM_IN_IMAGE = "/usr/share/instant-og/sbom.cdx.json"


class Built(NamedTuple):
    """An image, its size unpacked in bytes, and the path of its bill of materials."""

    name: str
    id: str
    size_bytes: int
    sbom: str


def main() -> int:
    """Build what the command line names; exit 1 where something failed."""
    parser = argparse.ArgumentParser(prog="make images", description=__doc__)
    parser.add_argument("services", nargs="*", metavar="service", help=f"of {', '.join(SERVICES)}")
    parser.add_argument("--json", action="store_true", help="print what was built as JSON")
    chosen = parser.parse_args()
    if unknown := sorted(set(chosen.services) - set(SERVICES)):
        parser.error(f"no such service: {', '.join(unknown)}; there are {', '.join(SERVICES)}")
    tool = find_tool()
    if tool is None:
        return _complain("podman, or docker with its daemon, is needed to build images")
    OUT.mkdir(parents=True, exist_ok=True)
    try:
        built = [_build(tool, service) for service in chosen.services or SERVICES]
    except BuildFailedError as error:
        return _complain(str(error))
    if chosen.json:
        print(json.dumps([image._asdict() for image in built], indent=2))
    return 0


def image_name(service: str) -> str:
    """Give the name that a service's image has, with its tag."""
    return f"{os.environ.get('IMAGE_PREFIX', 'instant-og')}/{service}:{_version()}"


def _build(tool: Tool, service: str) -> Built:
    name = image_name(service)
    started = time.monotonic()
    print(f"images: building {name}", file=sys.stderr, flush=True)
    arguments = {"VERSION": _version(), "REVISION": _revision()}
    if source := os.environ.get("IMAGE_SOURCE"):
        arguments["SOURCE"] = source
    with package_access() as secrets:
        tool.build(
            ROOT, ROOT / "services" / service / "Dockerfile", name, arguments, secrets,
            log=OUT / f"{service}.log",
        )  # fmt: skip
    sbom = OUT / f"{service}.cdx.json"
    tool.copy_out(name, SBOM_IN_IMAGE, sbom)
    if wrong := faults(sbom.read_text()):
        raise BuildFailedError(f"{sbom} is no CycloneDX 1.6: {wrong[0]}")
    identity, size_bytes = tool.identity(name), tool.size_bytes(name)
    took_s = time.monotonic() - started
    print(f"images: {name} has {size_bytes / 1e6:.0f} MB, in {took_s:.0f} s", file=sys.stderr)
    return Built(name, identity, size_bytes, str(sbom.relative_to(ROOT)))


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return os.environ.get("VERSION") or str(project["version"])


def _revision() -> str:
    """Give the commit, marked where files differ from it; empty outside of a repository."""
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
    done = subprocess.run(  # noqa: S603 - git
        command, cwd=ROOT, check=False, capture_output=True, text=True
    )
    return done.stdout.strip()


def _complain(text: str) -> int:
    print(f"images: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
