"""PostgreSQL by CloudNativePG: everybody knows it by one name, whichever Cluster it is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scripts.make_secrets import POSTGRES
from scripts.manifests.render import RECOVERY
from tests.unit.k8s.manifests import Overlay

ARCHIVER = "barman-cloud.cloudnative-pg.io"


def cluster_of(overlay: Overlay) -> dict[str, Any]:
    (cluster,) = overlay.of_kind("Cluster")
    return cluster


def test_urls_name_a_service_that_leads_to_the_primary(overlay: Overlay) -> None:
    address = urlsplit(f"//{POSTGRES}")
    cluster = cluster_of(overlay)
    spec = overlay.named("Service", str(address.hostname))["spec"]
    assert spec["selector"] == {
        "cnpg.io/cluster": cluster["metadata"]["name"],
        "cnpg.io/instanceRole": "primary",
    }
    assert [port["port"] for port in spec["ports"]] == [address.port]
    assert address.hostname in cluster["spec"]["certificates"]["serverAltDNSNames"]


def test_pods_trust_the_authority_of_the_cluster_that_there_is(overlay: Overlay) -> None:
    expected = f"{cluster_of(overlay)['metadata']['name']}-ca"
    for workload in overlay.ours:
        found = {it["name"]: it for it in workload.pod["volumes"]}.get("postgres-ca")
        names = overlay.environment(workload).keys()
        assert (found is not None) == bool({"DATABASE_URL", "MIGRATION_DATABASE_URL"} & names)
        assert found is None or found["secret"]["secretName"] == expected, workload


def test_backups_are_of_the_cluster_that_there_is(overlay: Overlay) -> None:
    for backup in overlay.of_kind("ScheduledBackup"):
        assert backup["spec"]["cluster"]["name"] == cluster_of(overlay)["metadata"]["name"]


def test_a_recovered_cluster_is_read_from_backups_up_to_the_moment(recovered: Overlay) -> None:
    cluster = cluster_of(recovered)
    assert cluster["metadata"]["name"] == RECOVERY["cluster"]
    (recovery,) = cluster["spec"]["bootstrap"].values()
    assert recovery["recoveryTarget"]["targetTime"] == RECOVERY["moment"]
    (lost,) = cluster["spec"]["externalClusters"]
    assert lost["name"] == recovery["source"]
    parameters = lost["plugin"]["parameters"]
    assert parameters["serverName"] == RECOVERY["from"]
    recovered.named("ObjectStore", parameters["barmanObjectName"])


def test_a_recovered_cluster_archives_elsewhere_than_it_is_read_from(recovered: Overlay) -> None:
    """The plugin archives under the Cluster's name where no other is given."""
    cluster = cluster_of(recovered)
    (archiver,) = cluster["spec"]["plugins"]
    assert archiver["name"] == ARCHIVER
    name = archiver["parameters"].get("serverName", cluster["metadata"]["name"])
    assert name != cluster["spec"]["externalClusters"][0]["plugin"]["parameters"]["serverName"]


def test_nothing_but_how_it_begins_differs_in_a_recovered_cluster(
    recovered: Overlay, everything: Overlay
) -> None:
    begins = {"bootstrap", "externalClusters"}
    specs = [
        {key: value for key, value in cluster_of(it)["spec"].items() if key not in begins}
        for it in (recovered, everything)
    ]
    assert specs[0] == specs[1]
