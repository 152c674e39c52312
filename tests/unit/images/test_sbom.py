"""The bill of materials of an image."""

from __future__ import annotations

import json
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from scripts.images import sbom
from scripts.images.sbom_check import faults

DIGEST = "0123456789abcdef" * 4
CONTROL = """Package: libc6
Architecture: amd64
Version: 2.36-9+deb12u10
Description: GNU C Library
"""
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
License: LGPL-2.1+

Files: iconv/*
License: GPL-2+
"""


@pytest.fixture
def document(tmp_path: Path) -> str:
    status, debs = tmp_path / "var/lib/dpkg/status.d", tmp_path / "debs"
    licenses = tmp_path / "usr/share/doc/libc6"
    for folder in (status, debs, licenses):
        folder.mkdir(parents=True)
    (status / "libc6").write_text(CONTROL)
    (licenses / "copyright").write_text(COPYRIGHT)
    (debs / "SHA256SUMS").write_text(f"{DIGEST}  libc6_2.36-9+deb12u10_amd64.deb\n")
    report = [
        {
            "metadata": {"name": "Pygments"},
            "download_info": {"archive_info": {"hashes": {"sha256": DIGEST}}},
        }
    ]
    wheels = sbom.wheels_installed({"install": report})
    parts = [
        *sbom.python_packages(distributions(), wheels),
        *sbom.debian_packages(tmp_path, debs),
    ]
    return sbom.bill("instant-og/edge", "0.1.0", parts)


def part(document: str, reference: str) -> dict[str, Any]:
    (found,) = [p for p in json.loads(document)["components"] if p["bom-ref"] == reference]
    return dict(found)


def test_it_is_a_valid_document_about_the_image(document: str) -> None:
    assert faults(document) == []
    image = json.loads(document)["metadata"]["component"]
    assert (image["type"], image["name"], image["version"]) == (
        "container",
        "instant-og/edge",
        "0.1.0",
    )


def test_what_is_no_bill_is_told() -> None:
    assert faults('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}]}')


def test_a_package_of_python_has_its_licence_and_the_hash_of_its_wheel(document: str) -> None:
    found = part(document, "python/pygments")
    assert found["purl"].startswith("pkg:pypi/pygments@")
    assert found["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]
    assert found["licenses"] == [{"license": {"id": "BSD-2-Clause"}}]


def test_a_package_of_debian_has_its_licences_and_the_hash_of_its_archive(document: str) -> None:
    found = part(document, "debian/libc6")
    assert found["purl"] == "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12"
    assert found["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]
    assert {entry["license"]["name"] for entry in found["licenses"]} == {"LGPL-2.1+", "GPL-2+"}


def test_a_package_of_ours_claims_no_place_at_a_registry(document: str) -> None:
    assert "purl" not in part(document, "python/og-service")
