from __future__ import annotations

import sys

from og_auth.server import serve
from og_service import migrate_command


def main() -> None:
    if sys.argv[1:2] == ["migrate"]:
        sys.exit(migrate_command.run("og_auth", "auth", sys.argv[2:]))
    serve()


if __name__ == "__main__":
    main()
