from og_render.server import run
from og_render.settings import Settings
from og_service.settings import load


def main() -> None:
    run(load(Settings))


if __name__ == "__main__":
    main()
