from __future__ import annotations

import sys


def main() -> None:
    if sys.argv[1:] == ["jsonl"]:
        from og_extract.batch import command  # noqa: PLC0415 - it needs nothing of the service

        command.run()
        return
    from og_extract.server import compose  # noqa: PLC0415 - as above
    from og_extract.settings import Settings  # noqa: PLC0415 - as above
    from og_service.server import run  # noqa: PLC0415 - as above
    from og_service.settings import load  # noqa: PLC0415 - as above

    settings = load(Settings)
    run(settings, "extract.instantog.com", lambda: compose(settings))


if __name__ == "__main__":
    main()
