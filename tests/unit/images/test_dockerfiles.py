"""The Dockerfiles against the workspace, and against each other."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.workspace import ROOT, SERVICES, libraries_of

EACH = pytest.mark.parametrize("service", SERVICES)
PORTS = dict.fromkeys(SERVICES, "50051 50052 9090") | {"edge": "8080 9090"}
ITS_OWN = ("libs/", "CHANGELOG.md", "/scripts/images/system.sh", "rm ")
"""How lines begin by which one Dockerfile may differ from the others."""


def instructions(service: str) -> list[tuple[str, str]]:
    """Give the name and the words of each, lines joined."""
    text = (ROOT / "services" / service / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], " ".join(line.split()[1:])) for line in lines]


def of_kind(service: str, kind: str) -> list[str]:
    return [words for name, words in instructions(service) if name == kind]


def copied(service: str) -> set[str]:
    copies = [words for words in of_kind(service, "COPY") if not words.startswith("--from")]
    return {source for words in copies for source in words.split()[:-1]}


@EACH
def test_an_image_holds_the_service_and_the_libraries_it_depends_on(service: str) -> None:
    packages = {path for path in copied(service) if path.startswith(("libs/", "services/"))}
    assert packages == {
        f"services/{service}",
        *(f"libs/{name}" for name in libraries_of(service)),
    }


@EACH
def test_what_is_installed_is_the_services_lock(service: str) -> None:
    locks = {path for path in copied(service) if path.startswith("requirements/")}
    assert locks == {"requirements/image.txt", f"requirements/{service}.txt"}
    runs = [words.rpartition(" /scripts")[2] for words in of_kind(service, "RUN")]
    assert f"/images/requirements.sh {service}" in runs


@EACH
def test_all_that_is_copied_exists_and_is_sent_to_the_builder(service: str) -> None:
    sent = re.findall(r"(?m)^!(.+)$", (ROOT / ".dockerignore").read_text())
    for path in copied(service):
        assert (ROOT / path).exists(), path
        assert any(path == part or path.startswith(f"{part}/") for part in sent), path


@EACH
def test_an_image_starts_its_service_as_nobody_in_particular(service: str) -> None:
    last = instructions(service)[-5:]
    assert dict(last) == {
        "ENV": "PATH=/opt/og/bin PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 GRPC_VERBOSITY=ERROR",
        "USER": "65532:65532",
        "STOPSIGNAL": "SIGTERM",
        "EXPOSE": PORTS[service],
        "ENTRYPOINT": json.dumps(["/opt/og/bin/python", "-P", "-m", f"og_{service}"]),
    }


@EACH
def test_nothing_of_the_builder_is_in_the_last_stage(service: str) -> None:
    assert of_kind(service, "FROM") == [
        "debian:bookworm-slim AS system",
        "system AS build",
        "scratch",
    ]


def test_only_render_has_more_of_debian_than_python() -> None:
    for service in SERVICES:
        command = of_kind(service, "RUN")[0]
        assert (command == "/scripts/images/system.sh") == (service != "render")


def test_the_five_differ_in_nothing_else() -> None:
    """What one of them learns, all learn."""
    alike = set()
    for service in SERVICES:
        lines = [
            f"{name} {words}".replace(service, "SERVICE")
            for name, words in instructions(service)
            if not words.startswith(ITS_OWN) and name not in {"EXPOSE", "WORKDIR"}
        ]
        alike.add("\n".join(lines))
    assert len(alike) == 1
