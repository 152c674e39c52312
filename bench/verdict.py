from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """One figure held against its goal."""

    what: str
    reached: float
    goal: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the goal was reached."""
        return self.reached <= self.goal if self.at_most else self.reached >= self.goal

    def __str__(self) -> str:
        word = "at most" if self.at_most else "at least"
        mark = "reached" if self.is_met else "MISSED "
        return f"{mark}  {self.what:<50} {self.reached:5.2f}  ({word} {self.goal:g})"
