"""What an operator types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from og_stack.stack import Stack
from tests.support.local_system import clean_environment

OG = str(Path(sys.executable).with_name("og"))
TIMEOUT_S = 180


def og(
    stack: Stack, *arguments: str, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run og as an operator does, in the directory where the system runs."""
    # Where og looks for the run file: in a directory named .local.
    link = stack.config.directory / ".local"
    if not link.exists():
        link.symlink_to(stack.config.directory)
    return subprocess.run(
        [OG, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=stack.config.directory,
        env={**clean_environment(os.environ), **(settings or {})},
        timeout=TIMEOUT_S,
    )


def og_json(stack: Stack, *arguments: str) -> dict[str, Any]:
    """Run og for its JSON; it must succeed."""
    done = og(stack, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def new_email() -> str:
    """Give an address that nobody has."""
    return f"{uuid.uuid4()}@example.com"


def new_account(stack: Stack, plan: str = "pro") -> str:
    """Create an account by og and give its id."""
    made = og_json(stack, "accounts", "create", "--email", new_email(), "--plan", plan)
    return str(made["id"])
