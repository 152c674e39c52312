"""The system under test from the images: two containers of each service, as the manifests run them.

Certificates on every way between services, read-only roots, no capabilities, the manifests' memory
limits, traces of every tenth request. Stores, pages, names and the collector are on the host.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml
from cryptography import x509

from og_service.channels import open_channel
from og_service.tls.certificates import open_certificates
from og_service.trust import TrustSettings
from og_stack.databases import create_database, prepare_schema
from og_stack.embedded import EmbeddedStore
from og_stack.postgres import EmbeddedPostgres
from og_stack.processes import GRPC_SERVICES, SERVICES
from og_stack.services import SERVICES_WITH_SCHEMA
from og_stack.state import Secrets
from og_stack.valkey import EmbeddedValkey
from tests.faults.books import Books
from tests.rolling.balancer import Balancer
from tests.rolling.names import Names
from tests.rolling.podman import GRPC_PORT, HTTP_PORT, ROOT, ContainerPod, podman
from tests.rolling.system import DURABLE, REPLICAS, Balanced, Named, System
from tests.support.authority import Authority, environment, mount
from tests.support.collector import Collector
from tests.support.local_site import LocalSite
from tests.support.local_system import clean_environment

NETWORK: Final = "og-rolling"
SUBNET: Final = "11.88.0.0/24"
"""Addresses that count as public, or extract would rightly refuse the pages of this machine."""
GATEWAY: Final = "11.88.0.1"
CLUSTER: Final = "instant-og.svc.cluster.local"
PAGES: Final = "pages.rolling-suite.com"
USER: Final = 65532
TLS: Final = "/etc/instant-og/tls"
CARDS: Final = "/var/lib/instant-og"
ROTATED_WITHIN_S: Final = 60.0
POLL_INTERVAL_S: Final = 0.5


@dataclass
class _Certificates:
    """Whose certificates there are, and where their files are."""

    directory: Path
    authority: Authority = field(default_factory=Authority)

    def issue(self, name: str) -> Mapping[str, str]:
        """Put new files in a program's place, and give its settings for them."""
        hosts = [name, f"{name}.{CLUSTER}"]
        place = self.directory / name
        return mount(place, self.authority.issue(name, hosts=hosts))

    def serial(self, name: str) -> int:
        """Tell which certificate a program was given last."""
        pem = (self.directory / name / "tls.crt").read_bytes()
        return x509.load_pem_x509_certificate(pem).serial_number


@asynccontextmanager
async def containers(directory: Path, prefix: str, version: str) -> AsyncIterator[System]:
    """Run the system from `prefix/<service>:<version>` for the length of the context."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        names, balancer, site = Names(), Balancer(), LocalSite(80, GATEWAY, PAGES)
        await enter(_network(f"{prefix}/auth:{version}"))
        await enter(names.served(GATEWAY, 53))
        await enter(site.served())
        collector = Collector(f"http://{GATEWAY}:4318")
        await enter(collector.served())
        await enter(balancer.listening())
        names.add(PAGES, GATEWAY)
        postgres = stack.enter_context(EmbeddedPostgres(directory / "postgres", DURABLE))
        valkey = stack.enter_context(
            EmbeddedValkey(directory / "valkey", {"unixsocketperm": "777"})
        )
        for store in (postgres, valkey):
            store.socket_directory.chmod(0o755)
        admin_dsn = create_database(postgres.admin_dsn, "instant_og")
        certificates = _Certificates(directory / "tls")
        operator = certificates.issue("operator")
        base_url = f"http://127.0.0.1:{balancer.port}"
        dsns = await _migrated(admin_dsn, directory, postgres, prefix, version)
        cards = directory / "cards"
        cards.mkdir()
        os.chown(cards, USER, USER)
        told = _told(base_url, dsns, valkey.url, collector.url)
        pods = {}
        for service in SERVICES:
            certificates.issue(service)
            volumes = [
                f"{directory / 'tls' / service}:{TLS}:ro",
                *_sockets(postgres, valkey),
                *([f"{cards}:{CARDS}"] if service == "edge" else []),
            ]
            options = [*_options(service), *_environment(told[service]), *_volumes(volumes)]
            for number in range(1, REPLICAS + 1):
                name = f"{service}-{number}"
                pods[name] = ContainerPod(
                    name,
                    service,
                    f"{prefix}/{service}:{version}",
                    NETWORK,
                    options,
                    Balanced(balancer)
                    if service == "edge"
                    else Named(names, f"{service}.{CLUSTER}"),
                    directory / f"{name}.log",
                )
                stack.push_async_callback(pods[name].end)
        await asyncio.gather(*(pod.start() for pod in pods.values() if pod.service != "edge"))
        await asyncio.gather(*(pod.start() for pod in pods.values() if pod.service == "edge"))
        targets = {name: names.target(f"{name}.{CLUSTER}", GRPC_PORT) for name in GRPC_SERVICES}
        own = await enter(open_certificates(TrustSettings(**operator)))  # type: ignore[arg-type]
        auth, billing = [
            await enter(open_channel(targets[name], "", own)) for name in ("auth", "billing")
        ]
        audit_environment = {
            **clean_environment(os.environ),
            **environment(dict(operator)),
            **{f"OG_{name.upper()}_TARGET": target for name, target in targets.items()},
            "DATABASE_URL": dsns["edge"],
            "OG_PUBLIC_BASE_URL": base_url,
            "OG_CARD_STORE_URL": cards.as_uri() + "/cards",
        }

        async def rotate() -> None:
            before = {service: certificates.serial(service) for service in SERVICES}
            for service in SERVICES:
                certificates.issue(service)
                assert certificates.serial(service) != before[service]
            async with asyncio.timeout(ROTATED_WITHIN_S):
                for pod in pods.values():
                    while not await _shows(pod, certificates):  # noqa: ASYNC110 - other processes
                        await asyncio.sleep(POLL_INTERVAL_S)

        yield System(
            pods,
            balancer.port,
            base_url,
            site,
            admin_dsn,
            audit_environment,
            Books(auth, billing),
            rotate,
        )
        (directory / "traces").write_text(f"{len(collector.traces)}\n")


async def _shows(pod: ContainerPod, certificates: _Certificates) -> bool:
    """Tell whether a server shows the certificate that it was given last."""
    if pod.service == "edge":
        return True  # it serves no TLS; what it shows is asked for by the others
    place = certificates.directory / "operator"
    context = ssl.create_default_context(cafile=str(place / "ca.crt"))
    context.check_hostname = False
    context.set_alpn_protocols(["h2"])
    context.load_cert_chain(place / "tls.crt", place / "tls.key")
    _, writer = await asyncio.open_connection(pod.host, GRPC_PORT, ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return x509.load_der_x509_certificate(shown).serial_number == certificates.serial(pod.service)


@asynccontextmanager
async def _network(image: str) -> AsyncIterator[None]:
    """Have the network, and a container in it, without which the host is not."""
    await podman("network", "create", "--disable-dns", "--subnet", SUBNET, NETWORK)
    try:
        python = ("--entrypoint", "/opt/og/bin/python", image, "-c")
        pause = "import time; time.sleep(3600)"
        holder = f"{NETWORK}-holder"
        await podman("run", "--detach", "--name", holder, "--network", NETWORK, *python, pause)
        try:
            yield
        finally:
            await podman("rm", "--force", "--time", "0", holder)
    finally:
        await podman("network", "rm", "--force", NETWORK)


async def _migrated(
    admin_dsn: str, directory: Path, postgres: EmbeddedStore, prefix: str, version: str
) -> dict[str, str]:
    """Make the roles, have the images migrate, and give each service's DSN."""
    secrets = Secrets(directory / "secrets.json")
    dsns = {}
    for service in SERVICES_WITH_SCHEMA:
        dsns[service] = prepare_schema(admin_dsn, service, secrets.token(f"role_{service}"))
        options = [
            *_LOCKED,
            *_environment({"MIGRATION_DATABASE_URL": admin_dsn}),
            *_volumes(_sockets(postgres)),
        ]
        await podman("run", "--rm", *options, f"{prefix}/{service}:{version}", "migrate")
    return dsns


