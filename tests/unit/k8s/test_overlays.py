"""What operators change: values in one place, addresses in patches, and the tag of images."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from scripts.manifests.render import K8S, RECOVERY, build, components_of, local, parse
from scripts.manifests.unfilled import NOWHERE, PLACEHOLDER, unfilled
from tests.unit.k8s.manifests import Overlay

PRODUCTION = yaml.safe_load((K8S / "overlays" / "production" / "kustomization.yaml").read_text())
ADDRESSES = {
    "edge-to-object-store": "198.51.100.1/32",
    "postgres-to-backups": "198.51.100.2/32",
    "postgres-to-api-server": "198.51.100.3/32",
}
REBUILT = "0.1.0-20261126"


def values() -> dict[str, str]:
    (cluster,) = [it for it in PRODUCTION["configMapGenerator"] if it["name"] == "cluster"]
    return dict(it.split("=", 1) for it in cluster["literals"])


def mine(
    directory: Path,
    changed: dict[str, str],
    addresses: dict[str, str],
    *,
    recovers: bool = False,
    namespace: str = "instant-og",
) -> Overlay:
    """Build an operator's overlay: production with values and addresses of its own."""
    literals = [f"{key}={value}" for key, value in (values() | changed).items()]
    patches = yaml.safe_load(yaml.safe_dump(PRODUCTION["patches"]))
    for patch in patches:
        if address := addresses.get(patch["target"]["name"]):
            patch["patch"] = patch["patch"].replace(NOWHERE, address)
    components, generators = components_of("production"), [merged("cluster", literals)]
    if recovers:
        components.append("postgres-recovered")
        generators.append(local("recovery", RECOVERY))
    content = PRODUCTION | {
        "namespace": namespace,
        "resources": [os.path.relpath(K8S / "base", directory)],
        "components": [
            os.path.relpath(K8S / "components" / name, directory) for name in components
        ],
        "configMapGenerator": generators,
        "patches": patches,
    }
    (directory / "kustomization.yaml").write_text(yaml.safe_dump(content))
    return Overlay("mine", parse(build(directory)))


def merged(name: str, literals: list[str]) -> dict[str, object]:
    return {"name": name, "behavior": "merge", "literals": literals}


def test_the_template_leaves_open_what_it_marks_and_nothing_else(everything: Overlay) -> None:
    marked = {name for value in values().values() for name in PLACEHOLDER.findall(value)}
    patched = {patch["target"]["name"] for patch in PRODUCTION["patches"]}
    expected = {f"`{name}` in `cluster`" for name in marked}
    expected |= {f"addresses of {name}" for name in patched}
    assert set(unfilled(everything.manifests)) == expected


def test_each_place_outside_has_a_patch_of_its_own(everything: Overlay) -> None:
    patched = [patch["target"]["name"] for patch in PRODUCTION["patches"]]
    nowhere = [
        policy["metadata"]["name"]
        for policy in everything.of_kind("NetworkPolicy")
        for rule in policy["spec"].get("egress", [])
        for peer in rule["to"]
        if peer.get("ipBlock", {}).get("cidr") == NOWHERE
    ]
    assert sorted(patched) == sorted(nowhere)


def test_placeholders_are_named_by_their_values() -> None:
    for key, value in values().items():
        assert set(PLACEHOLDER.findall(value)) <= {key}


def test_what_an_operator_says_arrives_and_nothing_is_left_open(tmp_path: Path) -> None:
    filled = {key: PLACEHOLDER.sub(r"my-\1", value) for key, value in values().items()}
    overlay = mine(tmp_path, filled | {"registry": "localhost:5000/og"}, ADDRESSES)
    assert unfilled(overlay.manifests) == {}
    edge = next(it for it in overlay.services if it.name == "edge")
    settings = overlay.environment(edge)
    assert settings["PUBLIC_BASE_URL"] == "https://my-host.invalid"
    assert settings["OG_CARD_STORE_URL"] == "s3://my-cards-bucket"
    assert settings["AWS_REGION"] == "my-cards-region"
    assert edge.container["image"].startswith("localhost:5000/og/edge:")
    for name, address in ADDRESSES.items():
        (rule,) = overlay.named("NetworkPolicy", name)["spec"]["egress"]
        assert rule["to"] == [{"ipBlock": {"cidr": address}}]


def test_an_operator_says_how_many_proxies_are_trusted(tmp_path: Path) -> None:
    """Behind a CDN there are two; whoever trusts one of them takes its address for the client's."""
    for said in ("1", "2"):
        overlay = mine(tmp_path, {"trusted-proxies": said}, {})
        edge = next(it for it in overlay.services if it.name == "edge")
        assert overlay.environment(edge)["OG_TRUSTED_PROXIES"] == said


def test_images_that_were_built_anew_are_another_tag_and_so_other_jobs(tmp_path: Path) -> None:
    before, after = (mine(tmp_path, {"tag": tag}, {}) for tag in ("0.1.0", REBUILT))
    assert {it.container["image"].rpartition(":")[2] for it in after.ours} == {REBUILT}
    jobs = [{it.name: it.spec for it in each.ours if it.kind == "Job"} for each in (before, after)]
    assert not jobs[0].keys() & jobs[1].keys()
    assert sorted(jobs[1]) == [
        f"{name}-migrate-0-1-0-20261126" for name in ("auth", "billing", "edge")
    ]


def test_an_operator_recovers_by_a_component_and_three_values(tmp_path: Path) -> None:
    overlay = mine(tmp_path, {}, ADDRESSES, recovers=True)
    (cluster,) = overlay.of_kind("Cluster")
    assert cluster["metadata"]["name"] == RECOVERY["cluster"]
    assert list(cluster["spec"]["bootstrap"]) == ["recovery"]


def test_alerts_and_the_dashboard_are_about_the_namespace_of_the_overlay(tmp_path: Path) -> None:
    """One rule says which it is, and no other expression names any."""
    overlay = mine(tmp_path, {}, {}, namespace="drill")
    rules = [
        rule
        for manifest in overlay.of_kind("PrometheusRule")
        for group in manifest["spec"]["groups"]
        for rule in group["rules"]
    ]
    said = [rule["labels"] for rule in rules if rule.get("record") == "og:namespace:info"]
    assert said == [{"namespace": "drill"}]
    dashboard = overlay.named("ConfigMap", "instant-og-dashboard")["data"]["instant-og.json"]
    queries = [
        target["expr"]
        for panel in json.loads(dashboard)["panels"]
        for target in panel.get("targets", [])
    ]
    assert queries
    for expression in (*(rule["expr"] for rule in rules), *queries):
        assert not re.search(r"namespace *(=|!)", expression), expression


def test_components_read_the_values_that_there_are() -> None:
    read = {
        source["fieldPath"].removeprefix("data.")
        for path in K8S.glob("components/*/kustomization.yaml")
        for replacement in yaml.safe_load(path.read_text()).get("replacements", [])
        if (source := replacement["source"])["name"] == "cluster"
    }
    assert read == values().keys() | {"tag"}


@pytest.mark.parametrize("overlay_name", ["local", "production"])
def test_overlays_say_which_images_run(overlay_name: str) -> None:
    assert "release" in components_of(overlay_name)
