"""What PromQL expressions ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser


@dataclass(frozen=True)
class Asked:
    """A metric, the values that its labels are to have, and the labels that it is kept apart by."""

    name: str
    values: tuple[tuple[str, str], ...]
    labels: frozenset[str]


def asked_by(expression: str) -> list[Asked]:
    """Read an expression; raises ValueError where it is none."""
    found: list[Asked] = []
    kept: list[set[str]] = []

    def enter(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.AggregateExpr):
            kept.append(set(node.modifier.labels) if node.modifier else set())
        if isinstance(node, promql_parser.VectorSelector):
            values = tuple(sorted(_values(node)))
            labels = frozenset({name for name, _ in values}.union(*kept))
            found.append(Asked(node.name or "", values, labels))
        return True

    def leave(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.AggregateExpr):
            kept.pop()
        return True

    promql_parser.walk(promql_parser.parse(expression), enter, leave)
    return found


def _values(selector: promql_parser.VectorSelector) -> Iterator[tuple[str, str]]:
    for matcher in selector.matchers.matchers:
        is_pattern = matcher.op not in (
            promql_parser.MatchOp.Equal,
            promql_parser.MatchOp.NotEqual,
        )
        for value in matcher.value.split("|") if is_pattern else [matcher.value]:
            yield matcher.name, value
