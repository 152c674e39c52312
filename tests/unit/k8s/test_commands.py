"""Commands for kubectl in the documents name what the manifests have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from scripts.manifests.render import ROOT
from tests.unit.k8s.manifests import Overlay

PAGES: Final = [*sorted(ROOT.glob("docs/operations/*.md")), *sorted(ROOT.glob("k8s/*.md"))]
COMMAND: Final = re.compile(r"kubectl -n instant-og [^`|\n]*")
KINDS: Final = {
    "certificate": "Certificate",
    "cluster": "Cluster",
    "cronjob": "CronJob",
    "deployment": "Deployment",
    "hpa": "HorizontalPodAutoscaler",
    "job": "Job",
    "service": "Service",
}
NAMED: Final = re.compile(rf"\b({'|'.join(KINDS)})/([a-z0-9-]+)")
SELECTED: Final = re.compile(rf"(?:^| )({'|'.join(KINDS)})s? -l ([^ ]+)")
CLOUDNATIVE_PG: Final = "cnpg.io/"
"""Labels that its operator gives pods."""
LOGS_OF_SELECTED: Final = re.compile(r" logs .*(?:-l|--selector)\b")
OF_PODS: Final = re.compile(r"(?:logs|pods?) -l ([^ ]+)")


def commands() -> Iterator[str]:
    for page in PAGES:
        yield from COMMAND.findall(page.read_text().replace("\\\n", ""))


def test_what_is_named_is_there(everything: Overlay) -> None:
    named = [found for command in commands() for found in NAMED.findall(command)]
    assert ("deployment", "edge") in named
    for kind, name in named:
        everything.named(KINDS[kind], name)


def test_what_is_selected_is_there(everything: Overlay) -> None:
    selected = [found for command in commands() for found in SELECTED.findall(command)]
    assert selected
    for kind, selector in selected:
        labels = [it["metadata"].get("labels", {}) for it in everything.of_kind(KINDS[kind])]
        assert any(_has(each, selector) for each in labels), f"{kind} -l {selector}"


def test_pods_that_are_selected_are_there(everything: Overlay) -> None:
    selected = [found for command in commands() for found in OF_PODS.findall(command)]
    assert selected
    ours = [it for it in selected if "<" not in it and not it.startswith(CLOUDNATIVE_PG)]
    for selector in ours:
        assert any(_has(it.labels, selector) for it in everything.workloads), selector


def test_logs_of_pods_that_are_selected_are_whole_or_say_how_many_lines() -> None:
    selected = [command for command in commands() if LOGS_OF_SELECTED.search(command)]
    assert selected
    # Without --tail ten lines of each are given, and what is looked for is not among them.
    assert [command for command in selected if "--tail=" not in command] == []


def test_whoever_waits_for_a_job_that_fails_is_told() -> None:
    waited = [it for it in commands() if re.search(r" wait .* job\b", it)]
    assert waited
    # It is never complete, and has conditions as soon as it has ended.
    assert [it for it in waited if "--for=jsonpath='{.status.conditions}'" not in it] == []


def _has(labels: Mapping[str, str], selector: str) -> bool:
    pairs = (pair.partition("=") for pair in selector.split(","))
    return all(labels.get(name) == value for name, _, value in pairs)
