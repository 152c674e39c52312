"""Ask the advisory database of PyPI (or OSV) about every locked package, by its locked version.

Exit status: 0 nothing is known against any of them; 1 something is; 69 (EX_UNAVAILABLE of sysexits)
not all could be looked up, and so nothing is said of those: pip-audit itself would say 0.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (("dev", "bootstrap", "ai-local"), ("checkov",))
"""Those of one environment together. dev.txt holds what the services are locked to as well."""
VULNERABLE, UNAVAILABLE = 1, 69
NAMES_SHOWN = 5


class NotAuditedError(Exception):
    """The advisory service gave no answer."""


def main() -> int:
    """Ask about every lock file and judge the answers."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--service", choices=("pypi", "osv"), default="pypi")
    service = parser.parse_args().service
    try:
        packages = [package for locks in LOCKS for package in ask(service, locks)]
    except NotAuditedError as error:
        print(f"audit: NOTHING WAS AUDITED: {error}", file=sys.stderr)
        return UNAVAILABLE
    return judge(packages)


def ask(service: str, locks: Sequence[str]) -> list[dict[str, Any]]:
    """Run pip-audit over lock files, with their hashes, and give what it says of each package."""
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service]
    command += ["--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    command += [
        "--format",
        "json",
        *(f"--requirement={ROOT}/requirements/{lock}.txt" for lock in locks),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - ours
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except json.JSONDecodeError:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotAuditedError(reason) from None


def judge(packages: Sequence[dict[str, Any]]) -> int:
    """Print what is known against the packages, and which were not found; give the exit status.

    A package is what pip-audit gives: `name`, and either `skip_reason` or `version` and `vulns`.
    """
    unseen = [package["name"] for package in packages if "skip_reason" in package]
    vulnerable = [package for package in packages if package.get("vulns")]
    for package in vulnerable:
        for found in package["vulns"]:
            fixed = ", ".join(found.get("fix_versions", ())) or "no version"
            print(f"{package['name']} {package['version']}: {found['id']}, mended in {fixed}")
    if unseen:
        few = ", ".join(unseen[:NAMES_SHOWN]) + (", …" if len(unseen) > NAMES_SHOWN else "")
        print(
            f"audit: {len(unseen)} OF {len(packages)} PACKAGES WERE NOT AUDITED ({few}):"
            " the advisory service knows them not, or is not reached from here.",
            file=sys.stderr,
        )
    else:
        print(f"audit: {len(packages)} packages were looked up, {len(vulnerable)} are vulnerable")
    return VULNERABLE if vulnerable else UNAVAILABLE if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
