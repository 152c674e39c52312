"""Draws the golden pictures anew: `make goldens`. Look at what changed before it is committed."""

from __future__ import annotations

import sys

from og_render.color.grounds import Theme
from og_render.templates import TEMPLATES
from og_render.text.fonts import FontBook
from tests.golden.pictures import FOLDER, drawn, path_of, save


def main() -> None:
    """Write every file and drop those of templates that are gone."""
    book = FontBook()
    kept = set()
    total = 0
    for template in TEMPLATES.values():
        for theme in Theme:
            total += save(template, theme, drawn(template, theme, book))
            kept.add(path_of(template, theme))
        sys.stdout.write(f"{template.template_id}\n")
        sys.stdout.flush()
    for path in set(FOLDER.glob("*.webp")) - kept:
        path.unlink()
    sys.stdout.write(f"{len(kept)} files, {total / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
