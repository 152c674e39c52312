from og_render.server import run
from og_render.settings import Settings


def main() -> None:
    run(Settings())


if __name__ == "__main__":
    main()
