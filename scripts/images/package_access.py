"""How packages are reached while an image is built: as on this machine, by secrets of the build.

An address or a certificate of somebody's network must stay in no layer and in no label.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SETTINGS = ("index-url", "extra-index-url", "trusted-host", "cert", "default-timeout", "timeout")
CERTIFICATES_IN_BUILD = "/run/secrets/ca.pem"


@contextmanager
def package_access() -> Iterator[Mapping[str, Path]]:
    """Give the files behind the secrets `pip.conf` and `ca.pem`, for as long as they are there."""
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings()
        secrets = {}
        if certificates := settings.pop("cert", None):
            secrets["ca.pem"] = Path(certificates)
            settings["cert"] = CERTIFICATES_IN_BUILD
        configuration = Path(folder) / "pip.conf"
        lines = [f"{name} = {value}" for name, value in settings.items()]
        configuration.write_text("\n".join(["[global]", *lines, ""]))
        yield {**secrets, "pip.conf": configuration}


def _settings() -> dict[str, str]:
    """Give what pip is told by its files and by the environment, less folders of this machine."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    settings: dict[str, str] = {}
    for line in listed.splitlines():
        name, _, quoted = line.partition("=")
        setting = name.rpartition(".")[2]
        words = quoted.strip("'\"").split()
        reachable = [word for word in words if not word.startswith("file:")]
        if setting in SETTINGS and reachable:
            settings[setting] = " ".join(reachable)
    return settings
