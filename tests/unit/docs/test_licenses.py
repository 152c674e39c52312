"""Every locked package and every font has a licence that we take, and docs/licenses.md says so."""

from __future__ import annotations

from scripts.licenses.page import PAGE, faults, page


def test_every_package_and_font_has_a_licence_that_is_taken() -> None:
    assert faults() == []


def test_the_page_is_what_make_licenses_writes() -> None:
    assert PAGE.read_text() == page()
