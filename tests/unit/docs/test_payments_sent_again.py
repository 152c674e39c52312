"""The loop of the recovery's page that has Stripe send events again, with a stand-in for Stripe."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

PAGE: Final = Path(__file__).resolve().parents[3] / "docs/operations/backup-and-restore.md"
LOOP: Final = re.compile(r"^    since=.*?^    done;.*?$", re.MULTILINE | re.DOTALL)
TIMEOUT_S: Final = 60
EVENTS: Final = 250
STRIPE: Final = """#!{python}
import json, pathlib, sys

arguments = sys.argv[1:]
assert "--live" in arguments
if arguments[1] == "resend":
    assert arguments[arguments.index("--webhook-endpoint") + 1] == "we_1"
    with pathlib.Path("sent").open("a") as file:
        file.write(arguments[2] + "\\n")
    sys.exit(arguments[2] == "evt_7")  # one of them is refused
data = dict(it.split("=", 1) for it in arguments if "=" in it)
assert int(data["created[gte]"]) == 1795687920
limit = int(arguments[arguments.index("--limit") + 1])
assert limit <= 100
newest_first = ["evt_%d" % number for number in reversed(range({events}))]
begin = newest_first.index(data["starting_after"]) + 1 if "starting_after" in data else 0
page = newest_first[begin : begin + limit]
more = begin + limit < len(newest_first)
print(json.dumps({{"object": "list", "data": [{{"id": it}} for it in page], "has_more": more}}))
"""


@pytest.mark.skipif(shutil.which("jq") is None, reason="the loop reads pages by jq")
def test_the_loop_has_all_events_sent_and_names_those_that_were_not(tmp_path: Path) -> None:
    [loop] = LOOP.findall(PAGE.read_text())
    stripe = tmp_path / "stripe"
    stripe.write_text(STRIPE.format(python=sys.executable, events=EVENTS))
    stripe.chmod(0o755)
    done = subprocess.run(
        ["/bin/bash", "-c", f'PATH="{tmp_path}:$PATH"\n{loop.replace("we_…", "we_1")}'],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert done.stderr == ""
    sent = (tmp_path / "sent").read_text().split()
    assert sorted(sent) == sorted(f"evt_{number}" for number in range(EVENTS))
    assert done.stdout.splitlines() == ["not sent: evt_7", "all were asked for"]
