"""How packages are reached while an image is built: as on this machine, by secrets of the build.

An address or a certificate of somebody's network must stay in no layer and in no label.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.bootstrap import pip_settings

SETTINGS = {name: f"{name}-url" for name in ("index", "extra-index")} | {
    name: name for name in ("trusted-host", "cert", "default-timeout", "timeout")
}
"""What a build is told of what pip is told here: our name of each setting, and pip's."""
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
    """Give what pip is told here, less folders of this machine."""
    settings: dict[str, str] = {}
    for name, value in pip_settings():
        reachable = [word for word in value.split() if not word.startswith("file:")]
        if name in SETTINGS and reachable:
            settings[SETTINGS[name]] = " ".join(reachable)
    return settings
