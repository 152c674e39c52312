"""podman or docker, whichever is there; their commands are the same as far as we use them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

TOOLS = ("podman", "docker")
LOG_LINES_SHOWN = 40
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


class BuildFailedError(Exception):
    """The tool ended with an error; the message holds the last it said."""


def find_tool() -> Tool | None:
    """Give the tool that IMAGE_TOOL names, or the first that works."""
    wanted = os.environ.get("IMAGE_TOOL")
    for name in (wanted,) if wanted else TOOLS:
        if shutil.which(name) and _works(name):
            return Tool(name)
    return None


def _works(name: str) -> bool:
    """Say whether it can build: a docker without its daemon is found, but cannot."""
    done = subprocess.run([name, "info"], check=False, capture_output=True)  # noqa: S603 - a tool
    return done.returncode == 0


class Tool:
    """Builds images and looks into them; IMAGE_BUILD_OPTIONS are further options of `build`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._options = shlex.split(os.environ.get("IMAGE_BUILD_OPTIONS", ""))

    def build(
        self,
        context: Path,
        dockerfile: Path,
        image: str,
        arguments: Mapping[str, str],
        secrets: Mapping[str, Path],
        *,
        log: Path,
    ) -> None:
        """Build and tag; what the tool says goes to the log, its end to whoever sees it fail."""
        command = [self.name, "build", "--file", str(dockerfile), "--tag", image, *self._options]
        for name, value in arguments.items():
            command += ["--build-arg", f"{name}={value}"]
        for name in filter(os.environ.get, PROXIES):
            command += ["--build-arg", name]
        for name, path in secrets.items():
            command += ["--secret", f"id={name},src={path}"]
        with log.open("w") as lines:
            done = subprocess.run(  # noqa: S603 - as above
                [*command, str(context)],
                check=False,
                stdout=lines,
                stderr=subprocess.STDOUT,
                env={**os.environ, "DOCKER_BUILDKIT": "1"},
            )
        if done.returncode != 0:
            last = "\n".join(log.read_text().splitlines()[-LOG_LINES_SHOWN:])
            raise BuildFailedError(f"{image} cannot be built:\n{last}\n(all of it: {log})")

    def copy_out(self, image: str, path: str, target: Path) -> None:
        """Copy a file out of an image."""
        container = self._ask("create", image)
        try:
            self._ask("cp", f"{container}:{path}", str(target))
        finally:
            self._ask("rm", container)

    def identity(self, image: str) -> str:
        """Give the digest of the image's configuration."""
        return self._ask("image", "inspect", "--format", "{{.Id}}", image)

    def size_bytes(self, image: str) -> int:
        """Give the sum of its layers, unpacked."""
        return int(self._ask("image", "inspect", "--format", "{{.Size}}", image))

    def _ask(self, *words: str) -> str:
        done = subprocess.run(  # noqa: S603 - as above
            [self.name, *words], check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise BuildFailedError(f"{shlex.join([self.name, *words])}: {done.stderr.strip()}")
        return done.stdout.strip()
