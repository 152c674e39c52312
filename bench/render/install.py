"""Brings node, the peers and fonts for them into .local/bench, once."""

from __future__ import annotations

import sys
from importlib.metadata import distribution
from pathlib import Path

from bench.peers import LOCAL, Peers

PEERS = Peers(Path(__file__).parent, LOCAL / "bench")
_INTER = "fontpkg_inter/files/Inter[opsz,wght].ttf"
# Satori reads no variable fonts, so that all peers get the instances our cards are set in.
INSTANCES = (("Inter", 400, 14), ("Inter", 600, 14), ("InterDisplay", 700, 32))


def install() -> Path:
    """Give the folder in which the peers run."""
    PEERS.install(_cut_fonts, repr(INSTANCES))
    return PEERS.folder


def _cut_fonts() -> None:
    source = Path(str(distribution("fontpkg-inter").locate_file(_INTER)))
    folder = PEERS.folder / "fonts"
    folder.mkdir(exist_ok=True)
    for name, weight, optical_size in INSTANCES:
        axes = (f"wght={weight}", f"opsz={optical_size}")
        out = ("--quiet", "--output", str(folder / f"{name}-{weight}.ttf"))
        command = [sys.executable, "-m", "fontTools.varLib.instancer", str(source), *axes, *out]
        PEERS.run(command, PYTHONPATH=str(PEERS.tools))
