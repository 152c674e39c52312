"""What an API server, a kubelet or a node would have against a pod."""

from __future__ import annotations

import re
import tomllib

from og_edge.settings import Settings as Edge
from og_extract.limits import Limits as ExtractLimits
from og_extract.worker import MEMORY_MAX_BYTES as READER_MAX_BYTES
from og_render.workers.pool import MAX_WAITING_BYTES as RENDER_WAITING_BYTES
from og_render.workers.process import MAX_WORKER_MEMORY_BYTES as DRAWER_MAX_BYTES
from og_service.stopping import AFTER_SIGTERM_S, MIN_READY_S, PRE_STOP_S
from scripts.manifests.render import ROOT
from tests.unit.k8s.manifests import Overlay, Workload
from tests.unit.k8s.quantities import quantity

NONROOT = 65532
OTHERS_CONNECTIONS = 20
"""Superusers', CloudNativePG's, and its replicas'."""
CLOSING_S = 5
"""What a process may take besides, to close its pools and say so."""


def version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def test_the_namespace_lets_only_restricted_pods_in(overlay: Overlay) -> None:
    (namespace,) = overlay.of_kind("Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_everything_is_in_the_namespace(overlay: Overlay) -> None:
    cluster_wide = {"Namespace", "PriorityClass"}
    for manifest in overlay.manifests:
        if manifest["kind"] not in cluster_wide:
            where = manifest["metadata"].get("namespace")
            assert where == "instant-og", (manifest["kind"], manifest["metadata"]["name"])


def test_pods_are_restricted(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        pod, container = workload.pod["securityContext"], workload.container["securityContext"]
        assert pod["runAsNonRoot"] is True, workload
        assert pod["runAsUser"] == pod["runAsGroup"] == pod["fsGroup"] == NONROOT, workload
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}, workload
        assert container["allowPrivilegeEscalation"] is False, workload
        assert container["readOnlyRootFilesystem"] is True, workload
        assert container["capabilities"] == {"drop": ["ALL"]}, workload
        assert not {"hostNetwork", "hostPID", "hostIPC"} & workload.pod.keys(), workload


def test_pods_have_an_account_of_their_own_and_no_token(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        assert workload.pod["automountServiceAccountToken"] is False, workload
        assert workload.pod["enableServiceLinks"] is False, workload
        assert workload.pod["serviceAccountName"] == workload.service, workload
        account = overlay.named("ServiceAccount", workload.service)
        assert account["automountServiceAccountToken"] is False, workload


def test_requests_are_within_limits_and_both_are_there(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        requests, limits = (
            workload.container["resources"][kind] for kind in ("requests", "limits")
        )
        assert requests.keys() == limits.keys() == {"cpu", "memory"}, workload
        for name, wanted in requests.items():
            assert 0 < quantity(wanted) <= quantity(limits[name]), (workload, name)


def test_a_worker_that_takes_all_it_may_ends_alone(overlay: Overlay) -> None:
    """Past the pod's limit the kernel would end the whole container instead of one worker."""
    workloads = {workload.name: workload for workload in overlay.services}
    render, extract = workloads["render"], workloads["extract"]
    drawers = quantity(render.container["resources"]["limits"]["cpu"])
    assert {"name": "OG_RENDER_WORKERS"}.items() <= _entry(render, "OG_RENDER_WORKERS").items()
    assert _memory(render) >= drawers * DRAWER_MAX_BYTES + RENDER_WAITING_BYTES
    readers = int(overlay.environment(extract)["OG_EXTRACT_READERS"])
    under_way = ExtractLimits().held_bytes + ExtractLimits().cache_bytes
    assert _memory(extract) >= readers * READER_MAX_BYTES + under_way


def test_edge_has_room_for_the_cards_that_it_keeps(overlay: Overlay) -> None:
    (edge,) = [it for it in overlay.services if it.name == "edge"]
    default = Edge.model_fields["card_memory_mb"].default
    kept_bytes = int(overlay.environment(edge).get("OG_CARD_MEMORY_MB", default)) * 10**6
    assert quantity(edge.container["resources"]["requests"]["memory"]) >= kept_bytes
    assert _memory(edge) >= 2 * kept_bytes


def test_postgres_takes_the_connections_of_all_pods_that_there_may_be(overlay: Overlay) -> None:
    """Those of the autoscalers' most, one more of each while a version is rolled out, and Jobs."""
    text = (ROOT / "docs" / "operations" / "capacity.md").read_text()
    counts = re.search(
        r"at most (\d+) a process of the edge, (\d+) of auth and (\d+) of billing", text
    )
    assert counts is not None
    wanted = sum(1 for workload in overlay.ours if workload.kind != "Deployment")
    for name, count in zip(("edge", "auth", "billing"), counts.groups(), strict=True):
        most = overlay.named("HorizontalPodAutoscaler", name)["spec"]["maxReplicas"]
        wanted += (most + 1) * int(count)
    (cluster,) = overlay.of_kind("Cluster")
    parameters = cluster["spec"]["postgresql"]["parameters"]
    assert int(parameters["max_connections"]) >= wanted + OTHERS_CONNECTIONS


def test_mounts_have_volumes_and_volumes_have_mounts(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        mounts = [mount["name"] for mount in workload.container.get("volumeMounts", [])]
        volumes = [volume["name"] for volume in workload.pod.get("volumes", [])]
        assert sorted(mounts) == sorted(set(volumes)), workload
        paths = [mount["mountPath"] for mount in workload.container.get("volumeMounts", [])]
        assert len(paths) == len(set(paths)), workload


def test_what_pods_write_has_a_bound(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        for volume in workload.pod.get("volumes", []):
            if "emptyDir" in volume:
                assert quantity(volume["emptyDir"]["sizeLimit"]) > 0, (workload, volume["name"])
        writable = {mount["mountPath"] for mount in workload.container["volumeMounts"]} - {
            mount["mountPath"]
            for mount in workload.container["volumeMounts"]
            if mount.get("readOnly")
        }
        assert writable <= {"/tmp", "/var/lib/instant-og"}, workload  # noqa: S108 - in the container


def test_certificates_are_mounted_as_directories(overlay: Overlay) -> None:
    """The kubelet never changes what is mounted by subPath."""
    for workload in overlay.ours:
        assert not [it for it in workload.container["volumeMounts"] if "subPath" in it], workload


def test_a_pod_that_stops_is_given_the_time_it_takes(overlay: Overlay) -> None:
    for workload in overlay.services:
        waits_s = workload.container["lifecycle"]["preStop"]["sleep"]["seconds"]
        grace_s = workload.pod["terminationGracePeriodSeconds"]
        assert waits_s >= PRE_STOP_S, workload
        assert grace_s >= waits_s + AFTER_SIGTERM_S + CLOSING_S, workload


def test_a_new_pod_answers_before_an_old_one_goes(overlay: Overlay) -> None:
    for workload in overlay.services:
        rolling = workload.spec["strategy"]["rollingUpdate"]
        assert rolling == {"maxUnavailable": 0, "maxSurge": 1}, workload
        assert workload.spec["minReadySeconds"] >= MIN_READY_S, workload


def test_pods_of_a_version_are_spread(overlay: Overlay) -> None:
    for workload in overlay.services:
        spreads = workload.pod["topologySpreadConstraints"]
        keys = {spread["topologyKey"] for spread in spreads}
        assert keys == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}, workload
        for spread in spreads:
            selected = spread["labelSelector"]["matchLabels"]
            assert selected.items() <= workload.labels.items(), workload
            assert spread["matchLabelKeys"] == ["app.kubernetes.io/name", "pod-template-hash"]
            # The server refuses a key that stands in both.
            assert not selected.keys() & set(spread["matchLabelKeys"]), workload


def test_priorities_exist(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        overlay.named("PriorityClass", workload.pod["priorityClassName"])


def test_images_are_those_that_make_builds(overlay: Overlay) -> None:
    for workload in overlay.ours:
        image, _, tag = workload.container["image"].rpartition(":")
        assert image.endswith(f"instant-og/{workload.service}"), workload
        assert tag == version(), workload
        assert (ROOT / "services" / workload.service).is_dir()


def test_migrations_have_a_name_for_each_version(overlay: Overlay) -> None:
    """A Job never changes: with the name of before, an upgrade would be refused."""
    jobs = {workload.name for workload in overlay.ours if workload.kind == "Job"}
    suffix = version().replace(".", "-")
    schemas = sorted(path.parts[-4] for path in ROOT.glob("services/*/src/*/migrations"))
    assert jobs == {f"{service}-migrate-{suffix}" for service in schemas}


def test_jobs_read_nothing_whose_name_changes(overlay: Overlay) -> None:
    """Another setting must not be another Job, of the same name, which the server refuses."""
    for workload in overlay.ours:
        if workload.kind == "Job":
            assert "envFrom" not in workload.container, workload
            assert not [it for it in workload.pod["volumes"] if "configMap" in it], workload


def test_jobs_end(overlay: Overlay) -> None:
    for workload in overlay.ours:
        if workload.kind == "Deployment":
            continue
        assert workload.pod["restartPolicy"] == "Never", workload
        if workload.kind == "Job":
            assert workload.spec["ttlSecondsAfterFinished"] > 0, workload
        else:
            assert workload.spec["concurrencyPolicy"] == "Forbid", workload
            assert workload.spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 0, workload


def _memory(workload: Workload) -> int:
    return int(quantity(workload.container["resources"]["limits"]["memory"]))


def _entry(workload: Workload, name: str) -> dict[str, object]:
    (found,) = [entry for entry in workload.container["env"] if entry["name"] == name]
    return dict(found)