def _told(
    base_url: str, dsns: Mapping[str, str], valkey_url: str, collector_url: str
) -> dict[str, dict[str, str]]:
    """Say what each service is told, as the manifests' ConfigMaps and Secrets do."""
    common = {
        "OG_ENVIRONMENT": "production",
        "OG_TLS_CERTIFICATE": f"{TLS}/tls.crt",
        "OG_TLS_KEY": f"{TLS}/tls.key",
        "OG_TLS_CA": f"{TLS}/ca.crt",
        "OG_METRICS_ADDRESS": "0.0.0.0:9090",
        "OG_LISTEN_ADDRESS": f"0.0.0.0:{GRPC_PORT}",
        "OG_HEALTH_ADDRESS": "0.0.0.0:50052",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector_url,
        "OTEL_TRACES_SAMPLER_ARG": "0.1",
    }
    own: dict[str, dict[str, str]] = {
        "auth": {"REDIS_URL": valkey_url, "OG_AUTH_REPLICAS": str(REPLICAS)},
        "extract": {"OG_EXTRACT_READERS": "1"},
        "render": {"OG_RENDER_WORKERS": "1"},
        "billing": {},
        "edge": {
            "OG_HTTP_HOST": "0.0.0.0",  # noqa: S104 - in a container
            "OG_HTTP_PORT": str(HTTP_PORT),
            "OG_PUBLIC_BASE_URL": base_url,
            "OG_TRUSTED_PROXIES": "1",
            "OG_CARD_STORE_URL": f"file://{CARDS}/cards",
            **{f"OG_{name.upper()}_TARGET": f"dns:///{name}:{GRPC_PORT}" for name in GRPC_SERVICES},
        },
    }
    for service, dsn in dsns.items():
        own[service]["DATABASE_URL"] = dsn
    return {service: {**common, **own[service]} for service in SERVICES}


_LOCKED: Final = (
    "--read-only",
    "--read-only-tmpfs=false",
    "--tmpfs=/tmp:size=64m",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    f"--user={USER}:{USER}",
)


def _options(service: str) -> list[str]:
    """Bind a container as the manifests do."""
    manifest = ROOT / "k8s" / "base" / service / "deployment.yaml"
    [container] = yaml.safe_load(manifest.read_text())["spec"]["template"]["spec"]["containers"]
    memory = str(container["resources"]["limits"]["memory"]).removesuffix("i").lower()
    names = (f"--dns={GATEWAY}", f"--dns-search={CLUSTER}")
    return [*_LOCKED, f"--memory={memory}", *names]


def _environment(settings: Mapping[str, str]) -> list[str]:
    return [f"--env={name}={value}" for name, value in settings.items()]


def _volumes(volumes: list[str]) -> list[str]:
    return [f"--volume={volume}" for volume in volumes]


def _sockets(*stores: EmbeddedStore) -> list[str]:
    return [f"{store.socket_directory}:{store.socket_directory}" for store in stores]
