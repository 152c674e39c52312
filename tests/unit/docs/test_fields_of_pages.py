"""What templates are filled from is what extract reads, and its README tells all of it."""

from __future__ import annotations

import re
from pathlib import Path

from og_extract.read.fields import FIELDS, PICTURES
from og_render.fields import FieldKind
from og_render.templates import TEMPLATES

README = Path(__file__).resolve().parents[3] / "services/extract/README.md"


def test_every_source_of_a_template_is_read() -> None:
    texts, pictures = {rule.name for rule in FIELDS}, {rule.name for rule in PICTURES}
    for template in TEMPLATES.values():
        for field in template.fields:
            known = pictures if field.kind is FieldKind.IMAGE else texts
            assert not field.source or field.source in known, (template.template_id, field.name)


def test_the_readme_lists_every_field() -> None:
    table = [line for line in README.read_text().splitlines() if line.startswith("| `")]
    named = {name for line in table for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert named == {rule.name for rule in FIELDS}
