"""`python -m og_billing [migrate|audit]`; without a word it serves."""

from __future__ import annotations

import sys

from og_billing import server
from og_service import migrate_command


def main() -> int:
    match sys.argv[1:]:
        case []:
            server.serve()
        case ["migrate", *options]:
            return migrate_command.run("og_billing", "billing", options)
        case ["audit"]:
            return server.audit()
        case _:
            print(__doc__, file=sys.stderr)  # noqa: T201 - the usage
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
