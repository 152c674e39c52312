from __future__ import annotations

from og_extract.server import compose
from og_extract.settings import Settings
from og_service.server import run


def main() -> None:
    settings = Settings()
    run(settings, "extract.instantog.com", lambda: compose(settings))


if __name__ == "__main__":
    main()
