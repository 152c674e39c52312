"""The rules as they stand in k8s/."""

from __future__ import annotations

from typing import Any

import yaml

from scripts.monitoring.dashboard import MONITORING

Rule = dict[str, Any]

FILES = sorted(MONITORING.parent.glob("*/rules.yaml"))


def groups() -> list[dict[str, Any]]:
    """Read them, by group, of all components that have some."""
    manifests = [yaml.safe_load(path.read_text()) for path in FILES]
    return [group for manifest in manifests for group in manifest["spec"]["groups"]]


def rules() -> list[Rule]:
    """Give all of them."""
    return [rule for group in groups() for rule in group["rules"]]


def alerts() -> list[Rule]:
    """Give those that tell somebody."""
    return [rule for rule in rules() if "alert" in rule]
