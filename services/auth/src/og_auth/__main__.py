from __future__ import annotations

import sys

from og_auth.server import serve
from og_service import migrations


def main() -> None:
    if sys.argv[1:] == ["migrate"]:
        migrations.run("og_auth", schema="auth")
    else:
        serve()


if __name__ == "__main__":
    main()
