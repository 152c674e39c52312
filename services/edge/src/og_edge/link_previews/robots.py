"""robots.txt (RFC 9309), read in time that grows no faster than what a stranger wrote in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

MAX_RULES: Final = 1_000
MAX_PATTERN_CHARS: Final = 2_048
EVERYBODY: Final = "*"


@dataclass
class _Group:
    agents: list[str] = field(default_factory=list)
    rules: list[tuple[str, bool]] = field(default_factory=list)
    """Patterns, and whether they allow."""


def may_fetch(robots_txt: str, agent: str, url: str) -> bool:
    """Tell whether a crawler may fetch a URL. The longest pattern that fits decides (2.2.2)."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fitting = [
        (len(pattern), allows)
        for pattern, allows in _rules_for(robots_txt, agent.lower())
        if _fits(pattern, path)
    ]
    return max(fitting, default=(0, True))[1]


def _rules_for(robots_txt: str, agent: str) -> list[tuple[str, bool]]:
    """Give the rules of all groups that name the agent, else those for everybody (2.2.1)."""
    groups = list(_groups(robots_txt))
    own = [group for group in groups if agent in group.agents]
    chosen = own or [group for group in groups if EVERYBODY in group.agents]
    return [rule for group in chosen for rule in group.rules][:MAX_RULES]


def _groups(robots_txt: str) -> Iterator[_Group]:
    group = _Group()
    for line in robots_txt.splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name == "user-agent":
            if group.rules:
                yield group
                group = _Group()
            group.agents.append(value.lower())
        elif name in {"allow", "disallow"} and value:
            group.rules.append((value[:MAX_PATTERN_CHARS], name == "allow"))
    yield group


def _fits(pattern: str, path: str) -> bool:
    """Match a prefix in which "*" stands for anything and a last "$" for the end (2.2.3).

    Each part is looked for from where the one before it ended: the first place is always as good
    as a later one, so nothing is tried twice.
    """
    is_whole = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for nth, part in enumerate(rest, 1):
        if is_whole and nth == len(rest):
            return path.endswith(part) and len(path) - len(part) >= at
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not is_whole or at == len(path)
