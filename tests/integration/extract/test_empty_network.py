from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("empty_network.py")
UNSHARE = ["unshare", "--net", "--mount"]


def why_not() -> str:
    if os.geteuid() != 0:
        return "an empty network needs root"
    if not (shutil.which("unshare") and shutil.which("ip")):
        return "an empty network needs the commands unshare and ip"
    if subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode:
        return "this machine lets no process have a network of its own"
    return ""


def test_not_even_a_syn_goes_to_an_address_that_is_not_public() -> None:
    if reason := why_not():
        pytest.skip(f"the promise of no connection inside is NOT tested here: {reason}")
    done = subprocess.run(
        [*UNSHARE, sys.executable, "-P", str(PROGRAM)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    # 10.9.8.7 is the canary's control, the other one is the public server of the attempts.
    assert result["tried"] == ["10.9.8.7", "93.184.216.34"]
    assert result["outcomes"] == [
        "CARD_WITHOUT_PICTURES",
        "PAGE_UNREACHABLE",
        "URL_NOT_ALLOWED",
    ]
