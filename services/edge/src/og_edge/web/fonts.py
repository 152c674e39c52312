"""The letters of pages: the Latin part of Inter and JetBrains Mono, made once in each process.

Made by a process of its own, since the two take 2 s of CPU (fonttools 4.68, measured) that would
delay cards; pages use letters of the system's until they are there.
"""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

MAKING_TIMEOUT_S: Final = 60.0
FONTS: Final = {
    "inter.woff2": ("fontpkg-inter", "fontpkg_inter/files/Inter[opsz,wght].ttf"),
    "mono.woff2": (
        "fontpkg-jetbrains-mono",
        "fontpkg_jetbrains_mono/files/JetBrainsMono[wght].ttf",
    ),
}
FEATURES: Final = ["calt", "ccmp", "kern", "liga", "locl", "mark", "tnum", "zero"]
_UNICODES: Final = (
    *range(0x20, 0x100),  # Latin as the west of Europe writes it; all of Latin takes twice as long
    *range(0x2010, 0x2028),  # dashes, quotes, ellipsis
    *(0x20AC, 0x2122, 0x2190, 0x2192, 0x2212, 0x2713, 0x2715),  # euro, arrows, minus, tick
)


class Fonts:
    """Gives the files of FONTS."""

    def __init__(self) -> None:
        self._made: dict[str, bytes] = {}
        self._making = asyncio.Lock()

    async def woff2(self, name: str) -> bytes:
        """Give a font of FONTS as WOFF2, about 57 kB and 37 kB."""
        async with self._making:
            if name not in self._made:
                self._made[name] = await asyncio.to_thread(_made_apart, name)
        return self._made[name]


def _made_apart(name: str) -> bytes:
    command = (sys.executable, "-P", "-m", __name__, name)
    made = subprocess.run(  # noqa: S603 - a program of ours
        command, stdout=subprocess.PIPE, timeout=MAKING_TIMEOUT_S, check=True
    )
    return made.stdout


def make(name: str) -> bytes:
    """Make a font of FONTS."""
    from fontTools import subset  # noqa: PLC0415 - the server itself never needs it

    package, file = FONTS[name]
    options = subset.Options(flavor="woff2", layout_features=FEATURES, hinting=False)
    font = subset.load_font(Path(str(distribution(package).locate_file(file))), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_UNICODES)
    subsetter.subset(font)
    data = io.BytesIO()
    font.flavor = "woff2"
    font.save(data)
    return data.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(make(sys.argv[1]))
