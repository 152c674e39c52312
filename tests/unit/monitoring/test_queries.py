"""Whatever is asked of Prometheus, the services tell: by these names, with these labels."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from og.auth.v1 import auth_pb2
from og_edge import errors
from og_edge.errors import ApiError
from scripts.monitoring import dashboard, metrics_table
from tests.unit.monitoring.expressions import Asked, asked_by
from tests.unit.monitoring.rules import alerts, rules

ROOT = dashboard.ROOT
DOCS = sorted((ROOT / "docs/operations").glob("*.md"))
QUERY = re.compile(r"^ *```promql\n(.*?)^ *```", re.MULTILINE | re.DOTALL)

OF_SCRAPES = {"job", "namespace", "pod", "container"}
"""Labels that Prometheus adds to whatever a pod tells."""
OF_OTHERS = {
    "ALERTS",
    "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp",
    "cnpg_collector_pg_wal_archive_status",
    "cnpg_collector_up",
    "cnpg_pg_replication_in_recovery",
    "cnpg_pg_replication_is_wal_receiver_up",
    "cnpg_pg_replication_lag",
    "cnpg_pg_replication_streaming_replicas",
    "cnpg_pg_stat_archiver_last_archived_time",
    "cnpg_pg_stat_archiver_last_failed_time",
    "container_cpu_usage_seconds_total",
    "container_memory_working_set_bytes",
    "kube_cronjob_created",
    "kube_cronjob_status_last_successful_time",
    "kube_job_complete",
    "kube_job_failed",
    "kube_job_status_start_time",
    "kube_pod_container_resource_limits",
    "kube_pod_container_status_restarts_total",
    "kubelet_volume_stats_available_bytes",
    "kubelet_volume_stats_capacity_bytes",
    "process_cpu_seconds_total",
    "process_max_fds",
    "process_open_fds",
    "process_resident_memory_bytes",
    "up",
}
"""What kubelets, kube-state-metrics, CloudNativePG, prometheus_client and Prometheus tell."""
SHOWN_NOWHERE = {"og_loopback_targets"}
"""In production always 0: who sets some starts nothing."""

METRICS = metrics_table.everything()
BY_SAMPLE = {name: metric for metric in METRICS for name in metric.sample_names}
RECORDED = {rule["record"] for rule in rules() if "record" in rule}


def in_docs() -> Iterator[str]:
    for page in DOCS:
        for block in QUERY.findall(page.read_text()):
            yield from filter(None, (query.strip() for query in re.split(r"\n\s*\n", block)))


EXPRESSIONS = [*(rule["expr"] for rule in rules()), *dashboard.queries(), *in_docs()]


def everything_asked() -> Iterator[Asked]:
    for expression in EXPRESSIONS:
        yield from asked_by(expression)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_is_told_with_these_labels(expression: str) -> None:
    for asked in asked_by(expression):
        if asked.name in RECORDED:
            assert asked.labels <= {"slo"}
        elif asked.name not in OF_OTHERS:
            assert asked.labels <= BY_SAMPLE[asked.name].sample_labels | OF_SCRAPES


def test_bounds_that_are_asked_for_are_those_of_buckets() -> None:
    asked_for = {
        (asked.name, float(value))
        for asked in everything_asked()
        for label, value in asked.values
        if label == "le"
    }
    assert asked_for == {
        ("og_edge_answer_seconds_bucket", 0.1),
        ("og_edge_answer_seconds_bucket", 3.0),
    }
    for name, bound in asked_for:
        assert bound in BY_SAMPLE[name].bounds


def test_outcomes_and_rpcs_that_are_asked_for_exist() -> None:
    codes = {kind.code for kind in vars(errors).values() if is_error(kind)}
    services = auth_pb2.DESCRIPTOR.services_by_name.values()
    rpcs = {method.name for service in services for method in service.methods}
    for asked in everything_asked():
        for label, value in asked.values:
            if asked.name == "og_edge_answers_total" and label == "outcome":
                assert value in codes | {"ok"}
            if label == "rpc":
                assert value in rpcs


def is_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, ApiError) and kind is not ApiError


def test_every_metric_is_shown_or_watched() -> None:
    asked = {each.name for each in everything_asked()}
    unseen = {metric.name for metric in METRICS if not metric.sample_names & asked}
    assert unseen == SHOWN_NOWHERE


def test_what_is_written_from_the_code_says_what_it_says() -> None:
    command = [sys.executable, "-m", "scripts.monitoring", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_package_is_of_one_version() -> None:
    """The version of one of them is what every process tells."""
    found = {
        tomllib.loads(path.read_text())["project"]["version"]
        for pattern in ("pyproject.toml", "libs/*/pyproject.toml", "services/*/pyproject.toml")
        for path in ROOT.glob(pattern)
    }
    assert len(found) == 1


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_users_notice_and_where_to_read_on(rule: dict[str, object]) -> None:
    labels, annotations = rule["labels"], rule["annotations"]
    assert isinstance(labels, dict)
    assert isinstance(annotations, dict)
    assert labels["severity"] in {"page", "ticket"}
    assert len(annotations["summary"]) > 40
    page, _, anchor = annotations["runbook_url"].partition("#")
    assert page.endswith("/docs/operations/runbooks.md")
    assert anchor == str(rule["alert"]).lower()


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    sections = re.split(
        r"^### ", (ROOT / "docs/operations/runbooks.md").read_text(), flags=re.MULTILINE
    )
    runbooks = {text.partition("\n")[0]: text for text in sections[1:]}
    assert list(runbooks) == [rule["alert"] for rule in alerts()]
    for name, text in runbooks.items():
        for part in ("Users notice", "First look", "Likely causes", "Do", "Do not", "Tried"):
            assert f"**{part}**" in text, (name, part)


def test_the_queries_of_the_docs_are_found() -> None:
    assert [path.name for path in map(Path, DOCS) if "```promql" in path.read_text()]
