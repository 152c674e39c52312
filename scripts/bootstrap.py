"""Make .venv from the hashed requirements; needs nothing but Python's standard library.

`run` installs what the system needs, `dev` what its tests need besides. A second call costs
the time of comparing a digest.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "uv" / "bin" / "uv"
LOCK = VENV / ".installing"  # not .lock, which is uv's own
STAMPS = {kind: VENV / f".installed-{kind}" for kind in ("run", "dev")}
SKIA_PACKAGES = ("libegl1", "libgl1", "libexpat1")
VENV_PACKAGES = ("python3-venv", f"python3.{sys.version_info.minor}-venv")
# By pip's names, less the ending -url: uv reads none of pip's settings, but a machine may reach
# packages only with them.
UV_NAMES = {
    "index": "UV_DEFAULT_INDEX",
    "extra-index": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


def main() -> int:
    """Run the command line: `bootstrap.py run` or `bootstrap.py dev`."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if kind not in STAMPS:
        return _complain(f"what is {kind!r}? use run or dev")
    VENV.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two calls at once: the second waits, then has it all
        if STAMPS["dev"].exists():
            kind = "dev"  # never take from an environment what somebody's tests may be using
        try:
            return 0 if _is_current(kind) else _install(kind)
        except subprocess.CalledProcessError as error:
            return _complain(f"failed: {shlex.join(map(str, error.cmd))}")


def _install(kind: str) -> int:
    _remove_moved_environment()
    if not _make_environment():
        return 1
    _say("installing what the requirements list")
    environment = uv_environment()
    # Once here, or where PYTHONDONTWRITEBYTECODE is set by each process: 10 s instead of 1.
    options = ["--require-hashes", "--compile-bytecode"]
    _uv("sync", *options, str(_requirements(kind)), environment=environment)
    editable = [word for path in _packages() for word in ("-e", str(path.parent))]
    _uv("install", "--no-deps", "--no-build-isolation", *editable, environment=environment)
    if not _skia_works():
        return 1
    STAMPS[kind].write_text(_digest(kind))
    _say("ready")
    return 0


def _is_current(kind: str) -> bool:
    stamp = STAMPS[kind]
    return stamp.exists() and stamp.read_text() == _digest(kind) and PYTHON.exists()


def _digest(kind: str) -> str:
    """Sum up all that the environment follows from; its first line says where it may be."""
    digest = hashlib.sha256()
    for path in (ROOT / "requirements" / "bootstrap.txt", _requirements(kind), *_packages()):
        digest.update(path.read_bytes())
    return f"{ROOT} {sys.version_info.major}.{sys.version_info.minor}\n{digest.hexdigest()}\n"


def _requirements(kind: str) -> Path:
    return ROOT / "requirements" / f"{kind}.txt"


def _packages() -> list[Path]:
    return sorted([*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")])


def _remove_moved_environment() -> None:
    """Start anew where the environment was made elsewhere or for another Python."""
    here = _digest("run").splitlines()[0]
    for stamp in STAMPS.values():
        if stamp.exists() and stamp.read_text().splitlines()[0] != here:
            for path in VENV.iterdir():
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                elif path != LOCK:
                    path.unlink()
            return


def _make_environment() -> bool:
    if UV.exists() and PYTHON.exists():
        return True
    if importlib.util.find_spec("ensurepip") is None and not _apt_install(
        VENV_PACKAGES, "Python lacks its venv module."
    ):
        return False
    _say(f"making {VENV}")
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)  # noqa: S603 - ours
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    options += ["--target", str(UV.parent.parent), "--upgrade"]
    source = ["-r", str(ROOT / "requirements" / "bootstrap.txt")]
    pip = [str(PYTHON), "-m", "pip", "install", *options, *source]
    subprocess.run(pip, check=True, env=_with_caches())  # noqa: S603 - ours
    return True


def _uv(action: str, *arguments: str, environment: dict[str, str]) -> None:
    command = [str(UV), "pip", action, "--quiet", "--python", str(PYTHON), *arguments]
    subprocess.run(command, check=True, env=environment)  # noqa: S603 - ours


def _with_caches() -> dict[str, str]:
    """Keep caches in the environment where there is no home to keep them in."""
    home = Path(os.environ.get("HOME") or "/nonexistent")
    if home.is_dir() and os.access(home, os.W_OK):
        return dict(os.environ)
    caches = {"PIP_CACHE_DIR": VENV / "cache" / "pip", "UV_CACHE_DIR": VENV / "cache" / "uv"}
    return {**{name: str(path) for name, path in caches.items()}, **os.environ, "HOME": str(VENV)}


def uv_environment() -> dict[str, str]:
    """Give what uv is told, from what pip is told."""
    environment = {**_with_caches(), "UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never"}
    # As pip does it, whichever index has the version; the hashes say what may come from it.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    for name, value in pip_settings():
        if uv_name := UV_NAMES.get(name):
            environment.setdefault(uv_name, value)
    return environment


def pip_settings() -> list[tuple[str, str]]:
    """List what pip is told by its files, then by the environment; names less the ending -url."""
    listed = subprocess.run(  # noqa: S603 - ours
        [PYTHON, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True
    ).stdout
    lines = (line.partition("=") for line in listed.splitlines())
    return [
        (name.rpartition(".")[2].removesuffix("-url"), value.strip("'\""))
        for name, _, value in lines
    ]


def _skia_works() -> bool:
    probe = [str(PYTHON), "-c", "import skia"]
    done = subprocess.run(probe, check=False, capture_output=True, text=True)  # noqa: S603 - ours
    if done.returncode == 0:
        return True
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    if not _apt_install(SKIA_PACKAGES, f"The drawing library does not load: {reason}"):
        return False
    subprocess.run(probe, check=True)  # noqa: S603 - ours
    return True


def _apt_install(packages: tuple[str, ...], why: str) -> bool:
    """Install system packages where we may; else name the command and give False."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        _complain(f"{why} Install it and try again:\n  sudo {shlex.join(command)}")
        return False
    _say(f"{why} Installing {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update"], command):
        done = subprocess.run(  # noqa: S603 - ours
            step, check=False, env=quiet, capture_output=True, text=True
        )
    if done.returncode != 0:
        _complain(f"{shlex.join(command)} failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
        return False
    return True


def _say(text: str) -> None:
    print(f"environment: {text}", flush=True)


def _complain(text: str) -> int:
    print(f"environment: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
