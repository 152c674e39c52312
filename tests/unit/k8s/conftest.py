from __future__ import annotations

from functools import cache

import pytest

from scripts.manifests.render import EVERYTHING, MADE, OVERLAYS, RECOVERED, parse, render
from tests.unit.k8s.manifests import Overlay


@cache
def rendered(name: str) -> Overlay:
    return Overlay(name, parse(render(name)))


@pytest.fixture(params=[*OVERLAYS, *MADE])
def overlay(request: pytest.FixtureRequest) -> Overlay:
    """Each overlay, and those that are made for tests."""
    return rendered(request.param)


@pytest.fixture
def everything() -> Overlay:
    return rendered(EVERYTHING)


@pytest.fixture
def recovered() -> Overlay:
    return rendered(RECOVERED)
