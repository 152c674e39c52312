"""What templates are filled from is what extract reads, and its README tells all of it."""

from __future__ import annotations

import re
from pathlib import Path

from og_extract.read.choosing.fields import FIELDS, PICTURES
from og_render.fields import FieldKind
from og_render.templates import TEMPLATES

README = Path(__file__).resolve().parents[3] / "services/extract/README.md"


def test_every_source_of_a_template_is_read() -> None:
    texts, pictures = {rule.name for rule in FIELDS}, {rule.name for rule in PICTURES}
    for template in TEMPLATES.values():
        for field in template.fields:
            known = pictures if field.kind is FieldKind.IMAGE else texts
            assert not field.source or field.source in known, (template.template_id, field.name)


def kinds() -> dict[str, str]:
    """Give each field's kind, as the table tells it: one for all of its row, or one for each."""
    found: dict[str, str] = {}
    for line in README.read_text().splitlines():
        if line.startswith("| `"):
            _, names, _, row_kinds, _ = line.split("|")
            fields = re.findall(r"`(\w+)`", names)
            given = row_kinds.strip().split(", ")
            found |= dict(zip(fields, given * (len(fields) // len(given)), strict=True))
    return found


def test_the_readme_lists_every_field() -> None:
    assert kinds().keys() == {rule.name for rule in FIELDS}


def test_a_template_draws_what_is_read_as_what_it_is() -> None:
    """Render refuses a date where it expects a price; it takes a text anywhere."""
    known = kinds()
    for template in TEMPLATES.values():
        for field in template.fields:
            kind = known.get(field.source, "text")
            assert kind in {"text", field.kind.value}, (template.template_id, field.name)
