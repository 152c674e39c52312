"""Generate libs/og-protos from protos/, or with --check say whether it is up to date."""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
GENERATED = ROOT / "libs" / "og-protos" / "src"


def generate(target: Path) -> None:
    """Write the messages, the stubs and their types below target."""
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={PROTOS}"]
    outputs = ("python_out", "grpc_python_out", "mypy_out", "mypy_grpc_out")
    command += [f"--{name}={target}" for name in outputs]
    command += sorted(str(path) for path in PROTOS.rglob("*.proto"))
    # protoc looks for its plugins on PATH; ours stand beside this Python.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    subprocess.run(command, check=True, env={**os.environ, "PATH": path})  # noqa: S603 - ours
    (target / "og" / "py.typed").touch()


def stale_files(fresh: Path, committed: Path) -> list[str]:
    """Name the files that differ between two generated trees."""
    names = {
        str(path.relative_to(tree))
        for tree in (fresh, committed)
        for path in tree.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    _, mismatch, missing = filecmp.cmpfiles(fresh, committed, sorted(names), shallow=False)
    return sorted(mismatch + missing)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
    check_only = parser.parse_args().check
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        generate(fresh)
        if check_only:
            stale = stale_files(fresh, GENERATED)
            for name in stale:
                print(f"stale: {name} (run `make protos`)", file=sys.stderr)
            return 1 if stale else 0
        shutil.rmtree(GENERATED, ignore_errors=True)
        shutil.copytree(fresh, GENERATED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
