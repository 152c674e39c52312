"""Sizes of type that follow the size of what the words stand in."""

from __future__ import annotations

from og_render.text.styles import Step


def resized(steps: tuple[Step, ...], factor: float) -> tuple[Step, ...]:
    """Give the same steps, so much larger, with as many lines."""
    return tuple(Step(round(step.size_px * factor), step.lines_max) for step in steps)
