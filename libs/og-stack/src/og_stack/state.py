"""What a system keeps between runs, and tells other programs while it runs."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

TOKEN_BYTES = 24


class PrivateJson:
    """A JSON object in a file that only its owner reads."""

    def __init__(self, path: Path) -> None:
        """Name the file; it need not exist."""
        self.path = path

    def read(self) -> dict[str, Any]:
        """Give the object, empty where there is no file."""
        try:
            value = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        if not isinstance(value, dict):
            raise ValueError(f"{self.path} holds no JSON object: delete it")  # noqa: TRY004 - bad data, not a bug
        return value

    def write(self, value: dict[str, Any]) -> None:
        """Replace the object at once: a reader sees the old or the new one."""
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(json.dumps(value, indent=2) + "\n")
        fresh.rename(self.path)


class Secrets:
    """Random secrets that are made once and kept."""

    def __init__(self, path: Path) -> None:
        """Name the file they are kept in."""
        self._file = PrivateJson(path)
        self._values = self._file.read()

    def token(self, name: str) -> str:
        """Give the secret of that name; make it at the first call."""
        if name not in self._values:
            self.keep(name, secrets.token_urlsafe(TOKEN_BYTES))
        return str(self._values[name])

    def get(self, name: str) -> str | None:
        """Give a secret that was kept, or None."""
        return self._values.get(name)

    def keep(self, name: str, value: str) -> None:
        """Keep a secret that somebody else made."""
        self._values[name] = value
        self._file.write(self._values)
