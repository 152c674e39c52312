"""The rules as they stand in k8s/."""

from __future__ import annotations

from typing import Any

import yaml

from scripts.monitoring.dashboard import MONITORING

Rule = dict[str, Any]


def groups() -> list[dict[str, Any]]:
    """Read them, by group."""
    manifest = yaml.safe_load((MONITORING / "rules.yaml").read_text())
    found: list[dict[str, Any]] = manifest["spec"]["groups"]
    return found


def rules() -> list[Rule]:
    """Give all of them."""
    return [rule for group in groups() for rule in group["rules"]]


def alerts() -> list[Rule]:
    """Give those that tell somebody."""
    return [rule for rule in rules() if "alert" in rule]
