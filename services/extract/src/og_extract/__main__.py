from __future__ import annotations

from og_extract.server import compose
from og_extract.settings import Settings
from og_service.server import run
from og_service.settings import load


def main() -> None:
    settings = load(Settings)
    run(settings, "extract.instantog.com", lambda: compose(settings))


if __name__ == "__main__":
    main()
