"""Each service runs with the packages of its own lock alone, as in its image."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bootstrap import uv_environment
from tests.support.workspace import ROOT, SERVICES, libraries_of

UV = ROOT / ".venv" / "uv" / "bin" / "uv"
INSTALL_TIMEOUT_S = 300
CONFIG_EXIT_STATUS = 78
IMPORT_ALL = ROOT / "scripts" / "images" / "import_all.py"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build our own packages, as an image's build does."""
    folder = tmp_path_factory.mktemp("wheels")
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--quiet"]
    packages = [path.parent for path in (*ROOT.glob("libs/*/pyproject.toml"),
                                         *ROOT.glob("services/*/pyproject.toml"))]  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        *offline,
        "--wheel-dir",
        str(folder),
        *map(str, packages),
    ]
    subprocess.run(command, check=True, timeout=INSTALL_TIMEOUT_S)
    return folder


@pytest.fixture(scope="module", params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def python(service: str, wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the lock of the service and our packages, into an environment with nothing else."""
    folder = tmp_path_factory.mktemp(service)
    python = folder / "bin" / "python"
    lock = ROOT / "requirements" / f"{service}.txt"
    ours = [f"og-{service}", *libraries_of(service)]
    built = [path for name in ours for path in wheels.glob(f"{name.replace('-', '_')}-*.whl")]
    uv("venv", "--allow-existing", "--python", sys.executable, folder)
    install: list[str | Path] = ["pip", "install", "--quiet", "--no-deps", "--python", python]
    uv(*install, "--require-hashes", "--only-binary", ":all:", "--requirement", lock)
    uv(*install, "--no-index", *built)
    return python


def uv(*words: str | Path) -> None:
    subprocess.run([UV, *words], check=True, timeout=INSTALL_TIMEOUT_S, env=uv_environment())


def run(python: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "OG_ENVIRONMENT": "nowhere"}
    return subprocess.run(
        [python, "-P", *words], check=False, capture_output=True, text=True, env=settings
    )


@pytest.mark.timeout(2 * INSTALL_TIMEOUT_S)
def test_every_module_of_the_service_finds_what_it_imports(python: Path, service: str) -> None:
    done = run(python, str(IMPORT_ALL), f"og_{service}")
    assert done.returncode == 0, done.stderr


def test_the_service_starts_as_far_as_its_settings(python: Path, service: str) -> None:
    done = run(python, "-m", f"og_{service}")
    assert done.returncode == CONFIG_EXIT_STATUS, done.stderr
    assert "ENVIRONMENT" in done.stderr
