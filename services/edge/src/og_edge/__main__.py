from __future__ import annotations

import sys

from og_service import migrate_command


def main() -> None:
    if sys.argv[1:2] == ["migrate"]:
        sys.exit(migrate_command.run("og_edge", "edge", sys.argv[2:]))
    if sys.argv[1:2] == ["audit"]:
        from og_edge.audit import command  # noqa: PLC0415 - as below

        sys.exit(command.run(sys.argv[2:]))
    from og_edge.server import run  # noqa: PLC0415 - a migration needs none of it
    from og_edge.settings import Settings  # noqa: PLC0415 - as above
    from og_service.settings import load  # noqa: PLC0415 - as above

    run(load(Settings))


if __name__ == "__main__":
    main()
