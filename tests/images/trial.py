"""The images themselves, as `make images` left them: run by `make test-images` alone.

It needs podman or docker, so `make test` does not collect it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from scripts.images.__main__ import OUT, image_name
from scripts.images.sbom_check import faults
from scripts.images.tool import find_tool
from tests.support.workspace import ROOT, SERVICES

EACH = pytest.mark.parametrize("service", SERVICES)
PYTHON = "/opt/og/bin/python"
CONFIG_EXIT_STATUS = 78
HARDENED = ("--read-only", "--cap-drop", "all", "--network", "none")
FREE = {"/run/lock", "/tmp", "/var/lib/instant-og", "/var/lock", "/var/tmp"}  # noqa: S108 - in there
"""Folders that Debian and we leave to everybody; on a cluster the root is read-only besides."""

PROGRAMS = """
import os
for folder, _, names in os.walk("/"):
    for name in names:
        path = os.path.join(folder, name)
        if not folder.startswith(("/proc", "/sys")) and os.access(path, os.X_OK):
            print(path)
"""
WRITABLE = """
import os
for folder, _, _ in os.walk("/"):
    if not folder.startswith(("/proc", "/sys", "/dev")) and os.access(folder, os.W_OK):
        print(folder)
"""
DRAW = """
from hashlib import sha256
from og_render.drawing import draw
from og_render.gallery.showcase import SHOWCASE
from og_render.text.fonts import FontBook
book = FontBook()
for card in SHOWCASE:
    print(card.template_id, sha256(draw(card, book).image).hexdigest())
"""


@cache
def tool() -> str:
    found = find_tool()
    assert found is not None, "podman or docker is needed"
    return found.name


def run(
    service: str, *words: str, options: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    command = [tool(), "run", "--rm", *HARDENED, *options, image_name(service), *words]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def python(service: str, code: str, *options: str) -> str:
    done = run(service, "-P", "-c", code, options=("--entrypoint", PYTHON, *options))
    assert done.returncode == 0, done.stderr
    return done.stdout


def configuration(service: str) -> dict[str, Any]:
    command = [tool(), "image", "inspect", image_name(service)]
    return dict(json.loads(subprocess.check_output(command))[0]["Config"])


@EACH
def test_an_image_says_what_it_is(service: str) -> None:
    labels = configuration(service)["Labels"]
    assert labels["org.opencontainers.image.title"] == f"instant-og/{service}"
    assert f":{labels['org.opencontainers.image.version']}" in image_name(service)
    assert re.fullmatch(r"[0-9a-f]{40}(-dirty)?", labels["org.opencontainers.image.revision"])


@EACH
def test_a_service_starts_without_any_right(service: str) -> None:
    done = run(service, options=("--env", "OG_ENVIRONMENT=nowhere"))
    assert (done.returncode, "ENVIRONMENT" in done.stderr) == (CONFIG_EXIT_STATUS, True)


@EACH
def test_python_is_the_only_program(service: str) -> None:
    found = {
        re.sub(r"^/usr/lib/|^/opt/og/lib/", "", path) for path in python(service, PROGRAMS).split()
    }
    programs = {path for path in found if not re.search(r"\.(so|py)\b|ld-linux|\.dist-info/", path)}
    allowed = {"/usr/bin/python3.11", *(f"/opt/og/bin/python{end}" for end in ("", "3", "3.11"))}
    assert programs <= allowed


@EACH
def test_nobody_but_root_can_change_what_runs(service: str) -> None:
    folders = set(python(service, WRITABLE, "--read-only=false").split())
    assert folders <= FREE


@EACH
def test_the_bill_of_materials_lists_what_is_locked(service: str) -> None:
    path = "/usr/share/instant-og/sbom.cdx.json"
    document = python(service, f"print(open({path!r}).read(), end='')")
    assert faults(document) == []
    assert document == (OUT / f"{service}.cdx.json").read_text()
    named = {part["bom-ref"] for part in json.loads(document)["components"]}
    lock = (ROOT / "requirements" / f"{service}.txt").read_text()
    always = re.findall(r"(?m)^([\w.-]+)(?:\[[\w,-]+\])?==[\w.]+ \\$", lock)
    assert {f"python/{name}" for name in always} <= named
    assert {"debian/libc6", "debian/python3.11-minimal", f"python/og-{service}"} <= named


def test_cards_are_the_same_to_the_byte_in_the_image() -> None:
    here = subprocess.check_output([sys.executable, "-P", "-c", DRAW], text=True, env=os.environ)
    assert python("render", DRAW) == here
