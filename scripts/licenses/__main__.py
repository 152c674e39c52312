"""Write docs/licenses.md: the licences of all locked packages and fonts, from themselves."""

from __future__ import annotations

import sys

from scripts.licenses.page import PAGE, faults, page


def main() -> int:
    """Write the page; exit 1 where a licence is missing or none of those that we take."""
    found = faults()
    for fault in found:
        print(fault, file=sys.stderr)
    PAGE.write_text(page())
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
