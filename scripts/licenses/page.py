"""docs/licenses.md, and what must not be in it."""

from __future__ import annotations

from license_expression import get_spdx_licensing

from scripts.licenses.fonts import font_packages
from scripts.licenses.locks import OTHER_USES, ROOT, SERVICES, LockedPackage, locked_packages

PAGE = ROOT / "docs" / "licenses.md"
TAKEN = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "CNRI-Python",
        "ISC",
        "LGPL-3.0-only",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "OFL-1.1",
        "PSF-2.0",
        "Unlicense",
        "Zlib",
    }
)
"""Licences that let a package be shipped unchanged beside code under any licence."""

TAKEN_FOR_TOOLS = TAKEN | {"GPL-3.0-only"}
"""And those of programs that check our code and are shipped to nobody."""

HEAD = """\
<!-- Written by `make licenses` from the packages and fonts themselves. -->
# Licences

Every package that our own environments and images install, with the licence that its metadata
state (SPDX's names), and the images that it is in. A test refuses a package whose licence is
unknown or none of those listed first. Debian's packages are in the [bill of
materials](operations/images.md#bill-of-materials) of each image with their licences. Some wheels
bring libraries along, such as OpenSSL in psycopg-binary, with their texts. What checkov needs
(requirements/checkov.txt), which checks manifests from an environment of its own, is not listed.
"""

FONTS = """
## Fonts

Each font's own `name` table says so. Cards use them all, pages Inter and JetBrains Mono; the pages'
icons and pictures are our own.
"""


def page() -> str:
    """Give its text."""
    packages = [f"| {p.name} | {p.license} | {_uses(p)} |" for p in locked_packages()]
    fonts = [f"| {p.name} | {', '.join(p.families)} | OFL-1.1 |" for p in font_packages()]
    tools = ", ".join(sorted(TAKEN_FOR_TOOLS - TAKEN))
    return "\n".join(
        [
            HEAD,
            f"Taken: {', '.join(sorted(TAKEN))}.",
            f"For tools that are shipped to nobody also: {tools}.",
            "",
            "## Packages",
            "",
            "| Package | Licence | In the images of, or for |",
            "|---|---|---|",
            *packages,
            FONTS,
            "| Package | Families | Licence |",
            "|---|---|---|",
            *fonts,
            "",
        ]
    )


def faults() -> list[str]:
    """Name the packages and fonts without a licence that we take."""
    licensing = get_spdx_licensing()
    found = []
    for package in locked_packages():
        if package.license is None:
            found.append(f"{package.name}: its licence is not known")
        elif wrong := set(licensing.license_keys(package.license)) - _taken_for(package):
            found.append(f"{package.name}: {', '.join(sorted(wrong))} is no licence that we take")
    for fonts in font_packages():
        found += [f"{fonts.name}: {family} is not under the OFL" for family in fonts.not_ofl]
    return found


def _taken_for(package: LockedPackage) -> frozenset[str]:
    return TAKEN_FOR_TOOLS if package.uses == (OTHER_USES["dev"],) else TAKEN


def _uses(package: LockedPackage) -> str:
    return "all" if package.uses == tuple(SERVICES) else ", ".join(package.uses)
