"""Nodes of schema.org data, and their properties, which may each be given alone or in a list."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]
"""Properties by name, "@type" and "@id" among them, whatever syntax they were written in."""

TEXT = "@text"
"""What an item of HTML shows, for those that are somebody and do not say their name."""


def types_of(node: Node) -> set[str]:
    """Return a node's types in lower case and without their address."""
    return {
        name.strip().lower().rpartition("/")[2].rpartition(":")[2]
        for name in listed(node.get("@type"))
        if isinstance(name, str)
    }


def listed(value: object) -> list[Any]:
    """Return the values that a property has."""
    if value is None:
        return []
    if isinstance(value, dict):
        value = value.get("@list", value.get("@set", value))
    return value if isinstance(value, list) else [value]


def first(value: object) -> Any:
    """Return a property's first value, freed of its language; None where it has none."""
    values = listed(value)
    head = values[0] if values else None
    return head.get("@value", head) if isinstance(head, dict) else head


def text_of(value: object) -> str:
    """Return a property's first value as text; empty where it is none."""
    head = first(value)
    is_text = isinstance(head, (str, int, float)) and not isinstance(head, bool)
    return str(head).strip() if is_text else ""


def language_of(value: object) -> str:
    """Return a language given as text or as a Language."""
    head = first(value)
    if isinstance(head, dict):
        return text_of(head.get("alternateName")) or text_of(head.get("name"))
    return text_of(head)
