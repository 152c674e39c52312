from __future__ import annotations

import pytest

from og_render.text.fonts import FontBook


@pytest.fixture(scope="session")
def book() -> FontBook:
    return FontBook()
