"""Write the bill of materials of an image, CycloneDX 1.6: run in the build, before the last stage.

    python -m scripts.images.sbom SERVICE VERSION > sbom.cdx.json

Python's packages come with the hash of the wheel that was installed, Debian's of the .deb.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from email.parser import HeaderParser
from hashlib import sha256
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from scripts.images.licenses import license_of, normalized

SITE_PACKAGES = Path("/opt/og/lib/python3.11/site-packages")
PIP_REPORT = Path("/build/report.json")
OUR_WHEELS = Path("/wheels")
RUNTIME = Path("/runtime")
DEBS = Path("/debs")


def main() -> None:
    """Print it."""
    service, version = sys.argv[1:]
    wheels = {**wheels_installed(json.loads(PIP_REPORT.read_text())), **wheels_built(OUR_WHEELS)}
    packages = distributions(path=[str(SITE_PACKAGES)])
    parts = [*python_packages(packages, wheels), *debian_packages(RUNTIME, DEBS)]
    print(bill(f"instant-og/{service}", version, parts))


def bill(name: str, version: str, parts: list[Component]) -> str:
    """Give the document about a container image and its parts."""
    image = Component(type=ComponentType.CONTAINER, name=name, version=version, bom_ref=name)
    document = Bom(components=parts)
    document.metadata.component = image
    document.register_dependency(image, parts)
    return JsonV1Dot6(document).output_as_string(indent=2)


def wheels_installed(report: Mapping[str, Any]) -> dict[str, str]:
    """Give the SHA-256 of each archive that pip installed, by package; pip's report has them."""
    return {
        normalized(install["metadata"]["name"]): install["download_info"]["archive_info"]["hashes"][
            "sha256"
        ]
        for install in report["install"]
    }


def wheels_built(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of each wheel of ours, by package."""
    return {
        normalized(path.name.partition("-")[0]): sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("*.whl")
    }


def python_packages(
    packages: Iterable[Distribution], wheels: Mapping[str, str]
) -> Iterator[Component]:
    """Describe what is installed of Python."""
    for package in packages:
        name, expression = normalized(package.name), license_of(package)
        ours = expression is None and name.startswith("og-")
        yield Component(
            name=name,
            version=package.version,
            bom_ref=f"python/{name}",
            purl=None if ours else PackageURL("pypi", None, name, package.version),
            licenses=[LicenseFactory().make_from_string(expression)] if expression else None,
            hashes=_hashes(wheels.get(name)),
        )


def debian_packages(runtime: Path, debs: Path) -> Iterator[Component]:
    """Describe what was unpacked of Debian."""
    lines = (debs / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split() for line in lines)}
    for path in sorted((runtime / "var/lib/dpkg/status.d").iterdir()):
        fields = HeaderParser().parsestr(path.read_text())
        name, version, architecture = fields["Package"], fields["Version"], fields["Architecture"]
        archive = f"{name}_{version.replace(':', '%3a')}_{architecture}.deb"
        yield Component(
            name=name,
            version=version,
            bom_ref=f"debian/{name}",
            purl=PackageURL(
                "deb", "debian", name, version, {"arch": architecture, "distro": "debian-12"}
            ),
            licenses=_licenses_of_debian(runtime / "usr/share/doc" / name / "copyright"),
            hashes=_hashes(sums[archive]),
        )


def _licenses_of_debian(copyright_file: Path) -> list[License]:
    """Give what the file names in its fields, or, of one in prose, what it refers to."""
    if not copyright_file.exists():
        return []
    text = copyright_file.read_text(errors="replace")
    names = re.findall(r"(?m)^License:[ \t]*(\S.*)$", text)
    names = names or re.findall(r"/usr/share/common-licenses/([\w.+-]*\w)", text)
    return [LicenseFactory().make_with_name(name.strip()) for name in sorted(set(names))]


def _hashes(digest: str | None) -> list[HashType]:
    return [HashType(alg=HashAlgorithm.SHA_256, content=digest)] if digest else []


if __name__ == "__main__":
    main()
