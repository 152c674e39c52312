"""Refuse lock files that name a registry, or that lack what a package of ours depends on."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements/*.txt", "**/package-lock.json", "**/uv.lock")
TRACKED_ELSEWHERE = (".venv", ".local", "node_modules")


def main() -> int:
    """Name every fault and exit 1 if there is one."""
    faults = [*_with_addresses(), *_missing_packages()]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _with_addresses() -> list[str]:
    ignored = (ROOT / ".gitignore").read_text().split()
    return [
        f"{path.relative_to(ROOT)}:{number}: a lock file must not hold an address: {line.strip()}"
        for pattern in LOCKS
        for path in sorted(ROOT.glob(pattern))
        if not set(path.relative_to(ROOT).parts) & {*ignored, *TRACKED_ELSEWHERE}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "http" in line and not line.lstrip().startswith("#") and not _is_package(line)
    ]


def _is_package(line: str) -> bool:
    return re.match(r"[\w.-]*http[\w.-]*(\[[\w,-]+\])?==", line) is not None


def _missing_packages() -> list[str]:
    faults = []
    for path in sorted(ROOT.glob("services/*/pyproject.toml")):
        lock = ROOT / "requirements" / f"{path.parent.name}.txt"
        pinned = set(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", lock.read_text(), re.MULTILINE))
        wanted = tomllib.loads(path.read_text())["project"]["dependencies"]
        names = {re.match(r"[\w.-]+", want).group().lower() for want in wanted}  # type: ignore[union-attr]
        faults += [
            f"{lock.relative_to(ROOT)} lacks {name}: run `make lock`"
            for name in sorted(names - pinned)
            if not name.startswith("og-")
        ]
    return faults


if __name__ == "__main__":
    sys.exit(main())
