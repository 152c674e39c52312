"""Every variable that a manifest sets is one that its service reads, and none is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import AliasChoices, AliasPath, ValidationError
from pydantic_settings import BaseSettings

from og_auth.settings import Settings as Auth
from og_billing.settings import Settings as Billing
from og_edge.settings import Settings as Edge
from og_extract.settings import Settings as Extract
from og_render.settings import Settings as Render
from tests.unit.k8s.manifests import Overlay, Workload

SETTINGS: dict[str, type[BaseSettings]] = {
    "auth": Auth,
    "billing": Billing,
    "edge": Edge,
    "extract": Extract,
    "render": Render,
}
FOREIGN = {
    "AWS_REGION": "read by the library of the object store",
    "AWS_ACCESS_KEY_ID": "as AWS_REGION",
    "AWS_SECRET_ACCESS_KEY": "as AWS_REGION",
    "OTEL_EXPORTER_OTLP_HEADERS": "read by OpenTelemetry's exporter",
    "OTEL_RESOURCE_ATTRIBUTES": "read by OpenTelemetry's SDK",
    "POD_NAME": "put into OTEL_RESOURCE_ATTRIBUTES by the kubelet",
    "POD_NAMESPACE": "as POD_NAME",
}
MIGRATION = {"MIGRATION_DATABASE_URL"}
SECRETS = {
    "DATABASE_URL": "postgresql://role:word@postgres:5432/instant_og?sslmode=verify-full",
    "REDIS_URL": "redis://auth:word@valkey:6379/0",
    "SMTP_URL": "smtps://user:word@mail.example.com:465",
    "OG_RENDER_WORKERS": "2",
}
"""What a Secret or the kubelet would put there, where any word is not enough."""


def read_by(kind: type[BaseSettings]) -> set[str]:
    names: set[str] = set()
    for name, field in kind.model_fields.items():
        match field.validation_alias:
            case None:
                names.add(f"OG_{name.upper()}")
            case AliasChoices(choices=choices):
                names |= {str(choice) for choice in choices if not isinstance(choice, AliasPath)}
            case alias:
                names.add(str(alias))
    return names


def test_variables_are_those_that_settings_read(overlay: Overlay) -> None:
    for workload in overlay.ours:
        given = overlay.environment(workload).keys() - FOREIGN.keys()
        known = MIGRATION if workload.component == "migration" else read_by(_kind(workload))
        assert sorted(given - known) == [], workload


def test_services_start_with_what_they_are_given(
    overlay: Overlay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The settings themselves say what is missing, wrong, or refused in production."""
    monkeypatch.chdir(tmp_path)
    for workload in overlay.ours:
        if workload.component == "migration":
            continue
        with monkeypatch.context() as patch:
            for name in read_by(_kind(workload)):
                patch.delenv(name, raising=False)
            given = overlay.environment(workload, secret="a secret of enough characters")
            for name, value in (given | {n: v for n, v in SECRETS.items() if n in given}).items():
                patch.setenv(name, value.replace(" ", "-") if name == "AI_API_KEY" else value)
            try:
                _kind(workload)()
            except ValidationError as error:
                pytest.fail(f"{overlay.name}, {workload}: {error}")


def test_variables_that_others_name_come_before_them(overlay: Overlay) -> None:
    """The kubelet leaves $(NAME) as it stands where it does not know the name yet."""
    for workload in overlay.workloads:
        known: set[str] = set()
        for entry in workload.container.get("env", []):
            assert set(re.findall(r"\$\((\w+)\)", entry.get("value", ""))) <= known, workload
            known.add(entry["name"])
        assert len(known) == len(workload.container.get("env", [])), workload


def test_traces_say_which_pod_they_come_from(everything: Overlay) -> None:
    for workload in everything.services:
        settings = everything.environment(workload)
        assert settings["OTEL_EXPORTER_OTLP_ENDPOINT"], workload
        for name in ("k8s.namespace.name", "k8s.pod.name", "deployment.environment.name"):
            assert f"{name}=" in settings["OTEL_RESOURCE_ATTRIBUTES"], workload
        assert "OTEL_EXPORTER_OTLP_HEADERS" in settings, workload


def test_production_is_production(overlay: Overlay) -> None:
    for workload in overlay.services:
        assert overlay.environment(workload)["OG_ENVIRONMENT"] == "production", workload


def test_edge_and_auth_name_the_edge_alike(overlay: Overlay) -> None:
    workloads = {workload.name: workload for workload in overlay.services}
    names = {overlay.environment(workloads[name])["PUBLIC_BASE_URL"] for name in ("edge", "auth")}
    assert len(names) == 1
    for route in overlay.of_kind("HTTPRoute"):
        assert [f"https://{host}" for host in route["spec"]["hostnames"]] == list(names)


def test_edge_finds_the_others_by_their_services(overlay: Overlay) -> None:
    (edge,) = [it for it in overlay.services if it.name == "edge"]
    settings = overlay.environment(edge)
    for name in ("auth", "billing", "extract", "render"):
        (port,) = overlay.named("Service", name)["spec"]["ports"]
        assert settings[f"OG_{name.upper()}_TARGET"] == f"dns:///{name}:{port['port']}"


def test_certificates_are_where_settings_say(overlay: Overlay) -> None:
    for workload in overlay.ours:
        settings = overlay.environment(workload)
        paths = [settings.get(f"OG_TLS_{it}", "") for it in ("CERTIFICATE", "KEY", "CA")]
        if not any(paths):
            continue
        (mount,) = [it for it in workload.container["volumeMounts"] if it["name"] == "tls"]
        directory = mount["mountPath"]
        assert paths == [f"{directory}/{name}" for name in ("tls.crt", "tls.key", "ca.crt")]
        (volume,) = [it for it in workload.pod["volumes"] if it["name"] == "tls"]
        name = "auditor" if workload.component == "audit" else workload.service
        assert volume["secret"]["secretName"] == f"{name}-tls", workload


def _kind(workload: Workload) -> type[BaseSettings]:
    return SETTINGS[workload.service]
